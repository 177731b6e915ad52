//! Timers that send signals.

use super::HermitTid;
use crate::arch::uaccess;
use crate::errno::{self, Errno, Result};
use crate::sched::timers::{self, Notify, Setting};
use crate::signal::Target;

/// [`HermitTimerNotify::kind`]: nobody is told.
pub const HERMIT_TIMER_NOTIFY_NONE: i32 = 0;
/// [`HermitTimerNotify::kind`]: the signal goes to the program.
pub const HERMIT_TIMER_NOTIFY_PROGRAM: i32 = 1;
/// [`HermitTimerNotify::kind`]: to the program, rather to a thread of it that computes: for profiling.
pub const HERMIT_TIMER_NOTIFY_RUNNING: i32 = 2;
/// [`HermitTimerNotify::kind`]: to one thread.
pub const HERMIT_TIMER_NOTIFY_THREAD: i32 = 3;

/// Whom a timer tells that it has expired, and what.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HermitTimerNotify {
    /// `HERMIT_TIMER_NOTIFY_…`.
    pub kind: i32,
    /// The signal.
    pub signal: u32,
    /// The thread, where it goes to one.
    pub tid: HermitTid,
    /// The signal's value.
    pub value: u64,
}

/// What a timer is set to, in nanoseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitTimerSetting {
    /// Until the next expiry, or when it is; 0: it is not armed.
    pub value: i64,
    /// From one expiry to the next; 0: there is only one.
    pub interval: i64,
}

const SIGALRM: u32 = 14;

/// Makes a timer of a clock and stores its id. A null `notify` stands for `SIGALRM` to the program with the
/// timer's id as value. The timer's signals have `si_code` [`super::HERMIT_SI_TIMER`].
///
/// # Errors
/// `EAGAIN`: no memory. `EINVAL`: no such clock, kind, signal or thread. `EFAULT`.
///
/// Serves POSIX `timer_create`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timer_create(
    clock: u32,
    notify: *const HermitTimerNotify,
    timer: *mut i32,
) -> i32 {
    errno::status(create(clock, notify, timer))
}

fn create(clock: u32, notify: *const HermitTimerNotify, timer: *mut i32) -> Result<()> {
    let notify = if notify.is_null() {
        Some(Notify {
            target: Target::Program,
            signal: SIGALRM,
            value: None,
        })
    } else {
        let notify = uaccess::read(notify)?;
        let target = match notify.kind {
            HERMIT_TIMER_NOTIFY_NONE => None,
            HERMIT_TIMER_NOTIFY_PROGRAM => Some(Target::Program),
            HERMIT_TIMER_NOTIFY_RUNNING => Some(Target::Running),
            HERMIT_TIMER_NOTIFY_THREAD => Some(Target::Thread(notify.tid)),
            _ => return Err(Errno::EINVAL),
        };
        target.map(|target| Notify {
            target,
            signal: notify.signal,
            value: Some(notify.value),
        })
    };
    // Where it cannot be stored there must be no timer.
    uaccess::write(timer, -1)?;
    uaccess::write(timer, timers::create(clock, notify)?)
}

/// Deletes a timer. Serves POSIX `timer_delete`.
///
/// # Errors
/// `EINVAL`: no such timer.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timer_delete(timer: i32) -> i32 {
    errno::status(timers::delete(timer))
}

/// Arms or disarms a timer, and stores in `*old`, unless that is null, what it was set to. `flags`: 0, or
/// [`super::HERMIT_TIMER_ABSTIME`]: the value is a time of the timer's clock.
///
/// # Errors
/// `EINVAL`: no such timer, unknown flags, or a negative time. `EFAULT`.
///
/// Serves POSIX `timer_settime`, `setitimer` and `alarm`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timer_settime(
    timer: i32,
    flags: u32,
    new: *const HermitTimerSetting,
    old: *mut HermitTimerSetting,
) -> i32 {
    errno::status(set(timer, flags, new, old))
}

fn set(
    timer: i32,
    flags: u32,
    new: *const HermitTimerSetting,
    old: *mut HermitTimerSetting,
) -> Result<()> {
    if flags & !super::HERMIT_TIMER_ABSTIME != 0 {
        return Err(Errno::EINVAL);
    }
    let new = uaccess::read(new)?;
    let setting = Setting {
        value: new.value,
        interval: new.interval,
    };
    let previous = timers::set(timer, setting, flags != 0)?;
    if old.is_null() {
        Ok(())
    } else {
        store(previous, old)
    }
}

fn store(setting: Setting, place: *mut HermitTimerSetting) -> Result<()> {
    let Setting { value, interval } = setting;
    uaccess::write(place, HermitTimerSetting { value, interval })
}

/// Stores what a timer is set to. Serves POSIX `timer_gettime` and `getitimer`.
///
/// # Errors
/// `EINVAL`: no such timer. `EFAULT`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timer_gettime(timer: i32, setting: *mut HermitTimerSetting) -> i32 {
    errno::status(timers::get(timer).and_then(|now| store(now, setting)))
}

/// How many expiries the timer's signal that was accepted last stands for beside its own.
/// Serves POSIX `timer_getoverrun`.
///
/// # Errors
/// `EINVAL`: no such timer.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timer_getoverrun(timer: i32) -> i32 {
    timers::overrun(timer).unwrap_or_else(Errno::negative)
}
