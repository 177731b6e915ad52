//! The clocks by number.

use core::sync::atomic::{AtomicI64, Ordering};

use spin::Once;

use super::{cpu_time_ns, table};
use crate::abi::{
    HERMIT_CLOCK_MONOTONIC, HERMIT_CLOCK_PROCESS_CPUTIME, HERMIT_CLOCK_REALTIME,
    HERMIT_CLOCK_THREAD_CPUTIME,
};
use crate::arch::{current, timer};
use crate::errno::{Errno, Result};

/// What `clock_settime` has added to the wall clock.
static ADJUSTMENT: AtomicI64 = AtomicI64::new(0);

/// Wall-clock time at monotonic time 0, in nanoseconds since 1970; read from the hardware at first use.
fn boot_time() -> i64 {
    static BOOT: Once<i64> = Once::new();
    let read = || {
        let now = timer::now_ns() as i64;
        crate::drivers::rtc::unix_time_ns().map_or(0, |time| time - now)
    };
    *BOOT.call_once(read) + ADJUSTMENT.load(Ordering::Relaxed)
}

/// What a clock shows, in nanoseconds.
///
/// # Errors
/// `EINVAL`: no such clock.
#[inline]
pub fn now(clock: u32) -> Result<i64> {
    match clock {
        HERMIT_CLOCK_MONOTONIC => Ok(timer::now_ns() as i64),
        HERMIT_CLOCK_REALTIME => Ok(boot_time() + timer::now_ns() as i64),
        HERMIT_CLOCK_THREAD_CPUTIME => Ok(cpu_time_ns(current()) as i64),
        HERMIT_CLOCK_PROCESS_CPUTIME => Ok(process_time()),
        _ => Err(Errno::EINVAL),
    }
}

/// Nanoseconds that all threads have run, those that are over included.
fn process_time() -> i64 {
    let mut sum = super::finished_time_ns();
    table::for_each(|thread| sum += cpu_time_ns(thread));
    sum as i64
}

/// Sets the wall clock.
///
/// # Errors
/// `EINVAL`: another clock, or a time before 1970.
pub fn set(clock: u32, time: i64) -> Result<()> {
    if clock != HERMIT_CLOCK_REALTIME || time < 0 {
        return Err(Errno::EINVAL);
    }
    let difference = time - now(clock)?;
    ADJUSTMENT.fetch_add(difference, Ordering::Relaxed);
    Ok(())
}

/// The monotonic time at which `clock` shows `deadline`; `u64::MAX` stays what it is. Nothing is early:
/// a time that has passed becomes 0.
///
/// # Errors
/// `EINVAL`: not a clock to wait for.
pub fn monotonic_deadline(clock: u32, deadline: u64) -> Result<u64> {
    match clock {
        HERMIT_CLOCK_MONOTONIC => Ok(deadline),
        HERMIT_CLOCK_REALTIME if deadline == u64::MAX => Ok(u64::MAX),
        HERMIT_CLOCK_REALTIME => Ok(deadline.saturating_sub(boot_time().max(0) as u64)),
        _ => Err(Errno::EINVAL),
    }
}
