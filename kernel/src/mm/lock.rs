//! The lock of memory structures.
//!
//! The page-fault handler takes these locks. A thread that faulted on its own stack while it holds one
//! would wait for itself, so [`MemoryLock::lock`] first touches the stack as far down as code under a
//! memory lock reaches. The handler itself runs on a stack inside the image, where that is harmless.
//!
//! A lock that is taken under another one must not touch what the other has not: it reaches less far.

use crate::arch::paging::probe_stack;
use crate::sync::{SpinLock, SpinLockGuard};

/// How far code under a memory lock may go down its stack.
const STACK_USE: usize = 8 * 1024;
/// The same for the innermost lock, which is got within the other half of an outer one's.
pub const INNER_STACK_USE: usize = STACK_USE / 2;

/// A spin lock whose holder does not fault.
pub struct MemoryLock<T, const REACH: usize = STACK_USE>(SpinLock<T>);

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
