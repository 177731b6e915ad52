//! Descriptors for events: counters, timers, and sets of descriptors that are watched together. All of them are
//! Linux's. Flags: `O_CLOEXEC` and `O_NONBLOCK` with newlib's numbers.

use super::{HERMIT_NO_DEADLINE, HermitTimerSetting};
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::files;
use crate::fs::timer::Timer;
use crate::fs::watch::{Change, Event};
use crate::sched::timers::Setting;
use crate::signal;

/// [`sys_eventfd`]: a read takes one off the counter instead of all.
pub const HERMIT_EFD_SEMAPHORE: u32 = crate::fs::event::SEMAPHORE;

/// [`sys_epoll_ctl`]: adds a descriptor.
pub const HERMIT_EPOLL_CTL_ADD: i32 = 1;
/// [`sys_epoll_ctl`]: removes it.
pub const HERMIT_EPOLL_CTL_DEL: i32 = 2;
/// [`sys_epoll_ctl`]: changes what is wanted of it.
pub const HERMIT_EPOLL_CTL_MOD: i32 = 3;

/// What is wanted of a descriptor, or the case: `struct epoll_event`.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug)]
pub struct HermitEpollEvent {
    /// As those of [`super::HermitPollFd`]; EPOLLONESHOT 1 << 30, EPOLLET 1 << 31.
    pub events: u32,
    /// The caller's.
    pub data: u64,
}

/// Makes a counter; returns its descriptor. A read of 8 bytes gives the counter and sets it to 0, waiting while
/// it is 0; a write of 8 bytes adds, waiting while the sum is more than 2^64 - 2.
///
/// # Errors
/// `EINVAL` (other flags), `EMFILE`, `ENOMEM`.
///
/// Serves `eventfd`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_eventfd(count: u32, flags: u32) -> i32 {
    errno::number(files().event(count, flags))
}

/// Makes a timer of a clock, which is not set; returns its descriptor. A read of 8 bytes gives how often it has
/// expired since the last, waiting for the first time.
///
/// # Errors
/// `EINVAL` (another clock than the wall clock and the monotonic one, other flags), `EMFILE`, `ENOMEM`.
///
/// Serves `timerfd_create`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timerfd_create(clock: u32, flags: u32) -> i32 {
    errno::number(files().timer(clock, flags))
}

fn with_timer<R>(fd: i32, f: impl FnOnce(&Timer) -> Result<R>) -> Result<R> {
    let open = files().get(fd)?;
    f(open.file.as_timer().ok_or(Errno::EINVAL)?)
}

fn told(setting: Setting) -> HermitTimerSetting {
    HermitTimerSetting {
        value: setting.value,
        interval: setting.interval,
    }
}

/// Sets a timer; `absolute` not 0: the value is a time of its clock. Stores what it was set to unless `old` is
/// null.
///
/// # Errors
/// `EBADF`, `EINVAL` (no timer, or a negative time), `EFAULT`.
///
/// Serves `timerfd_settime`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timerfd_settime(
    fd: i32,
    absolute: u32,
    new: *const HermitTimerSetting,
    old: *mut HermitTimerSetting,
) -> i32 {
    errno::status(with_timer(fd, |timer| {
        let HermitTimerSetting { value, interval } = read(new)?;
        let before = timer.set(Setting { value, interval }, absolute != 0)?;
        match old.is_null() {
            true => Ok(()),
            false => write(old, told(before)),
        }
    }))
}

/// Stores what a timer is set to: the time to the next expiry.
///
/// # Errors
/// `EBADF`, `EINVAL` (no timer), `EFAULT`.
///
/// Serves `timerfd_gettime`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_timerfd_gettime(fd: i32, setting: *mut HermitTimerSetting) -> i32 {
    errno::status(with_timer(fd, |timer| {
        write(setting, told(timer.setting()))
    }))
}

/// Makes an empty set of descriptors that are watched; returns its descriptor.
///
/// # Errors
/// `EINVAL` (other flags than `O_CLOEXEC`), `EMFILE`, `ENOMEM`.
///
/// Serves `epoll_create1`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_epoll_create(flags: u32) -> i32 {
    errno::number(files().watch(flags))
}

/// Adds a descriptor to a set, removes it or changes what is wanted of it.
///
/// # Errors
/// `EBADF`, `EINVAL` (no set, itself, unknown operation), `EEXIST`, `ENOENT`, `EPERM` (a regular file or a
/// directory), `ELOOP` (sets that contain each other, or too deep), `EFAULT`, `ENOMEM`.
///
/// Serves `epoll_ctl`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_epoll_ctl(
    set: i32,
    operation: i32,
    fd: i32,
    event: *const HermitEpollEvent,
) -> i32 {
    let wanted = || {
        let HermitEpollEvent { events, data } = read(event)?;
        Ok(Event { events, data })
    };
    let change = match operation {
        HERMIT_EPOLL_CTL_ADD => wanted().map(Change::Add),
        HERMIT_EPOLL_CTL_DEL => Ok(Change::Remove),
        HERMIT_EPOLL_CTL_MOD => wanted().map(Change::Modify),
        _ => Err(Errno::EINVAL),
    };
    errno::status(change.and_then(|change| files().watch_change(set, fd, change)))
}

/// Waits until descriptors of a set are ready or the deadline has come, as `sys_poll` does; stores at most
/// `most` events and returns how many.
///
/// # Errors
/// `EBADF`, `EINVAL` (no set, `most` is not positive), `EFAULT`, `EINTR`, `ENOMEM`.
///
/// Serves `epoll_wait`, `epoll_pwait`, `epoll_pwait2`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_epoll_wait(
    set: i32,
    events: *mut HermitEpollEvent,
    most: i32,
    deadline: u64,
    mask: *const u64,
) -> i32 {
    let mask = match mask.is_null() {
        true => Ok(None),
        false => read(mask).map(Some),
    };
    let wait = || {
        let most = usize::try_from(most)
            .ok()
            .filter(|most| *most > 0)
            .ok_or(Errno::EINVAL)?;
        let deadline = (deadline != HERMIT_NO_DEADLINE).then_some(deadline);
        let found = files().watch_wait(set, most, deadline)?;
        for (
            at,
            Event {
                events: found,
                data,
            },
        ) in found.iter().enumerate()
        {
            let event = HermitEpollEvent {
                events: *found,
                data: *data,
            };
            write(events.wrapping_add(at), event)?;
        }
        Ok(found.len() as i32)
    };
    errno::number(mask.and_then(|mask| signal::with_mask(mask, wait)))
}
