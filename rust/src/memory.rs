//! Rust's allocator is the C library's: memory may be freed on the other side.

use core::alloc::{GlobalAlloc, Layout};

use crate::c;

/// What `malloc` aligns everything to.
const ALIGNED: usize = 16;

/// The C library's allocator.
pub struct Malloc;

#[global_allocator]
static ALLOCATOR: Malloc = Malloc;

// SAFETY: `malloc` and its family do what is asked of a global allocator.
unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= ALIGNED {
            // SAFETY: plain allocation.
            unsafe { c::malloc(layout.size()).cast() }
        } else {
            let size = layout.pad_to_align().size();
            // SAFETY: the alignment is a power of two and divides the size.
            unsafe { c::aligned_alloc(layout.align(), size).cast() }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= ALIGNED {
            // SAFETY: plain allocation.
            return unsafe { c::calloc(1, layout.size()).cast() };
        }
        // SAFETY: the caller's promise.
        let memory = unsafe { self.alloc(layout) };
        if !memory.is_null() {
            // SAFETY: just allocated, of this size.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, _layout: Layout) {
        // SAFETY: from one of the functions above.
        unsafe { c::free(memory.cast()) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.align() <= ALIGNED {
            // SAFETY: from `malloc`, `calloc` or `realloc`.
            return unsafe { c::realloc(memory.cast(), size).cast() };
        }
        // SAFETY: the caller's promise: size and alignment make a layout.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: the old memory is copied as far as both reach, then freed.
        unsafe {
            let moved = self.alloc(new);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(memory, layout.size().min(size));
                self.dealloc(memory, layout);
            }
            moved
        }
    }
}
