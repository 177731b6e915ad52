//! Linux's descriptors for events: sys/epoll.h, sys/eventfd.h, sys/timerfd.h over the kernel's calls.

use core::ffi::{c_int, c_uint, c_ulong, c_void};
use core::ptr;

use crate::cancel::blocking;
use crate::errno;
use crate::sys::{self, Errno, HermitEpollEvent, HermitTimerSetting};
use crate::time::deadline_after;
use crate::timespec::TimeSpec;

/// The size means nothing, but must be one.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn epoll_create(size: c_int) -> c_int {
    if size <= 0 {
        return errno::fail(Errno::EINVAL);
    }
    errno::int(sys::sys_epoll_create(0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn epoll_create1(flags: c_int) -> c_int {
    errno::int(sys::sys_epoll_create(flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn epoll_ctl(
    set: c_int,
    operation: c_int,
    fd: c_int,
    event: *const HermitEpollEvent,
) -> c_int {
    errno::int(sys::sys_epoll_ctl(set, operation, fd, event))
}

/// A negative timeout waits for ever.
fn wait(
    set: c_int,
    events: *mut HermitEpollEvent,
    most: c_int,
    nanoseconds: Option<i64>,
    mask: *const u64,
) -> c_int {
    let deadline = match nanoseconds {
        // The kernel need not look at a clock to know that it must not wait.
        Some(0) => 0,
        time => deadline_after(time.filter(|time| *time > 0)),
    };
    errno::int(blocking(|| {
        sys::sys_epoll_wait(set, events, most, deadline, mask)
    }))
}

fn milliseconds(time: c_int) -> Option<i64> {
    (time >= 0).then_some(i64::from(time) * 1_000_000)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn epoll_wait(
    set: c_int,
    events: *mut HermitEpollEvent,
    most: c_int,
    time: c_int,
) -> c_int {
    wait(set, events, most, milliseconds(time), ptr::null())
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn epoll_pwait(
    set: c_int,
    events: *mut HermitEpollEvent,
    most: c_int,
    time: c_int,
    mask: *const u64,
) -> c_int {
    wait(set, events, most, milliseconds(time), mask)
}

/// # Safety
/// `time` is null or points to a time.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn epoll_pwait2(
    set: c_int,
    events: *mut HermitEpollEvent,
    most: c_int,
    time: *const TimeSpec,
    mask: *const u64,
) -> c_int {
    // SAFETY: the caller's promise.
    let time = match unsafe { time.as_ref() }.map(|time| time.to_nanoseconds()) {
        None => None,
        Some(Ok(time @ 0..)) => Some(time),
        Some(_) => return errno::fail(Errno::EINVAL),
    };
    wait(set, events, most, time, mask)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn eventfd(count: c_uint, flags: c_int) -> c_int {
    errno::int(sys::sys_eventfd(count, flags as u32))
}

/// 0 for all 8 bytes.
fn whole(result: isize) -> c_int {
    if errno::size(result) == 8 { 0 } else { -1 }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn eventfd_read(fd: c_int, value: *mut u64) -> c_int {
    whole(blocking(|| sys::sys_read(fd, value.cast::<c_void>(), 8)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn eventfd_write(fd: c_int, value: u64) -> c_int {
    whole(blocking(|| {
        sys::sys_write(fd, (&raw const value).cast::<c_void>(), 8)
    }))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn timerfd_create(clock: c_ulong, flags: c_int) -> c_int {
    let clock = crate::time::kernel_clock(clock);
    errno::int(sys::sys_timerfd_create(clock, flags as u32))
}

/// `struct itimerspec`.
#[repr(C)]
struct Setting {
    interval: TimeSpec,
    value: TimeSpec,
}

impl Setting {
    fn new(setting: &HermitTimerSetting) -> Setting {
        Setting {
            interval: TimeSpec::from_nanoseconds(setting.interval),
            value: TimeSpec::from_nanoseconds(setting.value),
        }
    }
}

/// # Safety
/// `new` points to a setting, `old` is null or writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timerfd_settime(
    fd: c_int,
    flags: c_int,
    new: *const Setting,
    old: *mut Setting,
) -> c_int {
    const ABSOLUTE: c_int = 1;
    // Whether the clock is set while it runs changes nothing for those who are not told.
    const CANCEL_ON_SET: c_int = 2;
    if new.is_null() {
        return errno::fail(Errno::EFAULT);
    }
    // SAFETY: the caller's promise.
    let new = unsafe { &*new };
    let times = (new.value.to_nanoseconds(), new.interval.to_nanoseconds());
    let (Ok(value @ 0..), Ok(interval @ 0..), 0) =
        (times.0, times.1, flags & !(ABSOLUTE | CANCEL_ON_SET))
    else {
        return errno::fail(Errno::EINVAL);
    };
    let new = HermitTimerSetting { value, interval };
    let mut before = HermitTimerSetting::default();
    let absolute = (flags & ABSOLUTE) as u32;
    let result = sys::sys_timerfd_settime(fd, absolute, &raw const new, &raw mut before);
    if result == 0 && !old.is_null() {
        // SAFETY: the caller's promise.
        unsafe { old.write(Setting::new(&before)) };
    }
    errno::int(result)
}

/// # Safety
/// `setting` is writable.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timerfd_gettime(fd: c_int, setting: *mut Setting) -> c_int {
    let mut now = HermitTimerSetting::default();
    let result = sys::sys_timerfd_gettime(fd, &raw mut now);
    if result == 0 {
        // SAFETY: the caller's promise.
        unsafe { setting.write(Setting::new(&now)) };
    }
    errno::int(result)
}
