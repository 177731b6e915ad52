//! The `sbrk` heap: one large region that the program's break moves through.
//!
//! Growing is a check and an atomic exchange; memory appears on first touch. What is below the break is
//! charged against RAM, in units of a large page where those are used, so that a large page can back
//! the end of the heap too. Shrinking gives memory back and is rare, so it may be slow: it marks the
//! break, which keeps others from moving it, and takes the pages away.

use core::sync::atomic::{AtomicUsize, Ordering};

use super::kernel::{COMMIT, Tables, direct_map, large_pages, root};
use super::space::{self, Purpose, SPACE};
use super::{FRAME_SIZE, HEAP_START, LARGE_SIZE, MAP_START, page_table};
use crate::errno::{Errno, Result};

/// The break, with [`MOVING`] set while somebody shrinks the heap.
static BREAK: AtomicUsize = AtomicUsize::new(HEAP_START);
/// End of the heap's area: the break cannot pass it.
static AREA_END: AtomicUsize = AtomicUsize::new(HEAP_START);

const MOVING: usize = 1 << 63;

/// What is charged at once.
fn unit() -> usize {
    if large_pages() {
        LARGE_SIZE
    } else {
        FRAME_SIZE
    }
}

/// Gives the heap an area for all `frames` of memory and answers its end.
pub(super) fn init(frames: usize) -> usize {
    let size = (frames * FRAME_SIZE).next_multiple_of(LARGE_SIZE);
    let end = (HEAP_START + size).min(MAP_START);
    AREA_END.store(end, Ordering::Relaxed);
    end
}

/// End of the area that is set aside for the heap.
pub(super) fn area_end() -> usize {
    AREA_END.load(Ordering::Relaxed)
}

/// End of the page that holds the break, and end of the memory that is charged for the heap.
pub(super) fn ends() -> (usize, usize) {
    let at = BREAK.load(Ordering::Relaxed) & !MOVING;
    (at.next_multiple_of(FRAME_SIZE), at.next_multiple_of(unit()))
}

/// Bytes below the break.
pub fn heap_size() -> usize {
    (BREAK.load(Ordering::Relaxed) & !MOVING) - HEAP_START
}

/// Moves the break by `increment` bytes and answers where it was.
///
/// # Errors
/// `ENOMEM` when there is not enough memory, `EINVAL` below the heap's start.
pub fn sbrk(increment: isize) -> Result<usize> {
    loop {
        let old = BREAK.load(Ordering::Acquire);
        if old & MOVING != 0 {
            space::let_others();
            continue;
        }
        if increment == 0 {
            return Ok(old);
        }
        if increment < 0 {
            let new = old
                .checked_sub(increment.unsigned_abs())
                .filter(|new| *new >= HEAP_START);
            let new = new.ok_or(Errno::EINVAL)?;
            if BREAK
                .compare_exchange(old, old | MOVING, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
            {
                shrink(old, new);
                BREAK.store(new, Ordering::Release);
                return Ok(old);
            }
            continue;
        }
        let new = old
            .checked_add(increment.unsigned_abs())
            .filter(|new| *new <= area_end());
        let new = new.ok_or(Errno::ENOMEM)?;
        let pages = (new.next_multiple_of(unit()) - old.next_multiple_of(unit())) / FRAME_SIZE;
        if pages > 0 && !COMMIT.charge(pages) {
            return Err(Errno::ENOMEM);
        }
        if BREAK
            .compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
        {
            return Ok(old);
        }
        COMMIT.uncharge(pages);
    }
}

/// Gives back what lies above the new break: whole units are freed, the rest is zeroed, since the
/// program finds zeros when the heap grows again.
fn shrink(old: usize, new: usize) {
    let (kept, end) = (new.next_multiple_of(unit()), old.next_multiple_of(unit()));
    if kept < end {
        let range = space::hold(kept, end, Purpose::Discard, false);
        space::take_pages(kept, end);
        drop(range);
        COMMIT.uncharge((end - kept) / FRAME_SIZE);
    }
    let until = kept.min(old);
    let _space = SPACE.lock();
    page_table::for_each_page(&Tables, root(), new, until, &mut |at, page| {
        let from = new.max(at);
        let to = until.min(at + page.frames() * FRAME_SIZE);
        // SAFETY: the part of the page above the new break, which the program gave up.
        unsafe { direct_map(page.physical(from)).write_bytes(0, to - from) };
    });
}
