//! The kernel's heap.
//!
//! Small allocations come from `talc`, which grows by claiming frames through the direct map; memory it
//! has once it keeps. Allocations of [`DIRECT_FROM`] bytes and more are frames of their own and return
//! to the allocator of frames when they are freed. Out of memory is a null pointer: code whose amounts a
//! caller can influence allocates with `try_reserve`.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::{NonNull, null_mut};

use talc::base::Talc;
use talc::base::binning::Binning;
use talc::source::Source;
use talc::{DefaultBinning, min_first_heap_size};

use super::frames::order_for;
use super::kernel::{
    alloc_contiguous, alloc_frames, alloc_reserve, direct_map, free_contiguous, physical_address,
    statistics,
};
use super::lock::{HEAP_REACH, MemoryLock};
use super::{FRAME_SIZE, PhysAddr};

/// From this size on an allocation has frames of its own.
const DIRECT_FROM: usize = 64 * 1024;

/// Gives the heap frames when it is full.
#[derive(Debug)]
pub struct FrameSource;

// SAFETY: it allocates frames, never from the heap that calls it.
unsafe impl Source for FrameSource {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        // Room for the tags around it, and for the metadata the first time.
        let wanted = layout.size() + layout.align() + min_first_heap_size::<DefaultBinning>();
        let least = order_for(wanted).ok_or(())?;
        // More at once makes fewer islands, but a small machine has none to spare.
        let usual = match statistics().free {
            0..2048 => 1,
            2048..16384 => 3,
            _ => 5,
        };
        let (order, frames) = [least.max(usual), least]
            .into_iter()
            .find_map(|order| Some((order, alloc_frames(order)?)))
            .or_else(|| Some((least, alloc_reserve(least)?)))
            .ok_or(())?;
        // SAFETY: the frames are ours and are never freed.
        unsafe { talc.claim(direct_map(frames), FRAME_SIZE << order) }
            .map(drop)
            .ok_or(())
    }
}

/// The allocator and its lock.
pub struct KernelHeap(MemoryLock<Talc<FrameSource, DefaultBinning>, HEAP_REACH>);

/// The kernel's heap. It is the global allocator in the image only: host tests of crates that use this
/// one keep the host's.
#[cfg_attr(panic = "abort", global_allocator)]
pub static HEAP: KernelHeap = KernelHeap(MemoryLock::new(Talc::new(FrameSource)));

// SAFETY: `talc` hands out disjoint memory of the layout asked for, under the lock; large layouts have
// frames of their own, aligned to at least a page.
unsafe impl GlobalAlloc for KernelHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= DIRECT_FROM {
            return alloc_direct(layout).map_or(null_mut(), direct_map);
        }
        // SAFETY: the caller's size is not zero.
        let block = unsafe { self.0.lock().allocate(layout) };
        block.map_or(null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() >= DIRECT_FROM {
            free_contiguous(physical_address(block), layout.size());
        } else {
            // SAFETY: the caller got the block from here with this layout.
            unsafe { self.0.lock().deallocate(block, layout) };
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let both_small = layout.size().max(new_size) < DIRECT_FROM;
        // SAFETY: as for `dealloc`; the caller's new size is not zero.
        if both_small && unsafe { self.0.lock().try_realloc_in_place(block, layout, new_size) } {
            return block;
        }
        if !both_small
            && layout.size().min(new_size) >= DIRECT_FROM
            && layout.size().div_ceil(FRAME_SIZE) == new_size.div_ceil(FRAME_SIZE)
        {
            return block;
        }
        // SAFETY: the caller promises a size that makes a valid layout.
        let new =
            unsafe { self.alloc(Layout::from_size_align_unchecked(new_size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks are at least as large as what is copied, and disjoint.
            unsafe {
                new.copy_from_nonoverlapping(block, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
        }
        new
    }
}

/// Frames for one large allocation. They are aligned to their size rounded up to a power of two, which
/// is more than any alignment up to the size.
fn alloc_direct(layout: Layout) -> Option<PhysAddr> {
    if layout.align() > layout.size().next_power_of_two() {
        return None;
    }
    alloc_contiguous(layout.size())
}
