//! Recursive mutexes: the HermitCore tradition's lock for C run-time libraries.

use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use super::{HERMIT_CLOCK_MONOTONIC, HERMIT_NO_DEADLINE, HermitTid};
use crate::arch::{current, uaccess};
use crate::errno::{self, Errno, Result};
use crate::sched::clock;
use crate::sync::futex;

/// A recursive mutex; all zero is an unlocked one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitRecMutex {
    /// 0 free, 1 held, 2 held and waited for.
    pub state: u32,
    /// The holder's thread id.
    pub owner: HermitTid,
    /// How often the holder has locked it.
    pub count: u32,
}

struct Parts<'a> {
    state: &'a AtomicU32,
    owner: &'a AtomicI32,
    count: &'a AtomicU32,
}

fn parts<'a>(mutex: *mut HermitRecMutex) -> Result<Parts<'a>> {
    if mutex.is_null() || !mutex.is_aligned() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: aligned; that it points to a mutex is the caller's promise.
    unsafe {
        Ok(Parts {
            state: AtomicU32::from_ptr(&raw mut (*mutex).state),
            owner: AtomicI32::from_ptr(&raw mut (*mutex).owner),
            count: AtomicU32::from_ptr(&raw mut (*mutex).count),
        })
    }
}

impl Parts<'_> {
    fn try_lock(&self) -> Result<()> {
        let me = current().tid;
        if self.owner.load(Ordering::Relaxed) == me {
            let count = self.count.load(Ordering::Relaxed);
            self.count.store(
                count.checked_add(1).ok_or(Errno::EAGAIN)?,
                Ordering::Relaxed,
            );
            return Ok(());
        }
        match self
            .state
            .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
        {
            Ok(_) => {
                self.taken(me);
                Ok(())
            }
            Err(_) => Err(Errno::EBUSY),
        }
    }

    fn taken(&self, me: HermitTid) {
        self.owner.store(me, Ordering::Relaxed);
        self.count.store(1, Ordering::Relaxed);
    }

    fn lock(&self, deadline: u64) -> Result<()> {
        match self.try_lock() {
            Err(Errno::EBUSY) => {}
            done => return done,
        }
        while self.state.swap(2, Ordering::Acquire) != 0 {
            match futex::wait(self.state.as_ptr() as usize, 2, deadline, false) {
                Err(Errno::ETIMEDOUT) => return Err(Errno::ETIMEDOUT),
                _ => continue,
            }
        }
        self.taken(current().tid);
        Ok(())
    }

    fn unlock(&self) -> Result<()> {
        if self.owner.load(Ordering::Relaxed) != current().tid {
            return Err(Errno::EPERM);
        }
        let count = self.count.load(Ordering::Relaxed) - 1;
        self.count.store(count, Ordering::Relaxed);
        if count == 0 {
            self.owner.store(0, Ordering::Relaxed);
            if self.state.swap(0, Ordering::Release) == 2 {
                futex::wake(self.state.as_ptr() as usize, 1);
            }
        }
        Ok(())
    }
}

/// Makes an unlocked mutex.
///
/// # Errors
/// `EINVAL`: misaligned. `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_recmutex_init(mutex: *mut HermitRecMutex) -> i32 {
    if !mutex.is_aligned() {
        return Errno::EINVAL.negative();
    }
    errno::status(uaccess::write(
        mutex,
        HermitRecMutex {
            state: 0,
            owner: 0,
            count: 0,
        },
    ))
}

/// Ends a mutex.
///
/// # Errors
/// `EBUSY`: it is held. `EINVAL`: not a mutex.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_recmutex_destroy(mutex: *mut HermitRecMutex) -> i32 {
    errno::status(
        parts(mutex).and_then(|parts| match parts.state.load(Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err(Errno::EBUSY),
        }),
    )
}

/// Locks, waiting until the mutex is free, once more if the caller holds it.
///
/// # Errors
/// `EAGAIN`: locked too often. `EINVAL`: not a mutex.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_recmutex_lock(mutex: *mut HermitRecMutex) -> i32 {
    sys_recmutex_timedlock(mutex, HERMIT_NO_DEADLINE, HERMIT_CLOCK_MONOTONIC)
}

/// Locks if the mutex is free or the caller's.
///
/// # Errors
/// `EBUSY`: another thread holds it. `EAGAIN`, `EINVAL` as [`sys_recmutex_lock`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_recmutex_trylock(mutex: *mut HermitRecMutex) -> i32 {
    errno::status(parts(mutex).and_then(|parts| parts.try_lock()))
}

/// Locks, waiting until `clock` shows `deadline` nanoseconds at most.
///
/// # Errors
/// `ETIMEDOUT`. `EAGAIN`, `EINVAL` as [`sys_recmutex_lock`], and for a clock that cannot be waited for.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_recmutex_timedlock(
    mutex: *mut HermitRecMutex,
    deadline: u64,
    clock: u32,
) -> i32 {
    errno::status(
        parts(mutex).and_then(|parts| parts.lock(clock::monotonic_deadline(clock, deadline)?)),
    )
}

/// Unlocks once.
///
/// # Errors
/// `EPERM`: the caller does not hold it. `EINVAL`: not a mutex.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_recmutex_unlock(mutex: *mut HermitRecMutex) -> i32 {
    errno::status(parts(mutex).and_then(|parts| parts.unlock()))
}
