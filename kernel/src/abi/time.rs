//! Clocks and sleeping. Clock numbers are newlib's (`time.h`).

use crate::arch::{timer, uaccess};
use crate::errno::{self, Errno, Result};
use crate::sched::{self, clock};

/// Wall clock: nanoseconds since 1970-01-01 00:00 UTC.
pub const HERMIT_CLOCK_REALTIME: u32 = 1;
/// Time that all threads have run.
pub const HERMIT_CLOCK_PROCESS_CPUTIME: u32 = 2;
/// Time that the calling thread has run.
pub const HERMIT_CLOCK_THREAD_CPUTIME: u32 = 3;
/// Time since the kernel began; never set.
pub const HERMIT_CLOCK_MONOTONIC: u32 = 4;

/// In the flags of [`sys_clock_nanosleep`]: the time is a deadline, not a duration.
pub const HERMIT_TIMER_ABSTIME: u32 = 4;

/// Stores what a clock shows, in nanoseconds. Serves POSIX `clock_gettime`.
///
/// # Errors
/// `EINVAL`: no such clock. `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_clock_gettime(clock: u32, ns: *mut i64) -> i32 {
    errno::status(clock::now(clock).and_then(|now| uaccess::write(ns, now)))
}

/// What a clock shows, in nanoseconds, as the result: the quick form of [`sys_clock_gettime`].
///
/// # Errors
/// `-EINVAL`: no such clock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_clock_ns(clock: u32) -> i64 {
    match clock {
        HERMIT_CLOCK_MONOTONIC => timer::now_ns() as i64,
        _ => clock::now(clock).unwrap_or_else(|error| i64::from(error.negative())),
    }
}

/// Stores a clock's resolution in nanoseconds. Serves POSIX `clock_getres`.
///
/// # Errors
/// `EINVAL`: no such clock. `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_clock_getres(clock: u32, ns: *mut i64) -> i32 {
    match clock {
        HERMIT_CLOCK_REALTIME..=HERMIT_CLOCK_MONOTONIC => errno::status(uaccess::write(ns, 1)),
        _ => Errno::EINVAL.negative(),
    }
}

/// Sets the wall clock. Serves POSIX `clock_settime`.
///
/// # Errors
/// `EINVAL`: another clock, or a negative time.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_clock_settime(clock: u32, ns: i64) -> i32 {
    errno::status(clock::set(clock, ns))
}

/// Sleeps `ns` nanoseconds, or until `clock` shows `ns` with [`HERMIT_TIMER_ABSTIME`]. When a relative
/// sleep is interrupted, what is left is stored in `*remaining`, unless that is null.
///
/// # Errors
/// `EINTR`: a signal handler ran. `EINVAL`: negative time, unknown flags, or not a clock to wait for.
/// `EFAULT`.
///
/// Serves POSIX `clock_nanosleep`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_clock_nanosleep(clock: u32, flags: u32, ns: i64, remaining: *mut i64) -> i32 {
    errno::status(sleep(clock, flags, ns, remaining))
}

fn sleep(clock: u32, flags: u32, ns: i64, remaining: *mut i64) -> Result<()> {
    if ns < 0 || flags & !HERMIT_TIMER_ABSTIME != 0 {
        return Err(Errno::EINVAL);
    }
    if flags & HERMIT_TIMER_ABSTIME != 0 {
        return sched::sleep_until(clock::monotonic_deadline(clock, ns as u64)?);
    }
    clock::monotonic_deadline(clock, 0)?;
    let deadline = timer::now_ns().saturating_add(ns as u64);
    let result = sched::sleep_until(deadline);
    if result.is_err() && !remaining.is_null() {
        uaccess::write(remaining, deadline.saturating_sub(timer::now_ns()) as i64)?;
    }
    result
}
