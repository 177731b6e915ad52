//! The clocks by number.

use core::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use spin::Once;

use super::{cpu_time_ns, table, timers};
use crate::abi::{
    HERMIT_CLOCK_MONOTONIC, HERMIT_CLOCK_OF_THREAD, HERMIT_CLOCK_PROCESS_CPUTIME,
    HERMIT_CLOCK_REALTIME, HERMIT_CLOCK_THREAD_CPUTIME, HermitTid,
};
use crate::arch::{current, timer};
use crate::errno::{Errno, Result};
use crate::sync::futex;

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
        _ => processor_time(clock),
    }
}

fn processor_time(clock: u32) -> Result<i64> {
    let mut found = None;
    match clock {
        HERMIT_CLOCK_THREAD_CPUTIME => found = Some(cpu_time_ns(current())),
        HERMIT_CLOCK_PROCESS_CPUTIME => {
            let mut sum = 0;
            let finished = table::visit_alive(|thread| sum += cpu_time_ns(thread));
            sum += timer::ticks_to_ns(finished);
            found = Some(sum);
        }
        _ => {
            let tid = thread_of(clock).ok_or(Errno::EINVAL)?;
            table::visit(|thread| {
                let same = thread.tid == tid;
                if same {
                    found = Some(cpu_time_ns(thread));
                }
                same
            });
        }
    }
    found.map(|time| time as i64).ok_or(Errno::EINVAL)
}

/// The thread whose processor time a clock of [`HERMIT_CLOCK_OF_THREAD`] counts.
fn thread_of(clock: u32) -> Option<HermitTid> {
    (clock & HERMIT_CLOCK_OF_THREAD != 0).then_some((clock & !HERMIT_CLOCK_OF_THREAD) as HermitTid)
}

/// The same clock by a name that means it in every thread.
///
/// # Errors
/// `EINVAL`: no such clock.
pub fn specific(clock: u32) -> Result<u32> {
    now(clock)?;
    Ok(match clock {
        HERMIT_CLOCK_THREAD_CPUTIME => HERMIT_CLOCK_OF_THREAD | current().tid as u32,
        clock => clock,
    })
}

/// A clock of processor time is looked at this often at least, since it may stand still.
const LOOK_NS: i64 = 10_000_000;
/// And no sooner again than this, since looking takes time itself.
const LEAST_LOOK_NS: i64 = 10_000;

/// The monotonic time at which to see whether `clock`, which shows `now`, has come to `deadline`: never
/// much after it has.
pub fn look(clock: u32, deadline: i64, now: i64) -> u64 {
    let deadline = deadline.max(0);
    let cores = match clock {
        HERMIT_CLOCK_MONOTONIC => return deadline as u64,
        HERMIT_CLOCK_REALTIME => return (deadline - boot_time()).max(0) as u64,
        HERMIT_CLOCK_PROCESS_CPUTIME => i64::from(super::busy_cores().max(1)),
        _ => 1,
    };
    let left = (deadline - now) / cores;
    timer::now_ns() + left.clamp(LEAST_LOOK_NS, LOOK_NS) as u64
}

/// Counts settings of the wall clock: what those sleep on who wait for a time of it.
static SETTINGS: AtomicU32 = AtomicU32::new(0);

/// Sleeps until `clock` shows `deadline`.
///
/// # Errors
/// `EINTR`: a signal ended the sleep. `EINVAL`: not a clock to wait for: the calling thread's own
/// processor time would never come.
pub fn sleep_until(clock: u32, deadline: i64) -> Result<()> {
    if clock == HERMIT_CLOCK_THREAD_CPUTIME || thread_of(clock) == Some(current().tid) {
        return Err(Errno::EINVAL);
    }
    loop {
        let settings = SETTINGS.load(Ordering::SeqCst);
        let now = now(clock)?;
        if now >= deadline {
            return Ok(());
        }
        let look = look(clock, deadline, now);
        let slept = if clock == HERMIT_CLOCK_REALTIME {
            futex::wait(SETTINGS.as_ptr() as usize, settings, look, true)
        } else {
            super::sleep_until(look)
        };
        if let Err(Errno::EINTR) = slept {
            return Err(Errno::EINTR);
        }
    }
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
    ADJUSTMENT.fetch_add(difference, Ordering::SeqCst);
    SETTINGS.fetch_add(1, Ordering::SeqCst);
    futex::wake(SETTINGS.as_ptr() as usize, u32::MAX);
    timers::wall_clock_set();
    crate::fs::poll::notify();
    Ok(())
}

/// The monotonic time at which `clock` shows `deadline`; `u64::MAX` stays what it is. Nothing is early:
/// a time that has passed becomes 0.
///
/// # Errors
/// `EINVAL`: not a clock to wait for.
#[inline]
pub fn monotonic_deadline(clock: u32, deadline: u64) -> Result<u64> {
    match clock {
        HERMIT_CLOCK_MONOTONIC => Ok(deadline),
        HERMIT_CLOCK_REALTIME if deadline == u64::MAX => Ok(u64::MAX),
        HERMIT_CLOCK_REALTIME => Ok(deadline.saturating_sub(boot_time().max(0) as u64)),
        _ => Err(Errno::EINVAL),
    }
}
