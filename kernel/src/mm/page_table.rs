//! The page-table walker: maps, protects, splits and unmaps ranges of pages.
//!
//! It is pure: frames for tables and access to them come through [`TableMemory`], so the same code runs
//! over an array in the host tests. Entries are read and written as atomics, because the processor's
//! own walker and the page-fault handlers of other cores look at them at any time; who may *change*
//! which entry is decided by the caller ([`super::space`]): entries of a range by whoever holds that
//! range, tables are linked only under the address space's lock.
//!
//! **Taking pages away** is done in two steps, because another core may have a translation cached:
//! [`unlink`] makes the entries unusable but leaves the frame's address in them, then the caller has all
//! cores flush, then [`release`] clears them and hands out the frames. A table that lies wholly inside
//! the range leaves with one entry, so unlinking a large range costs one write for each 2 MiB or 1 GiB.

use core::sync::atomic::{AtomicU64, Ordering};

use super::{FRAME_SIZE, PhysAddr};
use crate::arch::paging::{
    ACCESSED, ADDRESS, DIRTY, KEPT, LARGE, LEAVING, NO_CACHE, NO_EXECUTE, PRESENT, TOUCHED,
    TRACKED, WRITE, WRITE_THROUGH,
};

/// One page table.
pub type Table = [AtomicU64; 512];

/// Where tables live.
pub trait TableMemory {
    /// A zeroed frame for a table, or `None` when memory is out.
    fn allocate(&self) -> Option<PhysAddr>;
    /// Returns a table's frame.
    fn release(&self, table: PhysAddr);
    /// The table at a physical address that `allocate` gave.
    fn table(&self, table: PhysAddr) -> &Table;
}

/// There was no frame for a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfTables;

/// What a page is mapped as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Reading is allowed.
    pub read: bool,
    /// Writing is allowed (x86 then allows reading too).
    pub write: bool,
    /// Executing is allowed (x86 then allows reading too).
    pub execute: bool,
}

impl Access {
    /// No access.
    pub const NONE: Access = Access {
        read: false,
        write: false,
        execute: false,
    };
    /// Read only.
    pub const READ: Access = Access {
        read: true,
        write: false,
        execute: false,
    };
    /// Read and write.
    pub const READ_WRITE: Access = Access {
        read: true,
        write: true,
        execute: false,
    };
    /// Read and execute.
    pub const READ_EXECUTE: Access = Access {
        read: true,
        write: false,
        execute: true,
    };

    /// Whether nothing is allowed.
    pub const fn is_none(self) -> bool {
        !(self.read || self.write || self.execute)
    }

    /// The bits of a page's entry.
    const fn bits(self) -> u64 {
        if self.is_none() {
            return KEPT;
        }
        let mut bits = PRESENT | ACCESSED;
        if self.write {
            bits |= WRITE | DIRTY;
        }
        if !self.execute {
            bits |= NO_EXECUTE;
        }
        bits
    }
}

/// The entry bits of uncached device memory.
pub const DEVICE: u64 = Access::READ_WRITE.bits() | NO_CACHE | WRITE_THROUGH;

/// The entry bits of ordinary memory.
pub const fn memory(access: Access) -> u64 {
    access.bits()
}

/// The page size of a level: 0 is 4 KiB, 1 is 2 MiB, 2 is 1 GiB.
pub const fn size_of_level(level: u8) -> usize {
    1 << (12 + 9 * level as u32)
}

/// Level of the root's entries.
const ROOT_LEVEL: u8 = 3;

const ACCESS_BITS: u64 = PRESENT | WRITE | ACCESSED | DIRTY | KEPT | NO_EXECUTE;

fn index(address: usize, level: u8) -> usize {
    address / size_of_level(level) % 512
}

/// Whether a non-empty entry of `level` maps a page rather than pointing to a table.
fn is_page(entry: u64, level: u8) -> bool {
    level == 0 || entry & LARGE != 0
}

/// A page as the tables have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Physical address of the frame.
    pub frame: PhysAddr,
    /// Level of the entry, hence its size.
    pub level: u8,
    /// The entry itself.
    pub entry: u64,
}

impl Page {
    fn new(entry: u64, level: u8) -> Page {
        Page {
            frame: entry & ADDRESS & !(size_of_level(level) as u64 - 1),
            level,
            entry,
        }
    }

    /// Number of 4 KiB frames.
    pub fn frames(&self) -> usize {
        size_of_level(self.level) / FRAME_SIZE
    }

    /// Whether an access is allowed by the entry.
    pub fn allows(&self, write: bool, execute: bool) -> bool {
        self.entry & PRESENT != 0
            && (!write || self.entry & WRITE != 0)
            && (!execute || self.entry & NO_EXECUTE == 0)
    }

    /// Physical address of `address`, which lies in this page.
    pub fn physical(&self, address: usize) -> PhysAddr {
        self.frame + (address % size_of_level(self.level)) as u64
    }
}

/// The page that maps `address`, present or kept.
pub fn lookup(memory: &impl TableMemory, root: PhysAddr, address: usize) -> Option<Page> {
    let mut table = root;
    for level in (0..=ROOT_LEVEL).rev() {
        let entry = memory.table(table)[index(address, level)].load(Ordering::Acquire);
        if entry & (PRESENT | KEPT) == 0 || entry & LEAVING != 0 {
            return None;
        }
        if is_page(entry, level) {
            return Some(Page::new(entry, level));
        }
        table = entry & ADDRESS;
    }
    None
}

/// Whether a page of `level` can be mapped at `address`: no table stands in the way.
pub fn is_free_for(memory: &impl TableMemory, root: PhysAddr, address: usize, level: u8) -> bool {
    let mut table = root;
    for at in (level..=ROOT_LEVEL).rev() {
        let entry = memory.table(table)[index(address, at)].load(Ordering::Acquire);
        if entry == 0 {
            return true;
        }
        if at == level || is_page(entry, at) {
            return false;
        }
        table = entry & ADDRESS;
    }
    false
}

/// What [`map`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// The page is mapped.
    New,
    /// Something is mapped there already, or smaller pages may be; nothing was changed.
    Occupied,
}

/// The table whose entries of `level` translate `address`, made if there is none yet; nothing if a
/// larger page is in its place.
fn table_for(
    memory: &impl TableMemory,
    root: PhysAddr,
    address: usize,
    level: u8,
) -> Result<Option<PhysAddr>, OutOfTables> {
    let mut table = root;
    for at in (level + 1..=ROOT_LEVEL).rev() {
        let entry = &memory.table(table)[index(address, at)];
        let value = entry.load(Ordering::Acquire);
        table = if value == 0 {
            let new = memory.allocate().ok_or(OutOfTables)?;
            entry.store(new | PRESENT | WRITE | ACCESSED, Ordering::Release);
            new
        } else if is_page(value, at) || value & LEAVING != 0 {
            return Ok(None);
        } else {
            value & ADDRESS
        };
    }
    Ok(Some(table))
}

/// Maps one page of `level` with entry `bits` (of [`memory`] or [`DEVICE`]), making tables as needed.
///
/// # Errors
/// No frame for a table; tables made on the way stay.
pub fn map(
    memory: &impl TableMemory,
    root: PhysAddr,
    address: usize,
    frame: PhysAddr,
    level: u8,
    bits: u64,
) -> Result<Mapped, OutOfTables> {
    let Some(table) = table_for(memory, root, address, level)? else {
        return Ok(Mapped::Occupied);
    };
    let large = if level > 0 { LARGE } else { 0 };
    let entry = &memory.table(table)[index(address, level)];
    if entry.load(Ordering::Acquire) != 0 {
        return Ok(Mapped::Occupied);
    }
    entry.store(frame | bits | large, Ordering::Release);
    Ok(Mapped::New)
}

/// Maps `count` small pages that lie in one table, to frames in sequence. Answers a set (bit n for page
/// n) of those that something else was mapped at already and that were left alone.
///
/// # Errors
/// No frame for a table; then nothing is mapped.
pub fn map_small(
    memory: &impl TableMemory,
    root: PhysAddr,
    address: usize,
    frame: PhysAddr,
    count: usize,
    bits: u64,
) -> Result<u32, OutOfTables> {
    let all = u32::MAX >> (32 - count as u32);
    let Some(table) = table_for(memory, root, address, 0)? else {
        return Ok(all);
    };
    let first = index(address, 0);
    let mut occupied = 0;
    for (i, entry) in memory.table(table)[first..first + count].iter().enumerate() {
        if entry.load(Ordering::Acquire) == 0 {
            entry.store((frame + (i * FRAME_SIZE) as u64) | bits, Ordering::Release);
        } else {
            occupied |= 1 << i;
        }
    }
    Ok(occupied)
}

/// Maps a range with the largest pages, up to `largest`, that its alignment and existing tables allow.
/// What is mapped there already stays as it is.
///
/// # Errors
/// No frame for a table; what was mapped stays.
pub fn map_range(
    memory: &impl TableMemory,
    root: PhysAddr,
    address: usize,
    frame: PhysAddr,
    len: usize,
    largest: u8,
    bits: u64,
) -> Result<(), OutOfTables> {
    let mut done = 0;
    while done < len {
        let (to, from) = (address + done, frame + done as u64);
        let mut level = (0..=largest)
            .rev()
            .find(|level| {
                let size = size_of_level(*level);
                to.is_multiple_of(size) && from.is_multiple_of(size as u64) && len - done >= size
            })
            .unwrap_or(0);
        // Down to where no table is in the way; then as many entries of that table as belong here.
        loop {
            let size = size_of_level(level);
            let Some(table) = table_for(memory, root, to, level)? else {
                done += size;
                break;
            };
            let large = if level > 0 { LARGE } else { 0 };
            let entries = &memory.table(table)[index(to, level)..];
            let value = entries[0].load(Ordering::Acquire);
            if value != 0 && !is_page(value, level) {
                level -= 1;
                continue;
            }
            let count = if level == largest || to.is_multiple_of(size_of_level(level + 1)) {
                entries.len().min((len - done) / size)
            } else {
                // Up to where a larger page may begin.
                let left = (size_of_level(level + 1) - to % size_of_level(level + 1)) / size;
                left.min((len - done) / size)
            };
            let mut new = from | bits | large;
            for entry in &entries[..count] {
                let value = entry.load(Ordering::Relaxed);
                if value == 0 {
                    entry.store(new, Ordering::Release);
                } else if !is_page(value, level) {
                    break;
                }
                new += size as u64;
            }
            done += (new - (from | bits | large)) as usize;
            break;
        }
    }
    Ok(())
}

/// Splits pages so that none reaches across `address`.
///
/// # Errors
/// No frame for a table; nothing is changed then.
pub fn split_at(
    memory: &impl TableMemory,
    root: PhysAddr,
    address: usize,
) -> Result<(), OutOfTables> {
    let mut table = root;
    for level in (1..=ROOT_LEVEL).rev() {
        if address.is_multiple_of(size_of_level(level)) {
            return Ok(());
        }
        let entry = &memory.table(table)[index(address, level)];
        let value = entry.load(Ordering::Acquire);
        if value == 0 {
            return Ok(());
        }
        table = if is_page(value, level) {
            let new = memory.allocate().ok_or(OutOfTables)?;
            let large = if level > 1 { LARGE } else { 0 };
            let bits = value & !(ADDRESS | LARGE) | large;
            let frame = Page::new(value, level).frame;
            for (i, part) in memory.table(new).iter().enumerate() {
                let offset = (i * size_of_level(level - 1)) as u64;
                part.store((frame + offset) | bits, Ordering::Relaxed);
            }
            // The new table says the same as the page did, so caches of either are right.
            entry.store(new | PRESENT | WRITE | ACCESSED, Ordering::Release);
            new
        } else {
            value & ADDRESS
        };
    }
    Ok(())
}

/// Gives every page in a range, mapped or kept, other access. No page may reach across the range's
/// ends ([`split_at`]). Answers whether other cores must flush: some page lost a right it had.
pub fn protect(
    memory: &impl TableMemory,
    root: PhysAddr,
    start: usize,
    end: usize,
    access: Access,
) -> bool {
    let mut lost = false;
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |entry, value, level, _, _| {
            if !is_page(value, level) {
                return Step::Into;
            }
            let new = value & !ACCESS_BITS | access.bits();
            if value & PRESENT != 0 {
                lost |= new & PRESENT == 0
                    || value & !new & WRITE != 0
                    || !value & new & NO_EXECUTE != 0;
            }
            if value & TRACKED != 0 {
                // The processor may mark it as written to at any time.
                let change = |now| Some(new & !DIRTY | now & DIRTY);
                let _ = entry.fetch_update(Ordering::AcqRel, Ordering::Acquire, change);
            } else {
                entry.store(new, Ordering::Release);
            }
            Step::Over
        },
    );
    lost
}

/// Takes the mark [`DIRTY`] off every tracked page in a range and calls `found` with those that had it.
/// Until all cores have flushed, they may go on writing without marking the page again.
pub fn take_dirty(
    memory: &impl TableMemory,
    root: PhysAddr,
    start: usize,
    end: usize,
    found: &mut dyn FnMut(usize, Page),
) {
    const MARKS: u64 = TRACKED | DIRTY;
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |entry, value, level, _, address| {
            if value & LEAVING != 0 {
                return Step::Over;
            }
            if !is_page(value, level) {
                return Step::Into;
            }
            if value & MARKS == MARKS {
                entry.fetch_and(!DIRTY, Ordering::AcqRel);
                found(address, Page::new(value, level));
            }
            Step::Over
        },
    );
}

/// Marks a tracked page as written to, if it is there.
pub fn mark_dirty(memory: &impl TableMemory, root: PhysAddr, address: usize) {
    walk(
        memory,
        root,
        ROOT_LEVEL,
        address,
        address + 1,
        &mut |entry, value, level, _, _| {
            if value & LEAVING != 0 {
                return Step::Over;
            }
            if !is_page(value, level) {
                return Step::Into;
            }
            entry.fetch_or(DIRTY, Ordering::AcqRel);
            Step::Over
        },
    );
}

/// Replaces the cache bits of every page in a range by those of device memory.
pub fn make_device(memory: &impl TableMemory, root: PhysAddr, start: usize, end: usize) -> bool {
    let mut changed = false;
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |entry, value, level, _, _| {
            if !is_page(value, level) {
                return Step::Into;
            }
            if value & (NO_CACHE | WRITE_THROUGH) != NO_CACHE | WRITE_THROUGH {
                entry.store(value | NO_CACHE | WRITE_THROUGH, Ordering::Release);
                changed = true;
            }
            Step::Over
        },
    );
    changed
}

/// First step of taking a range away: makes its pages, and the tables that lie wholly in it, unusable.
/// No page may reach across its ends. Answers whether there was any page or table: then all cores must flush
/// before [`release`].
pub fn unlink(memory: &impl TableMemory, root: PhysAddr, start: usize, end: usize) -> bool {
    let mut any = false;
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |entry, value, level, whole, _| {
            if !(is_page(value, level) || whole && level < ROOT_LEVEL) {
                return Step::Into;
            }
            if value & TRACKED != 0 {
                // The processor may still mark it as written to.
                entry.fetch_or(LEAVING, Ordering::AcqRel);
                entry.fetch_and(!PRESENT, Ordering::AcqRel);
            } else {
                entry.store(value & !PRESENT | LEAVING, Ordering::Release);
            }
            any = true;
            Step::Over
        },
    );
    any
}

/// Second step: clears what [`unlink`] left in the same range, frees tables and calls `freed` with each
/// page and its address.
pub fn release(
    memory: &impl TableMemory,
    root: PhysAddr,
    start: usize,
    end: usize,
    freed: &mut dyn FnMut(usize, Page),
) {
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |entry, value, level, _, address| {
            if value & LEAVING == 0 {
                // A page that came after the first step, or a table shared with other ranges.
                return if is_page(value, level) {
                    Step::Over
                } else {
                    Step::Into
                };
            }
            entry.store(0, Ordering::Release);
            if is_page(value, level) {
                freed(address, Page::new(value, level));
            } else {
                release_table(memory, value & ADDRESS, level - 1, address, freed);
            }
            Step::Over
        },
    );
}

/// Frees everything below a table that no core can reach any more, and the table.
fn release_table(
    memory: &impl TableMemory,
    table: PhysAddr,
    level: u8,
    base: usize,
    freed: &mut dyn FnMut(usize, Page),
) {
    for (i, entry) in memory.table(table).iter().enumerate() {
        let value = entry.load(Ordering::Relaxed);
        if value == 0 {
            continue;
        }
        let address = base + i * size_of_level(level);
        if is_page(value, level) {
            freed(address, Page::new(value, level));
        } else {
            release_table(memory, value & ADDRESS, level - 1, address, freed);
        }
    }
    memory.release(table);
}

/// Calls `found` with each mapped or kept page of a range and its address.
pub fn for_each_page(
    memory: &impl TableMemory,
    root: PhysAddr,
    start: usize,
    end: usize,
    found: &mut dyn FnMut(usize, Page),
) {
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |_, value, level, _, address| {
            if !is_page(value, level) {
                return if value & LEAVING == 0 {
                    Step::Into
                } else {
                    Step::Over
                };
            }
            if value & LEAVING == 0 {
                found(address, Page::new(value, level));
            }
            Step::Over
        },
    );
}

/// Removes the mark [`TOUCHED`] from every page in a range and answers how many frames had it.
pub fn settle(memory: &impl TableMemory, root: PhysAddr, start: usize, end: usize) -> usize {
    let mut frames = 0;
    walk(
        memory,
        root,
        ROOT_LEVEL,
        start,
        end,
        &mut |entry, value, level, _, _| {
            if !is_page(value, level) {
                return Step::Into;
            }
            if value & TOUCHED != 0 {
                entry.store(value & !TOUCHED, Ordering::Release);
                frames += size_of_level(level) / FRAME_SIZE;
            }
            Step::Over
        },
    );
    frames
}

/// What a visitor wants next.
enum Step {
    Into,
    Over,
}

/// Visits the non-empty entries of a range that is not empty, the root's first: the entry, its value, its level, whether
/// it lies wholly inside the range, and the address where it begins.
fn walk(
    memory: &impl TableMemory,
    table: PhysAddr,
    level: u8,
    start: usize,
    end: usize,
    visit: &mut dyn FnMut(&AtomicU64, u64, u8, bool, usize) -> Step,
) {
    let size = size_of_level(level);
    // The range lies in this table. Empty entries are passed over quickly: there are many of them.
    let table_start = start & !(512 * size - 1);
    let (first, last) = (index(start, level), index(end - 1, level));
    let entries = &memory.table(table)[first..=last];
    for (i, entry) in entries.iter().enumerate() {
        let value = entry.load(Ordering::Acquire);
        if value == 0 {
            continue;
        }
        let base = table_start + (first + i) * size;
        let (from, to) = (start.max(base), end.min(base + size));
        let whole = to - from == size;
        if let Step::Into = visit(entry, value, level, whole, base) {
            walk(memory, value & ADDRESS, level - 1, from, to, visit);
        }
    }
}

#[cfg(test)]
#[path = "page_table_tests.rs"]
mod tests;
