//! The program's address space: what `mmap`, `munmap`, `mprotect` and `madvise` do.
//!
//! One lock guards the set of regions and everything that makes page tables or adds pages. Taking pages
//! away needs other cores to flush their translations, which must not happen under a lock: whoever does
//! it holds the *range* ([`hold`]) instead. Others that want to change an overlapping range wait, new
//! mappings are placed elsewhere, and a page fault in it is either final (the range is being unmapped)
//! or tried again. Inside a held range the page-table entries belong to the holder.

use core::sync::atomic::{AtomicBool, Ordering};

use super::brk;
use super::kernel::{COMMIT, Tables, free_uncharged, large_pages, root};
use super::lock::{MemoryLock, SPACE_REACH};
use super::page_table::{self, Access, OutOfTables};
use super::regions::{Attributes, Backing, Region, RegionSet};
use super::{FRAME_SIZE, HEAP_START, LARGE_SIZE, MAP_START, USER_END, fault, image};
use crate::arch::paging::TOUCHED;
use crate::arch::{interrupts, tlb};
use crate::errno::{Errno, Result};

/// Ranges that can be held at once; who comes later waits.
const MOST_HELD: usize = 32;

/// Why a range is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Its regions go away.
    Unmap,
    /// Its content goes away, the regions stay.
    Discard,
}

#[derive(Clone, Copy)]
struct Held {
    start: usize,
    end: usize,
    purpose: Purpose,
}

/// Regions and held ranges.
pub(super) struct Space {
    pub(super) regions: RegionSet,
    held: [Option<Held>; MOST_HELD],
    held_count: usize,
}

/// The address space, outermost of the memory locks.
pub(super) static SPACE: MemoryLock<Space, SPACE_REACH> = MemoryLock::new(Space {
    regions: RegionSet::new(),
    held: [None; MOST_HELD],
    held_count: 0,
});

/// Whether stacks are executable, as the image's program header says.
static EXECUTABLE_STACKS: AtomicBool = AtomicBool::new(false);

impl Space {
    fn held_in(&self, start: usize, end: usize) -> Option<&Held> {
        if self.held_count == 0 {
            return None;
        }
        self.held
            .iter()
            .flatten()
            .find(|held| held.start < end && start < held.end)
    }

    /// Why the page at `address` is held, if it is.
    pub(super) fn held_at(&self, address: usize) -> Option<Purpose> {
        self.held_in(address, address + 1).map(|held| held.purpose)
    }

    /// A place for a new region, aligned for large pages if it can have them.
    fn find_place(&mut self, len: usize) -> Option<usize> {
        let align = if len >= LARGE_SIZE && large_pages() {
            LARGE_SIZE
        } else {
            FRAME_SIZE
        };
        let Space {
            regions,
            held,
            held_count,
            ..
        } = self;
        regions.find_free(len, align, MAP_START, USER_END, |start, end| {
            if *held_count == 0 {
                return None;
            }
            held.iter()
                .flatten()
                .find(|h| h.start < end && start < h.end)
                .map(|h| h.end)
        })
    }
}

/// Sets up the heap's region.
///
/// # Panics
/// When the kernel heap cannot be started: the machine is too small.
pub(super) fn init(frames: usize, executable_stacks: bool) {
    EXECUTABLE_STACKS.store(executable_stacks, Ordering::Relaxed);
    let end = brk::init(frames);
    let attributes = Attributes {
        access: Access::READ_WRITE,
        backing: Backing::Heap,
        charged: true,
        lazy: false,
        stack: false,
    };
    let heap = Region {
        start: HEAP_START,
        end,
        attributes,
    };
    SPACE
        .lock()
        .regions
        .insert(heap)
        .expect("no memory for the kernel's heap");
}

/// A range that is held; dropping it lets others in.
pub(super) struct HeldRange {
    start: usize,
    end: usize,
}

impl Drop for HeldRange {
    fn drop(&mut self) {
        let mut space = SPACE.lock();
        let slot = space
            .held
            .iter_mut()
            .find(|slot| slot.is_some_and(|held| held.start == self.start && held.end == self.end));
        if let Some(slot) = slot {
            *slot = None;
            space.held_count -= 1;
        }
    }
}

/// Gives whoever is in the way the core, where the caller may be switched from.
pub(super) fn let_others() {
    if interrupts::enabled() {
        crate::sched::yield_now();
    }
    core::hint::spin_loop();
}

/// Holds a range, waiting until nobody else holds a part of it. With `widen`, the range is widened to
/// whole 2 MiB blocks as far as no other region is in them, so that their page tables can go.
///
/// The caller has no lock, and holds no other range.
pub(super) fn hold(start: usize, end: usize, purpose: Purpose, widen: bool) -> HeldRange {
    loop {
        let mut space = SPACE.lock();
        if space.held_in(start, end).is_none()
            && let Some(slot) = space.held.iter().position(Option::is_none)
        {
            let mut range = HeldRange { start, end };
            if widen {
                let (below, above) = space.regions.hole_around(start, end, HEAP_START, USER_END);
                let low = start & !(LARGE_SIZE - 1);
                let high = end.next_multiple_of(LARGE_SIZE);
                let low_free = low >= below && space.held_in(low, start).is_none();
                let high_free = high <= above && space.held_in(end, high).is_none();
                // A table can only go if its whole block is taken.
                let one_block = high - low == LARGE_SIZE;
                if low_free && (high_free || !one_block) {
                    range.start = low;
                }
                if high_free && (low_free || !one_block) {
                    range.end = high;
                }
            }
            space.held[slot] = Some(Held {
                start: range.start,
                end: range.end,
                purpose,
            });
            space.held_count += 1;
            return range;
        }
        drop(space);
        let_others();
    }
}

fn no_tables(_: OutOfTables) -> Errno {
    Errno::ENOMEM
}

/// Splits pages at both ends of a range. Needs the lock or the range.
fn split_pages(start: usize, end: usize) -> Result<()> {
    page_table::split_at(&Tables, root(), start).map_err(no_tables)?;
    page_table::split_at(&Tables, root(), end).map_err(no_tables)
}

/// Takes all pages of a held range away and frees their frames. Pages do not reach across its ends.
pub(super) fn take_pages(start: usize, end: usize) {
    if !page_table::unlink(&Tables, root(), start, end) {
        return;
    }
    tlb::shootdown(start, end - start);
    let mut touched = 0;
    page_table::release(&Tables, root(), start, end, &mut |_, page| {
        if page.entry & TOUCHED != 0 {
            touched += page.frames();
        }
        free_uncharged(page.frame, page.level * 9);
    });
    COMMIT.uncharge(touched);
}

/// Pages that were charged with regions in a range of the set.
fn charged_pages(regions: &RegionSet, start: usize, end: usize) -> usize {
    regions
        .overlapping(start, end)
        .filter(|region| {
            region.attributes.charged && region.attributes.backing == Backing::Anonymous
        })
        .map(|region| region.len() / FRAME_SIZE)
        .sum()
}

/// Where a new mapping goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Wherever there is room; at this address if it is free (0: no wish).
    Hint(usize),
    /// At this address, instead of what is there.
    Replace(usize),
    /// At this address, if it is free.
    Vacant(usize),
}

/// A mapping to be made.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// Where.
    pub place: Place,
    /// Size in bytes, any number but 0.
    pub len: usize,
    /// What the program may do.
    pub access: Access,
    /// Do not charge it (`MAP_NORESERVE`).
    pub lazy: bool,
    /// It is a stack.
    pub stack: bool,
}

/// The pages of a range given by a caller, checked to be aligned, without overflow, and in the space of
/// programs.
///
/// # Errors
/// `EINVAL` if unaligned, `ENOMEM` if outside.
fn checked_range(start: usize, len: usize) -> Result<(usize, usize)> {
    if !start.is_multiple_of(FRAME_SIZE) {
        return Err(Errno::EINVAL);
    }
    let end = len
        .checked_next_multiple_of(FRAME_SIZE)
        .and_then(|len| start.checked_add(len))
        .filter(|end| *end <= USER_END && start >= HEAP_START)
        .ok_or(Errno::ENOMEM)?;
    Ok((start, end))
}

/// Whether a range has a page of the `sbrk` heap's area.
fn touches_heap(start: usize, end: usize) -> bool {
    start < brk::area_end() && end > HEAP_START
}

/// Makes a mapping of zeros and answers where it is.
///
/// # Errors
/// `EINVAL` (no length, unaligned fixed address), `EEXIST` (not vacant), `ENOMEM` (no address space, not
/// enough RAM for what is promised, or a fixed address that programs cannot have).
pub fn map(mapping: &Mapping) -> Result<usize> {
    let Mapping {
        mut access, stack, ..
    } = *mapping;
    if mapping.len == 0 {
        return Err(Errno::EINVAL);
    }
    let len = mapping
        .len
        .checked_next_multiple_of(FRAME_SIZE)
        .ok_or(Errno::ENOMEM)?;
    if stack && access.write && EXECUTABLE_STACKS.load(Ordering::Relaxed) {
        access.execute = true;
    }
    let lazy = mapping.lazy || stack;
    let charged = access.write && !lazy;
    let attributes = Attributes {
        access,
        backing: Backing::Anonymous,
        charged,
        lazy,
        stack,
    };
    let pages = if charged { len / FRAME_SIZE } else { 0 };
    // A stack that could never be used is a mistake; the usual size never is.
    let hopeless = stack && len > STACK_ALWAYS && len / FRAME_SIZE > COMMIT.limit();
    if hopeless || !COMMIT.charge(pages) {
        return Err(Errno::ENOMEM);
    }
    let result = match mapping.place {
        Place::Hint(address) => place_anywhere(address, len, attributes),
        Place::Vacant(address) => place_vacant(address, len, attributes),
        Place::Replace(address) => place_replacing(address, len, attributes),
    };
    let Ok(start) = result else {
        COMMIT.uncharge(pages);
        return result;
    };
    if stack && access.write {
        let promised = promise_top(&mut SPACE.lock(), start, start + len);
        if let Err(error) = promised {
            // Nothing of it was touched: what is left behind if this fails is an unused range.
            let _ = unmap(start, len);
            return Err(error);
        }
    }
    Ok(start)
}

/// A stack of this size is allowed however little RAM there is.
const STACK_ALWAYS: usize = 64 << 20;

/// What a stack is promised at its upper end, so that a thread that was made can begin.
const STACK_PROMISED: usize = 32 * 1024;

/// Charges the upper end of a new stack.
fn promise_top(space: &mut Space, bottom: usize, top: usize) -> Result<()> {
    let start = bottom.max(top - STACK_PROMISED.min(top));
    let pages = (top - start) / FRAME_SIZE;
    if !COMMIT.charge(pages) {
        return Err(Errno::ENOMEM);
    }
    let updated = space
        .regions
        .update(start, top, |attributes| attributes.charged = true);
    if updated.is_err() {
        COMMIT.uncharge(pages);
    }
    updated
}

fn place_anywhere(hint: usize, len: usize, attributes: Attributes) -> Result<usize> {
    let mut space = SPACE.lock();
    let wish = hint & !(FRAME_SIZE - 1);
    let place = checked_range(wish, len)
        .ok()
        .filter(|(start, end)| {
            space.regions.is_free(*start, *end) && space.held_in(*start, *end).is_none()
        })
        .map(|(start, _)| start)
        .or_else(|| space.find_place(len))
        .ok_or(Errno::ENOMEM)?;
    space.regions.insert(Region {
        start: place,
        end: place + len,
        attributes,
    })?;
    Ok(place)
}

/// Finds room for a stack with an inaccessible guard below, and makes both regions. Answers where the
/// guard begins.
///
/// # Errors
/// `ENOMEM`.
pub(super) fn map_stack(guard: usize, len: usize) -> Result<usize> {
    let attributes = Attributes {
        access: Access {
            execute: EXECUTABLE_STACKS.load(Ordering::Relaxed),
            ..Access::READ_WRITE
        },
        backing: Backing::Anonymous,
        charged: false,
        lazy: true,
        stack: true,
    };
    let total = guard.checked_add(len).ok_or(Errno::ENOMEM)?;
    let mut space = SPACE.lock();
    let start = space.find_place(total).ok_or(Errno::ENOMEM)?;
    let bottom = start + guard;
    space.regions.insert(Region {
        start: bottom,
        end: bottom + len,
        attributes,
    })?;
    let no_access = Attributes {
        access: Access::NONE,
        ..attributes
    };
    let made = space
        .regions
        .insert(Region {
            start,
            end: bottom,
            attributes: no_access,
        })
        .and_then(|()| promise_top(&mut space, bottom, bottom + len));
    if made.is_err() {
        // The regions were inserted as a whole a moment ago: nothing has to be cut.
        let _ = space.regions.remove(start, bottom + len);
    }
    made.map(|()| start)
}

fn place_vacant(address: usize, len: usize, attributes: Attributes) -> Result<usize> {
    let (start, end) = checked_range(address, len)?;
    loop {
        let mut space = SPACE.lock();
        if space.held_in(start, end).is_none() {
            space.regions.insert(Region {
                start,
                end,
                attributes,
            })?;
            return Ok(start);
        }
        drop(space);
        let_others();
    }
}

fn place_replacing(address: usize, len: usize, attributes: Attributes) -> Result<usize> {
    let (start, end) = checked_range(address, len)?;
    if touches_heap(start, end) {
        return Err(Errno::ENOMEM);
    }
    let region = Region {
        start,
        end,
        attributes,
    };
    {
        let mut space = SPACE.lock();
        if space.held_in(start, end).is_none() && space.regions.is_free(start, end) {
            space.regions.insert(region)?;
            return Ok(start);
        }
    }
    let _range = hold(start, end, Purpose::Unmap, false);
    {
        let mut space = SPACE.lock();
        split_pages(start, end)?;
        // Cut now, so that the replacement below cannot fail.
        space.regions.split(start)?;
        space.regions.split(end)?;
    }
    take_pages(start, end);
    let mut space = SPACE.lock();
    let released = charged_pages(&space.regions, start, end);
    space.regions.replace(region)?;
    COMMIT.uncharge(released);
    Ok(start)
}

/// Takes the mappings of a range away; holes in it do not matter.
///
/// # Errors
/// `EINVAL` (no length, unaligned, outside of what programs can map, or in the heap), `ENOMEM`.
pub fn unmap(address: usize, len: usize) -> Result<()> {
    let (start, end) = checked_range(address, len).map_err(|_| Errno::EINVAL)?;
    if len == 0 || touches_heap(start, end) {
        return Err(Errno::EINVAL);
    }
    let range = hold(start, end, Purpose::Unmap, true);
    {
        let mut space = SPACE.lock();
        split_pages(range.start, range.end)?;
        space.regions.split(start)?;
        space.regions.split(end)?;
    }
    take_pages(range.start, range.end);
    let mut space = SPACE.lock();
    let released = charged_pages(&space.regions, start, end);
    space.regions.remove(start, end)?;
    COMMIT.uncharge(released);
    Ok(())
}

/// Changes what the program may do with the pages of a range, all of which must be mapped. The pages of
/// the image can be changed too.
///
/// # Errors
/// `EINVAL` (unaligned), `ENOMEM` (a page is not mapped, or there is not enough RAM to promise what
/// becomes writable).
pub fn protect(address: usize, len: usize, access: Access) -> Result<()> {
    if !address.is_multiple_of(FRAME_SIZE) {
        return Err(Errno::EINVAL);
    }
    let lost = match checked_range(address, len) {
        Ok((start, end)) if start < end => loop {
            let mut space = SPACE.lock();
            if space.held_in(start, end).is_none() {
                break protect_regions(&mut space, start, end, access)?;
            }
            drop(space);
            let_others();
        },
        Ok(_) => false,
        Err(_) => protect_image(address, len, access)?,
    };
    if lost {
        tlb::shootdown(address, len.next_multiple_of(FRAME_SIZE));
    }
    Ok(())
}

fn protect_regions(space: &mut Space, start: usize, end: usize, access: Access) -> Result<bool> {
    if !space.regions.is_covered(start, end) {
        return Err(Errno::ENOMEM);
    }
    let newly_charged =
        |attributes: &Attributes| access.write && !attributes.charged && !attributes.lazy;
    let promised = space
        .regions
        .overlapping(start, end)
        .filter(|region| newly_charged(&region.attributes))
        .map(|region| region.len() / FRAME_SIZE)
        .sum();
    split_pages(start, end)?;
    space.regions.split(start)?;
    space.regions.split(end)?;
    if !COMMIT.charge(promised) {
        return Err(Errno::ENOMEM);
    }
    if promised > 0 {
        // Pages that were charged at their touch are now charged with the region.
        let touched: usize = space
            .regions
            .overlapping(start, end)
            .filter(|region| newly_charged(&region.attributes))
            .map(|region| page_table::settle(&Tables, root(), region.start, region.end))
            .sum();
        COMMIT.uncharge(touched);
    }
    space.regions.update(start, end, |attributes| {
        attributes.charged |= newly_charged(attributes);
        attributes.access = access;
    })?;
    Ok(page_table::protect(&Tables, root(), start, end, access))
}

fn protect_image(address: usize, len: usize, access: Access) -> Result<bool> {
    let end = len
        .checked_next_multiple_of(FRAME_SIZE)
        .and_then(|len| address.checked_add(len))
        .ok_or(Errno::ENOMEM)?;
    let inside = image::segments()
        .any(|(segment, _)| segment.start as usize <= address && end <= segment.end as usize);
    if !inside {
        return Err(Errno::ENOMEM);
    }
    let space = SPACE.lock();
    split_pages(address, end)?;
    let lost = page_table::protect(&Tables, root(), address, end, access);
    drop(space);
    Ok(lost)
}

/// Around the frames of a thread that discards pages of its own stack, these bytes of it stay: they are
/// in use, and a page that is being discarded cannot be touched.
const STACK_KEPT_BELOW: usize = 16 * 1024;
const STACK_KEPT_ABOVE: usize = 1024;

/// Drops the content of a range: the next touch finds zeros. The pages that the call itself runs on
/// stay.
///
/// # Errors
/// `EINVAL` (unaligned), `ENOMEM` (a page is not mapped, or no memory to split a large page).
pub fn discard(address: usize, len: usize) -> Result<()> {
    let (start, end) = checked_range(address, len)?;
    if start == end {
        return Ok(());
    }
    check_covered(start, end)?;
    let here = &raw const start as usize;
    let stack = SPACE.lock().regions.find(here).copied();
    let (low, high) = stack.map_or((start, start), |stack| {
        let low = (here - STACK_KEPT_BELOW) & !(FRAME_SIZE - 1);
        let high = (here + STACK_KEPT_ABOVE).next_multiple_of(FRAME_SIZE);
        (low.max(stack.start), high.min(stack.end))
    });
    if end <= low || high <= start {
        return discard_part(start, end);
    }
    for (start, end) in [(start, low), (high, end)] {
        if start < end {
            discard_part(start, end)?;
        }
    }
    Ok(())
}

fn discard_part(start: usize, end: usize) -> Result<()> {
    let _range = hold(start, end, Purpose::Discard, false);
    {
        let _space = SPACE.lock();
        split_pages(start, end)?;
    }
    take_pages(start, end);
    Ok(())
}

/// Whether every page of a range is mapped.
///
/// # Errors
/// `EINVAL` (unaligned), `ENOMEM` (one is not).
pub fn check_mapped(address: usize, len: usize) -> Result<()> {
    let (start, end) = checked_range(address, len)?;
    check_covered(start, end)
}

fn check_covered(start: usize, end: usize) -> Result<()> {
    if SPACE.lock().regions.is_covered(start, end) {
        Ok(())
    } else {
        Err(Errno::ENOMEM)
    }
}

/// Backs all pages of a range with memory now, as far as there is some and their access allows any.
///
/// # Errors
/// `ENOMEM` when memory is out.
pub fn populate(address: usize, len: usize) -> Result<()> {
    let mut at = address;
    while at < address.saturating_add(len) {
        match fault::back(at) {
            fault::Backed::Upto(end) => at = end,
            fault::Backed::Not => at += FRAME_SIZE,
            fault::Backed::OutOfMemory => return Err(Errno::ENOMEM),
        }
    }
    Ok(())
}

/// Whether `address` is in the guard below a stack.
pub fn is_guard(address: usize) -> bool {
    SPACE.lock().is_guard(address)
}

impl Space {
    /// Whether `address` is in the guard below a stack: a region without access that is part of a stack
    /// or ends where one begins.
    pub(super) fn is_guard(&self, address: usize) -> bool {
        let Some(region) = self.regions.find(address) else {
            return false;
        };
        let above = || self.regions.find(region.end);
        region.attributes.access.is_none()
            && (region.attributes.stack || above().is_some_and(|above| above.attributes.stack))
    }
}
