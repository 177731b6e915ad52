//! Mutexes: the calls, and the normal mutex.
//!
//! A normal mutex without protocol or robustness is a word with three values, and locking or unlocking
//! it uncontended is one atomic instruction. All other kinds know their owner: [`crate::owned`].
//! `kind` lies where glibc has it, because of the static initialisers.

use core::cell::Cell;
use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::errno::{EBUSY, EINVAL, ETIMEDOUT, number};
use crate::mutexattr::{BEHAVIOUR, MutexAttr, PROTECT};
use crate::owned;
use crate::platform::{self, Woken, futex_wait, futex_wake};
use crate::priority;
use crate::time::{CLOCK_REALTIME, ClockId, Patience, Timespec};

/// `pthread_mutex_t`.
#[repr(C)]
pub struct Mutex {
    /// Normal: 0 free, 1 locked, 2 locked and perhaps waited for. Others: see [`crate::owned`].
    pub(crate) word: AtomicU32,
    /// How often a recursive mutex is locked; its owner's.
    pub(crate) count: Cell<u32>,
    /// Whether what a robust mutex guards is consistent; its owner's.
    pub(crate) inconsistent: Cell<u32>,
    reserved: u32,
    /// Bits of [`crate::mutexattr`]; constant.
    pub(crate) kind: AtomicU32,
    /// Priority ceiling, in priorities of `SCHED_FIFO`; written while locked.
    pub(crate) ceiling: AtomicU32,
    /// Neighbours in the list of what the owner holds; the owner's.
    pub(crate) next: Cell<*const Mutex>,
    pub(crate) previous: Cell<*const Mutex>,
}

// SAFETY: fields that are no atomics are touched by the owner only, as the mutex itself ensures.
unsafe impl Sync for Mutex {}

const _: () = assert!(size_of::<Mutex>() == 40 && align_of::<Mutex>() == 8);

const FREE: u32 = 0;
const LOCKED: u32 = 1;
const CONTENDED: u32 = 2;

impl Mutex {
    /// Type, protocol and robustness.
    #[inline(always)]
    pub fn kind(&self) -> u32 {
        self.kind.load(Relaxed)
    }

    /// Locks any mutex.
    #[inline]
    pub fn lock(&self, patience: Patience) -> c_int {
        if self.kind() & BEHAVIOUR != 0 {
            return owned::lock(self, patience);
        }
        if self
            .word
            .compare_exchange(FREE, LOCKED, Acquire, Relaxed)
            .is_ok()
        {
            return 0;
        }
        self.lock_contended(patience)
    }

    /// [`Mutex::lock`] of a mutex that is not free and normal, out of the fast path's way.
    #[cold]
    #[inline(never)]
    fn lock_slow(&self) -> c_int {
        if self.kind() & BEHAVIOUR != 0 {
            return owned::lock(self, Patience::Endless);
        }
        self.lock_contended(Patience::Endless)
    }

    #[cold]
    fn unlock_slow(&self) -> c_int {
        owned::unlock(self)
    }

    #[cold]
    fn lock_contended(&self, patience: Patience) -> c_int {
        if patience.is_try() {
            return EBUSY;
        }
        platform::spin_while(|| self.word.load(Relaxed) == LOCKED);
        if self
            .word
            .compare_exchange(FREE, LOCKED, Acquire, Relaxed)
            .is_ok()
        {
            return 0;
        }
        let deadline = match patience.deadline() {
            Ok(deadline) => deadline,
            Err(number) => return number,
        };
        // Whoever gets the lock here marks it contended, because others may sleep; the price is one
        // wake too many at the end.
        while self.word.swap(CONTENDED, Acquire) != FREE {
            if futex_wait(&self.word, CONTENDED, deadline) == Woken::TimedOut {
                return ETIMEDOUT;
            }
        }
        0
    }

    /// Whether unlocking is the caller's right, as far as the mutex knows.
    pub fn may_unlock(&self) -> bool {
        self.kind() & BEHAVIOUR == 0 || owned::is_mine(self)
    }

    /// Unlocks any mutex.
    #[inline]
    pub fn unlock(&self) -> c_int {
        if self.kind() & BEHAVIOUR != 0 {
            return self.unlock_slow();
        }
        let word: *const AtomicU32 = &self.word;
        if self.word.swap(FREE, Release) == CONTENDED {
            return wake_next(word);
        }
        0
    }
}

/// Wakes one waiter. The mutex may be destroyed and freed by now; only its address is used.
#[cold]
fn wake_next(word: *const AtomicU32) -> c_int {
    futex_wake(word, 1);
    0
}

/// Initialises a mutex. `EINVAL` for null.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_init(
    mutex: Option<&mut MaybeUninit<Mutex>>,
    attr: Option<&MutexAttr>,
) -> c_int {
    let Some(mutex) = mutex else { return EINVAL };
    let (kind, ceiling) = attr.map_or((0, 0), |attr| (attr.kind(), attr.ceiling()));
    mutex.write(Mutex {
        word: AtomicU32::new(FREE),
        count: Cell::new(0),
        inconsistent: Cell::new(0),
        reserved: 0,
        kind: AtomicU32::new(kind),
        ceiling: AtomicU32::new(ceiling as u32),
        next: Cell::new(core::ptr::null()),
        previous: Cell::new(core::ptr::null()),
    });
    0
}

/// Ends the use of a mutex. `EBUSY` if it is locked.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_destroy(mutex: Option<&Mutex>) -> c_int {
    let Some(mutex) = mutex else { return EINVAL };
    if owned::is_locked(mutex) { EBUSY } else { 0 }
}

/// Locks a mutex.
///
/// `EDEADLK`: error-checking and owned by the caller. `EAGAIN`: recursive and locked 2^32-1 times.
/// `EINVAL`: priority-protect, and the caller's priority is above the ceiling. `EOWNERDEAD`: robust, the
/// owner ended; the caller owns it now. `ENOTRECOVERABLE`: robust and given up.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_lock(mutex: &Mutex) -> c_int {
    let free = mutex.kind() & BEHAVIOUR == 0
        && mutex
            .word
            .compare_exchange(FREE, LOCKED, Acquire, Relaxed)
            .is_ok();
    if free { 0 } else { mutex.lock_slow() }
}

/// Locks a mutex if that needs no waiting. `EBUSY` if it does; else as `pthread_mutex_lock`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_trylock(mutex: &Mutex) -> c_int {
    mutex.lock(Patience::Try)
}

/// Locks a mutex, waiting until `deadline` of the wall clock. `ETIMEDOUT`; `EINVAL` if it must wait and
/// the deadline is malformed; else as `pthread_mutex_lock`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_timedlock(mutex: &Mutex, deadline: Option<&Timespec>) -> c_int {
    mutex.lock(Patience::Until(CLOCK_REALTIME, deadline))
}

/// `pthread_mutex_timedlock` against the clock named (POSIX.1-2024). `EINVAL` for another clock than the
/// monotonic and the wall clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_clocklock(
    mutex: &Mutex,
    clock: ClockId,
    deadline: Option<&Timespec>,
) -> c_int {
    match Patience::clock(clock, deadline) {
        Ok(patience) => mutex.lock(patience),
        Err(number) => number,
    }
}

/// Unlocks a mutex. `EPERM` if the caller does not own it and the mutex is not a normal one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_unlock(mutex: &Mutex) -> c_int {
    mutex.unlock()
}

/// Says that what a robust mutex guards is in order again. `EINVAL` unless the caller owns the mutex
/// by way of `EOWNERDEAD`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_consistent(mutex: Option<&Mutex>) -> c_int {
    number(mutex.ok_or(EINVAL).and_then(owned::make_consistent))
}

/// The older name of `pthread_mutex_consistent`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_consistent_np(mutex: Option<&Mutex>) -> c_int {
    pthread_mutex_consistent(mutex)
}

/// Reads the priority ceiling. `EINVAL` if the mutex is not priority-protect.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_getprioceiling(
    mutex: Option<&Mutex>,
    ceiling: Option<&mut c_int>,
) -> c_int {
    match (mutex, ceiling) {
        (Some(mutex), Some(ceiling)) if mutex.kind() & PROTECT != 0 => {
            *ceiling = mutex.ceiling.load(Relaxed) as c_int;
            0
        }
        _ => EINVAL,
    }
}

/// Locks the mutex (whatever the caller's priority), sets its ceiling, unlocks it. `EINVAL` if the mutex
/// is not priority-protect or the ceiling is no priority of `SCHED_FIFO`; `EDEADLK` and the errors of
/// robust mutexes as `pthread_mutex_lock`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn pthread_mutex_setprioceiling(
    mutex: Option<&Mutex>,
    ceiling: c_int,
    old: Option<&mut c_int>,
) -> c_int {
    match mutex {
        Some(mutex) if mutex.kind() & PROTECT != 0 && priority::is_realtime(ceiling) => {
            match owned::with_locked(mutex, || mutex.ceiling.swap(ceiling as u32, Relaxed)) {
                Ok(before) => {
                    if let Some(old) = old {
                        *old = before as c_int;
                    }
                    0
                }
                Err(number) => number,
            }
        }
        _ => EINVAL,
    }
}
