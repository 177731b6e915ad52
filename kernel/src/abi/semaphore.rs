//! Counting semaphores.
//!
//! The fast paths are one atomic operation; the kernel is entered only when a thread has to wait, or
//! waits.

use core::sync::atomic::{AtomicU64, Ordering};

use super::{HERMIT_CLOCK_MONOTONIC, HERMIT_NO_DEADLINE};
use crate::arch::uaccess;
use crate::errno::{self, Errno, Result};
use crate::sched::clock;
use crate::signal::{self, Restart};
use crate::sync::futex;

/// Largest value of a semaphore.
pub const HERMIT_SEM_VALUE_MAX: u32 = 0x7fff_ffff;

/// A counting semaphore; all zero is one of value 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitSem {
    /// In the low half how many waits succeed at once, in the high half how many threads are in a wait's
    /// slow path.
    pub bits: u64,
}

/// One waiter in the semaphore's 64 bits. Value and waiters change in one step, so that a post learns
/// whether somebody waits by the operation that gives its unit away: afterwards the semaphore may
/// already be gone.
const WAITER: u64 = 1 << 32;

/// The semaphore's bits, checked.
fn bits<'a>(sem: *mut HermitSem) -> Result<&'a AtomicU64> {
    if sem.is_null() || !sem.is_aligned() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: aligned; that it points to a semaphore is the caller's promise, as for all of POSIX's
    // semaphore functions.
    Ok(unsafe { AtomicU64::from_ptr(sem.cast()) })
}

/// Makes a semaphore of a value. Serves POSIX `sem_init`.
///
/// # Errors
/// `EINVAL`: value above [`HERMIT_SEM_VALUE_MAX`]. `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_init(sem: *mut HermitSem, value: u32) -> i32 {
    if value > HERMIT_SEM_VALUE_MAX || !sem.is_aligned() {
        return Errno::EINVAL.negative();
    }
    errno::status(uaccess::write(
        sem,
        HermitSem {
            bits: u64::from(value),
        },
    ))
}

/// Ends a semaphore. Serves POSIX `sem_destroy`.
///
/// # Errors
/// `EINVAL`: not a semaphore. `EBUSY`: threads wait for it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_destroy(sem: *mut HermitSem) -> i32 {
    match bits(sem) {
        Ok(bits) if bits.load(Ordering::SeqCst) >= WAITER => Errno::EBUSY.negative(),
        Ok(_) => 0,
        Err(error) => error.negative(),
    }
}

/// Adds one, and lets a waiter go on. Serves POSIX `sem_post`.
///
/// # Errors
/// `EOVERFLOW`: the value is the largest. `EINVAL`: not a semaphore.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_post(sem: *mut HermitSem) -> i32 {
    errno::status(post(sem))
}

#[inline]
fn post(sem: *mut HermitSem) -> Result<()> {
    let bits = bits(sem)?;
    let mut seen = bits.load(Ordering::Relaxed);
    loop {
        if seen as u32 >= HERMIT_SEM_VALUE_MAX {
            return Err(Errno::EOVERFLOW);
        }
        match bits.compare_exchange_weak(seen, seen + 1, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    if seen >= WAITER {
        futex::wake(sem as usize, 1);
    }
    Ok(())
}

/// Takes one, waiting until there is one. Serves POSIX `sem_wait`.
///
/// # Errors
/// `EINTR`: a signal handler ran. `EINVAL`: not a semaphore.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_wait(sem: *mut HermitSem) -> i32 {
    errno::status(take(sem, HERMIT_NO_DEADLINE, HERMIT_CLOCK_MONOTONIC))
}

/// Takes one if there is one. Serves POSIX `sem_trywait`.
///
/// # Errors
/// `EAGAIN`: there is none. `EINVAL`: not a semaphore.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_trywait(sem: *mut HermitSem) -> i32 {
    match bits(sem) {
        Ok(bits) if try_take(bits, 0) => 0,
        Ok(_) => Errno::EAGAIN.negative(),
        Err(error) => error.negative(),
    }
}

/// Takes one, waiting until `clock` shows `deadline` nanoseconds at most. One that is there is taken
/// even after the deadline. Serves POSIX `sem_timedwait`.
///
/// # Errors
/// `ETIMEDOUT`. `EINTR`: a signal handler ran. `EINVAL`: not a semaphore, or not a clock to wait for.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_timedwait(sem: *mut HermitSem, deadline: u64, clock: u32) -> i32 {
    errno::status(take(sem, deadline, clock))
}

/// Takes one if there is one, and `waiter` with it.
#[inline]
fn try_take(bits: &AtomicU64, waiter: u64) -> bool {
    let mut seen = bits.load(Ordering::Relaxed);
    while seen as u32 > 0 {
        let less = seen - 1 - waiter;
        match bits.compare_exchange_weak(seen, less, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(now) => seen = now,
        }
    }
    false
}

#[inline]
fn take(sem: *mut HermitSem, deadline: u64, clock: u32) -> Result<()> {
    let bits = bits(sem)?;
    if try_take(bits, 0) {
        return Ok(());
    }
    take_slowly(bits, clock::monotonic_deadline(clock, deadline)?)
}

#[cold]
fn take_slowly(bits: &AtomicU64, deadline: u64) -> Result<()> {
    signal::interruptible(Restart::Allowed, || {
        bits.fetch_add(WAITER, Ordering::Relaxed);
        loop {
            if try_take(bits, WAITER) {
                return Ok(());
            }
            match futex::wait(bits.as_ptr() as usize, 0, deadline, true) {
                Ok(()) | Err(Errno::EAGAIN) => {}
                // One may have come at the last moment.
                Err(_) if try_take(bits, WAITER) => return Ok(()),
                Err(error) => {
                    bits.fetch_sub(WAITER, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    })
}

/// Stores the semaphore's value. Serves POSIX `sem_getvalue`.
///
/// # Errors
/// `EINVAL`: not a semaphore. `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_sem_getvalue(sem: *mut HermitSem, result: *mut i32) -> i32 {
    errno::status(
        bits(sem).and_then(|bits| uaccess::write(result, bits.load(Ordering::SeqCst) as i32)),
    )
}
