//! The Hermit kernel: a library operating system in one address space and one privilege level.
//!
//! A program is linked together with it into one bootable image, and calls it by the C functions of
//! [`abi`]. The kernel knows threads, memory, time, files and devices; it knows nothing of POSIX
//! threads or newlib, which sit on the ABI.
//!
//! | module | holds |
//! |---|---|
//! | [`abi`] | the exported C functions: thin shells that check arguments |
//! | `arch` | the processor: boot, interrupts, switching, page tables, timer |
//! | `mm` | frames, regions, page faults, the kernel heap |
//! | `sched` | run queues, deadlines, threads |
//! | `sync` | spin locks, futexes, and the order of all locks |
//! | `signal` | faults and signals |
//! | `drivers`, `fs` | devices; files and descriptors |
//! | `firmware` | tables that describe the machine |
//! | `boot`, `start`, `console` | what the loader told; start and end; log and control records |
//!
//! Principles: the simplest algorithm that meets the goal; fast paths are function calls without locks;
//! a caller's mistake is an errno, only the kernel's own bug is a panic. Logic that does not touch
//! hardware is compiled and tested on the host.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

#[cfg(not(test))]
pub mod abi;
#[cfg(not(test))]
pub mod arch;
#[cfg(test)]
pub mod arch {
    //! What the host tests need of the architecture: the format of page-table entries.
    #[path = "x86_64/paging.rs"]
    pub mod paging;
}
pub mod boot;
#[cfg(not(test))]
pub mod console;
pub mod drivers;
pub mod errno;
pub mod firmware;
pub mod fs;
#[cfg(not(test))]
pub mod ipc;
pub mod mm;
#[cfg(test)]
mod properties;
pub mod sched;
#[cfg(not(test))]
pub mod signal;
#[cfg(not(test))]
pub mod start;
pub mod sync;
