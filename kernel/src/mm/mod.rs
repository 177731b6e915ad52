//! Memory: physical frames, page tables, the kernel's heap and the program's address space.
//!
//! The pure parts ([`spans`], [`frames`], [`page_table`], [`regions`], [`commit`], [`object`]) know no
//! hardware and are tested on the host. The rest ties them to the machine: [`kernel`] owns the frame
//! allocator and the direct map, [`heap`] is the kernel's allocator, [`space`] the program's address space,
//! which [`map`], [`protect`], [`remap`],
//! [`residence`] and [`shared`] change, [`fault`] answers page faults, [`stack`]
//! makes the kernel's thread stacks.
//!
//! Layout of virtual memory:
//!
//! | from | what |
//! |---|---|
//! | 0 | nothing: page 0 and the rest of the first MiB are never mapped |
//! | 1 MiB | the image, each segment with its own access |
//! | [`HEAP_START`] | the `sbrk` heap |
//! | [`MAP_START`] | mappings without an address, stacks |
//! | [`USER_END`] | end of what a program can map |
//! | [`DIRECT_MAP`] | all of RAM, writable, not executable; devices, uncached |
//!
//! **Locks**, outermost first: the address space, an object, the kernel heap, the frames (an object and the
//! heap are never held together). All are [`lock::MemoryLock`]s:
//! the page-fault handler takes them, so nothing may fault while holding one, and the lock makes sure of
//! the stack by touching it first. Changes that need other cores to flush hold a *range* of the address
//! space instead of the lock while they wait ([`space`]).

pub mod commit;
pub mod frames;
pub mod page_table;
pub mod regions;
pub mod spans;

#[cfg(not(test))]
pub mod brk;
#[cfg(not(test))]
pub mod fault;
#[cfg(not(test))]
pub mod heap;
#[cfg(not(test))]
pub mod image;
#[cfg(not(test))]
pub mod kernel;
#[cfg(not(test))]
pub mod lock;
#[cfg(not(test))]
pub mod map;
#[cfg(not(test))]
pub mod protect;
#[cfg(not(test))]
pub mod remap;
#[cfg(not(test))]
pub mod residence;
#[cfg(not(test))]
pub mod shared;
#[cfg(not(test))]
pub mod space;
#[cfg(not(test))]
pub mod stack;

pub mod object;
/// What objects need of the rest.
#[cfg(not(test))]
mod object_memory {
    pub(super) use super::kernel::{Tables, alloc_frames, direct_map, free_frames};
    pub(super) use super::lock::{MemoryLock, OBJECT_REACH};
    pub(super) use super::shared::{collect, withdraw};
    pub(super) use crate::arch::paging::zero;
}
#[cfg(test)]
#[path = "object_host.rs"]
mod object_memory;

#[cfg(not(test))]
pub use fault::{Fault, page_fault, touch};
#[cfg(not(test))]
pub use kernel::{
    alloc_frames, direct_map, for_physical, free_frames, init, map_device, page_table_root,
    physical, physical_address,
};
#[cfg(not(test))]
pub use space::is_guard;
#[cfg(not(test))]
pub use stack::{Stack, free_stack, new_stack};

/// A physical address.
pub type PhysAddr = u64;

/// Size of a frame and of a small page.
pub const FRAME_SIZE: usize = 4096;
/// Size of a large page.
pub const LARGE_SIZE: usize = 2 << 20;

/// Where the direct map of physical memory begins.
pub const DIRECT_MAP: usize = 0xffff_8000_0000_0000;
/// Physical memory beyond this is not used.
pub const PHYSICAL_LIMIT: u64 = 1 << 46;
/// Where the `sbrk` heap begins; the lowest address that a program can map.
pub const HEAP_START: usize = 1 << 36;
/// Where mappings without an address begin.
pub const MAP_START: usize = 1 << 40;
/// End of what a program can map: the end of the lower half, less a page that keeps code from running
/// off it.
pub const USER_END: usize = (1 << 47) - LARGE_SIZE;

/// A small generator of pseudo-random numbers for tests (xorshift64*, Vigna 2014).
#[cfg(test)]
pub(crate) fn test_random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}
