//! The program's address space: its regions, and who may change which part of it.
//!
//! One lock guards the set of regions and everything that makes page tables or adds pages. Taking pages
//! away needs other cores to flush their translations, which must not happen under a lock: whoever does
//! it holds the *range* ([`hold`]) instead. Others that want to change an overlapping range wait, new
//! mappings are placed elsewhere, and a page fault in it is either final (the range is being unmapped)
//! or tried again. Inside a held range the page-table entries belong to the holder: a fault beside it, in the
//! same region or in one of another thread that was joined to it, backs nothing in it either.

use core::sync::atomic::{AtomicBool, Ordering};

use super::brk;
use super::kernel::{COMMIT, Tables, free_uncharged, large_pages, root};
use super::lock::{MemoryLock, SPACE_REACH};
use super::page_table::{self, Access, OutOfTables};
use super::regions::{Attributes, Backing, Region, RegionSet};
use super::shared::Objects;
use super::{FRAME_SIZE, HEAP_START, LARGE_SIZE, MAP_START, USER_END};
use crate::arch::paging::{DIRTY, SHARED, TOUCHED, TRACKED};
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
pub(super) struct Held {
    start: usize,
    end: usize,
    purpose: Purpose,
}

/// Regions, the objects that they show, and held ranges.
pub(super) struct Space {
    pub(super) regions: RegionSet,
    pub(super) objects: Objects,
    held: [Option<Held>; MOST_HELD],
    held_count: usize,
}

/// The address space, outermost of the memory locks.
pub(super) static SPACE: MemoryLock<Space, SPACE_REACH> = MemoryLock::new(Space {
    regions: RegionSet::new(),
    objects: Objects::new(),
    held: [None; MOST_HELD],
    held_count: 0,
});

/// Whether stacks are executable, as the image's program header says.
pub(super) static EXECUTABLE_STACKS: AtomicBool = AtomicBool::new(false);

impl Space {
    pub(super) fn held_in(&self, start: usize, end: usize) -> Option<&Held> {
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

    /// The part of `start..end` around `address`, which is not held, that is not held either.
    pub(super) fn not_held_around(
        &self,
        address: usize,
        mut start: usize,
        mut end: usize,
    ) -> (usize, usize) {
        if self.held_count > 0 {
            for held in self.held.iter().flatten() {
                if held.end <= address {
                    start = start.max(held.end);
                } else {
                    end = end.min(held.start);
                }
            }
        }
        (start, end)
    }

    /// A place for a new region, aligned for large pages if it can have them.
    pub(super) fn find_place(&mut self, len: usize) -> Option<usize> {
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
        charged: true,
        ..Attributes::new(Access::READ_WRITE, Backing::Heap)
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
    pub(super) start: usize,
    pub(super) end: usize,
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

pub(super) fn no_tables(_: OutOfTables) -> Errno {
    Errno::ENOMEM
}

/// Splits pages at both ends of a range. Needs the lock or the range.
pub(super) fn split_pages(start: usize, end: usize) -> Result<()> {
    page_table::split_at(&Tables, root(), start).map_err(no_tables)?;
    page_table::split_at(&Tables, root(), end).map_err(no_tables)
}

/// Takes all pages of a held range away and frees their frames, but for those of objects. Pages do not reach across its ends.
pub(super) fn take_pages(start: usize, end: usize) {
    if !page_table::unlink(&Tables, root(), start, end) {
        return;
    }
    tlb::shootdown(start, end - start);
    let mut touched = 0;
    page_table::release(&Tables, root(), start, end, &mut |address, page| {
        if page.entry & (TRACKED | DIRTY) == TRACKED | DIRTY {
            SPACE.lock().mark_written(address);
        }
        if page.entry & TOUCHED != 0 {
            touched += page.frames();
        }
        if page.entry & SHARED == 0 {
            free_uncharged(page.frame, page.level * 9);
        }
    });
    COMMIT.uncharge(touched);
}

/// The pages of a range given by a caller, checked to be aligned, without overflow, and in the space of
/// programs.
///
/// # Errors
/// `EINVAL` if unaligned, `ENOMEM` if outside.
pub(super) fn checked_range(start: usize, len: usize) -> Result<(usize, usize)> {
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
pub(super) fn touches_heap(start: usize, end: usize) -> bool {
    start < brk::area_end() && end > HEAP_START
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
