//! The spin lock: mutual exclusion between cores, with interrupts off while it is held.

use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};

use spin::mutex::{SpinMutex, SpinMutexGuard};

use crate::arch::interrupts;

/// Mutual exclusion between cores and interrupt handlers.
pub struct SpinLock<T: ?Sized> {
    inner: SpinMutex<T>,
}

/// Holds a [`SpinLock`]; interrupts return to what they were when it is dropped.
pub struct SpinLockGuard<'a, T: ?Sized> {
    inner: ManuallyDrop<SpinMutexGuard<'a, T>>,
    interrupts: interrupts::Saved,
}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        SpinLock {
            inner: SpinMutex::new(value),
        }
    }
}

impl<T: ?Sized> SpinLock<T> {
    /// Takes the lock, spinning until it is free.
    #[inline]
    pub fn lock(&self) -> SpinLockGuard<'_, T> {
        let interrupts = interrupts::disable();
        SpinLockGuard {
            inner: ManuallyDrop::new(self.inner.lock()),
            interrupts,
        }
    }

    /// Takes the lock where interrupts are off already, and stay off until the guard is dropped.
    #[inline(always)]
    pub fn lock_quietly(&self) -> SpinMutexGuard<'_, T> {
        debug_assert!(!interrupts::enabled());
        self.inner.lock()
    }

    /// Takes the lock if it is free.
    pub fn try_lock(&self) -> Option<SpinLockGuard<'_, T>> {
        let saved = interrupts::disable();
        match self.inner.try_lock() {
            Some(inner) => Some(SpinLockGuard {
                inner: ManuallyDrop::new(inner),
                interrupts: saved,
            }),
            None => {
                interrupts::restore(saved);
                None
            }
        }
    }

    /// Frees a lock whose guard was leaked with `mem::forget`; interrupts stay as they are.
    ///
    /// # Safety
    /// The caller holds the lock, on this core.
    #[inline]
    pub unsafe fn force_unlock(&self) {
        // SAFETY: the caller holds the lock.
        unsafe { self.inner.force_unlock() }
    }
}

impl<T: ?Sized> Deref for SpinLockGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for SpinLockGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: ?Sized> Drop for SpinLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the guard is dropped once, here, before interrupts may come back.
        unsafe { ManuallyDrop::drop(&mut self.inner) };
        interrupts::restore(self.interrupts);
    }
}
