//! The lock inside other objects: a futex mutex of one word.
//!
//! It is held for a few instructions at a time and never while user code runs. A waiter sleeps after
//! a short spin, so a holder of lower priority on the same core can go on.

use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::platform::{self, futex_wait, futex_wake};
use crate::time::Deadline;

/// 0 free, 1 held, 2 held and perhaps waited for.
#[repr(transparent)]
pub struct LowLock(AtomicU32);

/// Unlocks when dropped.
pub struct LowGuard<'a>(&'a LowLock);

impl LowLock {
    /// A free lock.
    #[allow(clippy::new_without_default, reason = "never made by default")]
    pub const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Takes the lock, waiting for it.
    #[inline]
    pub fn lock(&self) -> LowGuard<'_> {
        if self.0.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            self.lock_contended();
        }
        LowGuard(self)
    }

    #[cold]
    fn lock_contended(&self) {
        platform::spin_while(|| self.0.load(Relaxed) == 1);
        // From here on the word says 2 whoever holds it: somebody else may sleep too.
        while self.0.swap(2, Acquire) != 0 {
            futex_wait(&self.0, 2, Deadline::NEVER);
        }
    }
}

impl Drop for LowGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        let word: *const AtomicU32 = &self.0.0;
        if self.0.0.swap(0, Release) == 2 {
            // The object may be gone by now; only its address is used.
            futex_wake(word, 1);
        }
    }
}
