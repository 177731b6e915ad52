//! Clocks and sleeping, over the kernel's nanoseconds.
//!
//! Sleeping calls are cancellation points. Time zones are `zone`'s and `local_time`'s, calendars and `strftime`
//! newlib's.

use core::ffi::{CStr, c_char, c_int, c_long, c_uint, c_ulong, c_void};

use crate::cancel::blocking;
use crate::errno;
use crate::parse_time::{self, BrokenDown};
use crate::sys::{self, Errno};
use crate::timespec::{SECOND, TimeSpec, TimeVal};

// newlib's clock ids (time.h). The kernel has four; the others are as good as one of them.
const CLOCK_REALTIME_COARSE: c_ulong = 0;
const CLOCK_MONOTONIC_RAW: c_ulong = 5;
const CLOCK_MONOTONIC_COARSE: c_ulong = 6;
const CLOCK_BOOTTIME: c_ulong = 7;

/// The kernel's clock for one of newlib's; unknown ones stay unknown.
#[inline]
pub(crate) const fn kernel_clock(clock: c_ulong) -> u32 {
    match clock {
        CLOCK_REALTIME_COARSE => sys::HERMIT_CLOCK_REALTIME,
        CLOCK_MONOTONIC_RAW | CLOCK_MONOTONIC_COARSE | CLOCK_BOOTTIME => {
            sys::HERMIT_CLOCK_MONOTONIC
        }
        clock if clock > u32::MAX as c_ulong => u32::MAX,
        clock => clock as u32,
    }
}

/// Reads a clock that exists.
fn now(clock: u32) -> i64 {
    let mut ns = 0;
    sys::sys_clock_gettime(clock, &raw mut ns);
    ns
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn clock_gettime(clock: c_ulong, time: *mut TimeSpec) -> c_int {
    let ns = sys::sys_clock_ns(kernel_clock(clock));
    if ns < 0 {
        return errno::int(ns as c_int);
    }
    // SAFETY: the caller's pointer is for this result.
    unsafe { time.write(TimeSpec::from_nanoseconds(ns)) };
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn clock_getres(clock: c_ulong, resolution: *mut TimeSpec) -> c_int {
    let mut ns = 0;
    let result = sys::sys_clock_getres(kernel_clock(clock), &raw mut ns);
    if result < 0 {
        return errno::int(result);
    }
    if !resolution.is_null() {
        // SAFETY: the caller's pointer is for this result.
        unsafe { resolution.write(TimeSpec::from_nanoseconds(ns)) };
    }
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn clock_settime(clock: c_ulong, time: *const TimeSpec) -> c_int {
    // SAFETY: the caller's pointer is to the time.
    match unsafe { *time }.to_nanoseconds() {
        Ok(ns) => errno::int(sys::sys_clock_settime(kernel_clock(clock), ns)),
        Err(error) => errno::fail(error),
    }
}

/// A time zone argument is obsolete and ignored (POSIX: unspecified).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn gettimeofday(time: *mut TimeVal, _zone: *mut c_void) -> c_int {
    if !time.is_null() {
        // SAFETY: the caller's pointer is for this result.
        unsafe { time.write(TimeVal::from_nanoseconds(now(sys::HERMIT_CLOCK_REALTIME))) };
    }
    0
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn settimeofday(time: *const TimeVal, _zone: *const c_void) -> c_int {
    if time.is_null() {
        return errno::fail(Errno::EINVAL);
    }
    // SAFETY: the caller's pointer is to the time.
    match unsafe { *time }.to_nanoseconds() {
        Ok(ns) => errno::int(sys::sys_clock_settime(sys::HERMIT_CLOCK_REALTIME, ns)),
        Err(error) => errno::fail(error),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn time(place: *mut i64) -> i64 {
    let seconds = now(sys::HERMIT_CLOCK_REALTIME).div_euclid(SECOND);
    if !place.is_null() {
        // SAFETY: the caller's pointer is for this result.
        unsafe { place.write(seconds) };
    }
    seconds
}

/// The clock of a base of C's (`TIME_UTC` and C23's).
const fn clock_of_base(base: c_int) -> Option<u32> {
    Some(match base {
        1 => sys::HERMIT_CLOCK_REALTIME,
        2 => sys::HERMIT_CLOCK_MONOTONIC,
        3 => sys::HERMIT_CLOCK_PROCESS_CPUTIME,
        4 => sys::HERMIT_CLOCK_THREAD_CPUTIME,
        _ => return None,
    })
}

/// C11 `timespec_get`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timespec_get(time: *mut TimeSpec, base: c_int) -> c_int {
    let Some(clock) = clock_of_base(base) else {
        return 0;
    };
    // SAFETY: the caller's pointer is for this result.
    unsafe { time.write(TimeSpec::from_nanoseconds(now(clock))) };
    base
}

/// C23 `timespec_getres`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timespec_getres(resolution: *mut TimeSpec, base: c_int) -> c_int {
    let Some(clock) = clock_of_base(base) else {
        return 0;
    };
    // SAFETY: the caller's pointer is for this result, or null.
    unsafe { clock_getres(clock.into(), resolution) };
    base
}

/// Processor time in microseconds: `CLOCKS_PER_SEC` is a million (POSIX, XSI).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn clock() -> c_ulong {
    (now(sys::HERMIT_CLOCK_PROCESS_CPUTIME) / 1000) as c_ulong
}

/// Ticks of `times` in a second: `sysconf(_SC_CLK_TCK)`.
pub(crate) const TICKS_PER_SECOND: c_long = 100;

/// `struct tms`.
#[repr(C)]
struct Times {
    user: c_ulong,
    system: c_ulong,
    children_user: c_ulong,
    children_system: c_ulong,
}

/// All processor time is user time: a system call is a function call of the program's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn times(times: *mut Times) -> c_ulong {
    let ticks = |clock| (now(clock) / (SECOND / TICKS_PER_SECOND)) as c_ulong;
    if !times.is_null() {
        let user = ticks(sys::HERMIT_CLOCK_PROCESS_CPUTIME);
        // SAFETY: the caller's pointer is for this result.
        unsafe {
            times.write(Times {
                user,
                system: 0,
                children_user: 0,
                children_system: 0,
            });
        }
    }
    ticks(sys::HERMIT_CLOCK_MONOTONIC)
}

/// Sleeps `ns` nanoseconds; returns 0 or `-errno` and what was left of the time.
fn sleep_for(ns: i64) -> (c_int, i64) {
    let mut left = 0;
    let result =
        blocking(|| sys::sys_clock_nanosleep(sys::HERMIT_CLOCK_MONOTONIC, 0, ns, &raw mut left));
    (result, left)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn nanosleep(time: *const TimeSpec, remaining: *mut TimeSpec) -> c_int {
    // SAFETY: the caller's pointer is to the time.
    let time = unsafe { *time };
    let ns = match time.to_nanoseconds() {
        Ok(ns) if ns >= 0 => ns,
        _ => return errno::fail(Errno::EINVAL),
    };
    let (result, left) = sleep_for(ns);
    if result < 0 && !remaining.is_null() {
        // SAFETY: the caller's pointer is for this result.
        unsafe { remaining.write(TimeSpec::from_nanoseconds(left)) };
    }
    errno::int(result)
}

/// Returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn clock_nanosleep(
    clock: c_ulong,
    flags: c_int,
    time: *const TimeSpec,
    remaining: *mut TimeSpec,
) -> c_int {
    const TIMER_ABSTIME: c_int = 4;
    // SAFETY: the caller's pointer is to the time.
    let ns = match unsafe { *time }.to_nanoseconds() {
        Ok(ns) => ns,
        Err(error) => return error as c_int,
    };
    let absolute = flags & TIMER_ABSTIME != 0;
    if ns < 0 {
        // A time that has passed; as a duration it is no time at all.
        return if absolute { 0 } else { Errno::EINVAL as c_int };
    }
    let flags = if absolute {
        sys::HERMIT_TIMER_ABSTIME
    } else {
        0
    };
    let mut left = 0;
    let result =
        blocking(|| sys::sys_clock_nanosleep(kernel_clock(clock), flags, ns, &raw mut left));
    if result < 0 && !absolute && !remaining.is_null() {
        // SAFETY: the caller's pointer is for this result.
        unsafe { remaining.write(TimeSpec::from_nanoseconds(left)) };
    }
    errno::number(result)
}

/// Returns the seconds that were left when a signal handler ran.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sleep(seconds: c_uint) -> c_uint {
    let (result, left) = sleep_for(i64::from(seconds) * SECOND);
    if result < 0 {
        (left + SECOND - 1).div_euclid(SECOND) as c_uint
    } else {
        0
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn usleep(microseconds: c_ulong) -> c_int {
    let microseconds = i64::try_from(microseconds).unwrap_or(i64::MAX);
    errno::int(sleep_for(microseconds.saturating_mul(1000)).0)
}

/// The clock that counts this process's processor time; returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn clock_getcpuclockid(process: c_int, clock: *mut c_ulong) -> c_int {
    if process != 0 && process != sys::sys_getpid() {
        return Errno::ESRCH as c_int;
    }
    // SAFETY: the caller's pointer is for this result.
    unsafe { clock.write(c_ulong::from(sys::HERMIT_CLOCK_PROCESS_CPUTIME)) };
    0
}

/// `struct rusage` of sys/resource.h.
#[repr(C)]
#[derive(Clone, Copy)]
struct Usage {
    user: TimeVal,
    system: TimeVal,
    /// Largest resident size in KiB; the other counters are not kept and stay 0.
    resident: c_long,
    other: [c_long; 13],
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn getrusage(who: c_int, usage: *mut Usage) -> c_int {
    const RUSAGE_SELF: c_int = 0;
    const RUSAGE_CHILDREN: c_int = -1;
    const RUSAGE_THREAD: c_int = 1;
    let used = match who {
        RUSAGE_SELF => now(sys::HERMIT_CLOCK_PROCESS_CPUTIME),
        RUSAGE_THREAD => now(sys::HERMIT_CLOCK_THREAD_CPUTIME),
        RUSAGE_CHILDREN => 0,
        _ => return errno::fail(Errno::EINVAL),
    };
    let resident = if who == RUSAGE_CHILDREN {
        0
    } else {
        crate::memory::most_used() / 1024
    };
    // SAFETY: the caller's pointer is for this result.
    unsafe {
        usage.write(Usage {
            user: TimeVal::from_nanoseconds(used),
            system: TimeVal::from_nanoseconds(0),
            resident: resident as c_long,
            other: [0; 13],
        });
    }
    0
}

/// A deadline on the monotonic clock, from a relative time; `None` waits for ever.
pub(crate) fn deadline_after(ns: Option<i64>) -> u64 {
    match ns {
        None => sys::HERMIT_NO_DEADLINE,
        Some(ns) => now(sys::HERMIT_CLOCK_MONOTONIC).saturating_add(ns.max(0)) as u64,
    }
}

/// Days from 1970-01-01 to the first of a month of the Gregorian calendar; months count from 0 and may be
/// of other years.
const fn days_to_month(year: i64, month: i64) -> i64 {
    // Years that begin in March have their leap day at the end.
    let month = year * 12 + month - 2;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
    let (era, in_era) = (year.div_euclid(400), year.rem_euclid(400));
    let days = (month * 153 + 2) / 5 + in_era * 365 + in_era / 4 - in_era / 100;
    era * 146_097 + days - 719_468
}

/// Seconds since the epoch of a broken-down time of UTC; fields may be out of range.
pub(crate) fn seconds(parts: &BrokenDown) -> i64 {
    let days = days_to_month(i64::from(parts.year) + 1900, i64::from(parts.month))
        + i64::from(parts.day)
        - 1;
    let hours = days * 24 + i64::from(parts.hour);
    (hours * 60 + i64::from(parts.minute)) * 60 + i64::from(parts.second)
}

/// The inverse of `gmtime` (POSIX.1-2024); fields may be out of range and are put right.
///
/// # Safety
/// `time` points to a broken-down time.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn timegm(time: *mut BrokenDown) -> i64 {
    // SAFETY: the caller's promise.
    let seconds = seconds(unsafe { &*time });
    // SAFETY: as above.
    if unsafe { crate::c::gmtime_r(&raw const seconds, time.cast()) }.is_null() {
        errno::fail(Errno::EOVERFLOW);
        return -1;
    }
    seconds
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn strptime(
    text: *const c_char,
    format: *const c_char,
    time: *mut BrokenDown,
) -> *mut c_char {
    // SAFETY: the caller's promise: two C strings and a broken-down time.
    let (text_bytes, format, time) = unsafe {
        let bytes = |text| CStr::from_ptr(text).to_bytes();
        (bytes(text), bytes(format), &mut *time)
    };
    let local = |seconds: i64| {
        let mut parts = BrokenDown::default();
        // SAFETY: both are there for the call.
        let known = unsafe { crate::c::localtime_r(&raw const seconds, (&raw mut parts).cast()) };
        (!known.is_null()).then_some(parts)
    };
    match parse_time::parse(text_bytes, format, time, &local) {
        Some(len) => text.wrapping_add(len).cast_mut(),
        None => core::ptr::null_mut(),
    }
}

/// All locales have the same names.
///
/// # Safety
/// As for [`strptime`].
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn strptime_l(
    text: *const c_char,
    format: *const c_char,
    time: *mut BrokenDown,
    _locale: *const c_void,
) -> *mut c_char {
    // SAFETY: the caller's promise.
    unsafe { strptime(text, format, time) }
}
