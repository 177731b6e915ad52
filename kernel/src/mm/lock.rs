//! The lock of memory structures.
//!
//! The page-fault handler takes these locks. A thread that faulted on its own stack while it holds one
//! would wait for itself, so [`MemoryLock::lock`] first touches the stack as far down as code under a
//! memory lock reaches. The handler itself runs on a stack with mapped memory below it, where that is
//! harmless.
//!
//! A lock that is taken under another one must not touch what the other has not, so each level reaches
//! half as far as the one around it, which leaves the code between two levels the other half.

use crate::arch::paging::probe_stack;
use crate::sync::{SpinLock, SpinLockGuard};

/// How far the lock of the address space, the outermost, reaches down the stack.
pub const SPACE_REACH: usize = 8192;
/// How far the lock of an object reaches.
pub const OBJECT_REACH: usize = 4096;
/// How far the kernel heap's lock reaches.
pub const HEAP_REACH: usize = 4096;
/// How far the lock of the frames, the innermost, reaches.
pub const FRAMES_REACH: usize = 2048;

/// A spin lock whose holder does not fault.
pub struct MemoryLock<T, const REACH: usize>(SpinLock<T>);

impl<T, const REACH: usize> MemoryLock<T, REACH> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        MemoryLock(SpinLock::new(value))
    }

    /// Takes the lock, after making sure of the stack.
    #[inline]
    pub fn lock(&self) -> SpinLockGuard<'_, T> {
        probe_stack::<REACH>();
        self.0.lock()
    }
}
