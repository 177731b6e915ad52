//! Spin locks.
//!
//! A waiter spins for a while; then it yields, and at last it sleeps for short times, because the
//! holder may stand behind it in the same core's queue, perhaps with a lower priority.

use core::ffi::c_int;
use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::errno::{EBUSY, EINVAL};
use crate::platform;

/// `pthread_spinlock_t`: 0 free, 1 locked.
#[repr(transparent)]
pub struct SpinLock(AtomicU32);

const YIELDS: u32 = 32;
const NAP: u64 = 50_000;

impl SpinLock {
    #[cold]
    fn lock_contended(&self) {
        let mut turns = 0;
        loop {
            platform::spin_while(|| self.0.load(Relaxed) != 0);
            if self.0.load(Relaxed) == 0 && self.0.swap(1, Acquire) == 0 {
                return;
            }
            if turns < YIELDS {
                turns += 1;
                platform::yield_now();
            } else {
                platform::sleep(NAP);
            }
        }
    }
}

/// Initialises a spin lock. `EINVAL` for null, or a sharing attribute that is not 0 or 1.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_spin_init(lock: Option<&SpinLock>, shared: c_int) -> c_int {
    match lock {
        Some(lock) if shared == 0 || shared == 1 => {
            lock.0.store(0, Relaxed);
            0
        }
        _ => EINVAL,
    }
}

/// Ends the use of a spin lock. `EBUSY` if it is locked.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_spin_destroy(lock: Option<&SpinLock>) -> c_int {
    match lock {
        Some(lock) if lock.0.load(Relaxed) == 0 => 0,
        Some(_) => EBUSY,
        None => EINVAL,
    }
}

/// Locks. A thread that locks it twice waits for ever.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_spin_lock(lock: &SpinLock) -> c_int {
    if lock.0.swap(1, Acquire) != 0 {
        lock.lock_contended();
    }
    0
}

/// Locks if that needs no waiting. `EBUSY` if it does.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_spin_trylock(lock: &SpinLock) -> c_int {
    if lock.0.swap(1, Acquire) == 0 {
        0
    } else {
        EBUSY
    }
}

/// Unlocks.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_spin_unlock(lock: &SpinLock) -> c_int {
    lock.0.store(0, Release);
    0
}
