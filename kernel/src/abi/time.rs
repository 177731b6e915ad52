//! Clocks and sleeping. Clock numbers are newlib's (`time.h`).

use crate::arch::{timer, uaccess};
use crate::errno::{self, Errno, Result};
use crate::sched::clock;
use crate::signal::{self, Restart};

/// Wall clock: nanoseconds since 1970-01-01 00:00 UTC.
pub const HERMIT_CLOCK_REALTIME: u32 = 1;
/// Time that all threads have run.
pub const HERMIT_CLOCK_PROCESS_CPUTIME: u32 = 2;
/// Time that the calling thread has run.
pub const HERMIT_CLOCK_THREAD_CPUTIME: u32 = 3;
/// Time since the kernel began; never set.
pub const HERMIT_CLOCK_MONOTONIC: u32 = 4;

/// A clock with this bit counts the time that the thread has run whose id the other bits are.
pub const HERMIT_CLOCK_OF_THREAD: u32 = 1 << 31;

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
    errno::status(clock::now(clock).and_then(|_| uaccess::write(ns, 1)))
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
        return signal::interruptible(Restart::Never, || clock::sleep_until(clock, ns));
    }
    // A duration is not affected when the wall clock is set.
    let base = match clock {
        HERMIT_CLOCK_REALTIME => HERMIT_CLOCK_MONOTONIC,
        clock => clock,
    };
    let deadline = clock::now(base)?.saturating_add(ns);
    let result = signal::interruptible(Restart::Never, || clock::sleep_until(base, deadline));
    if result == Err(Errno::EINTR) && !remaining.is_null() {
        let left = deadline.saturating_sub(clock::now(base)?);
        uaccess::write(remaining, left.max(0))?;
    }
    result
}
