//! The sleeping lock of the kernel itself.

use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicU32, Ordering};

use super::futex;
use crate::signal;

const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

/// Mutual exclusion between threads; a waiter sleeps. Not for interrupt handlers.
pub struct Mutex<T: ?Sized> {
    state: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: the lock hands the value to one thread at a time.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}
// SAFETY: owning the lock is owning the value.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}

/// Holds a [`Mutex`].
pub struct MutexGuard<'a, T: ?Sized>(&'a Mutex<T>);

impl<T> Mutex<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Mutex {
            state: AtomicU32::new(FREE),
            value: UnsafeCell::new(value),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock, sleeping until it is free.
    ///
    /// The thread's signal handlers wait until the guard is dropped: they might want the same lock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        signal::defer();
        let (acquire, relaxed) = (Ordering::Acquire, Ordering::Relaxed);
        if self
            .state
            .compare_exchange(FREE, HELD, acquire, relaxed)
            .is_err()
        {
            while self.state.swap(CONTENDED, acquire) != FREE {
                // Woken, changed or interrupted: in each case the swap tells what is the case now.
                let _ = futex::wait(self.state.as_ptr() as usize, CONTENDED, u64::MAX, false);
            }
        }
        MutexGuard(self)
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.0.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if self.0.state.swap(FREE, Ordering::Release) == CONTENDED {
            futex::wake(self.0.state.as_ptr() as usize, 1);
        }
        signal::undefer();
    }
}
