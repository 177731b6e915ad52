//! Waiting for descriptors: `poll` and `select`, over the kernel's one call.

use core::ffi::{c_int, c_ulong};
use core::ptr;

use crate::cancel::blocking;
use crate::errno;
use crate::fdset::{EXCEPT, READ, SET_SIZE, Set, WRITE, collect, entry};
use crate::sys::{self, Errno, HermitPollFd};
use crate::time::deadline_after;
use crate::timespec::{TimeSpec, TimeVal};

/// The deadline for a timeout on the monotonic clock; a null pointer waits for ever.
///
/// # Safety
/// `timeout` is null or points to a time.
unsafe fn deadline(timeout: *const TimeSpec) -> Result<u64, Errno> {
    if timeout.is_null() {
        return Ok(deadline_after(None));
    }
    // SAFETY: the caller's promise.
    match unsafe { *timeout }.to_nanoseconds()? {
        // The kernel need not look at a clock to know that it must not wait.
        0 => Ok(0),
        ns if ns < 0 => Err(Errno::EINVAL),
        ns => Ok(deadline_after(Some(ns))),
    }
}

/// A negative timeout waits for ever.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn poll(entries: *mut HermitPollFd, count: c_ulong, milliseconds: c_int) -> c_int {
    let deadline = match milliseconds {
        0 => 0,
        time if time < 0 => deadline_after(None),
        time => deadline_after(Some(i64::from(time) * 1_000_000)),
    };
    errno::int(blocking(|| {
        sys::sys_poll(entries, count as usize, deadline, ptr::null())
    }))
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn ppoll(
    entries: *mut HermitPollFd,
    count: c_ulong,
    timeout: *const TimeSpec,
    mask: *const u64,
) -> c_int {
    // SAFETY: the caller's promise.
    let deadline = match unsafe { deadline(timeout) } {
        Ok(deadline) => deadline,
        Err(error) => return errno::fail(error),
    };
    errno::int(blocking(|| {
        sys::sys_poll(entries, count as usize, deadline, mask)
    }))
}

/// # Safety
/// Each set is null or an `fd_set`.
unsafe fn select_until(
    count: c_int,
    sets: [*mut Set; 3],
    deadline: u64,
    mask: *const u64,
) -> c_int {
    if !(0..=SET_SIZE as c_int).contains(&count) {
        return errno::fail(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    let asked = [(sets[0], READ), (sets[1], WRITE), (sets[2], EXCEPT)]
        .map(|(set, what)| (unsafe { set.as_ref() }.copied(), what));
    let mut entries = [HermitPollFd {
        fd: -1,
        events: 0,
        revents: 0,
    }; SET_SIZE];
    let mut used = 0;
    for fd in 0..count as usize {
        if let Some(entry) = entry(fd, &asked) {
            entries[used] = entry;
            used += 1;
        }
    }
    let result = blocking(|| sys::sys_poll(entries.as_mut_ptr(), used, deadline, mask));
    if result < 0 {
        return errno::int(result);
    }
    let mut found = [Set::EMPTY; 3];
    let ready = match collect(&entries[..used], &asked, &mut found) {
        Ok(ready) => ready,
        Err(error) => return errno::fail(error),
    };
    for (set, found) in sets.into_iter().zip(found) {
        // Only what the caller's `count` covers may be touched beyond doubt: the set is whole.
        // SAFETY: the caller's promise.
        if let Some(set) = unsafe { set.as_mut() } {
            *set = found;
        }
    }
    ready
}

/// The timeout is not changed (POSIX permits either).
///
/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn select(
    count: c_int,
    readable: *mut Set,
    writable: *mut Set,
    exceptional: *mut Set,
    timeout: *const TimeVal,
) -> c_int {
    // SAFETY: the caller's promise.
    let timeout = unsafe { timeout.as_ref() };
    let deadline = match timeout.map(|time| time.to_nanoseconds()) {
        None => deadline_after(None),
        Some(Ok(0)) => 0,
        Some(Ok(ns)) if ns > 0 => deadline_after(Some(ns)),
        _ => return errno::fail(Errno::EINVAL),
    };
    // SAFETY: the caller's promise.
    unsafe {
        select_until(
            count,
            [readable, writable, exceptional],
            deadline,
            ptr::null(),
        )
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn pselect(
    count: c_int,
    readable: *mut Set,
    writable: *mut Set,
    exceptional: *mut Set,
    timeout: *const TimeSpec,
    mask: *const u64,
) -> c_int {
    // SAFETY: the caller's promise.
    let deadline = match unsafe { deadline(timeout) } {
        Ok(deadline) => deadline,
        Err(error) => return errno::fail(error),
    };
    // SAFETY: the caller's promise.
    unsafe { select_until(count, [readable, writable, exceptional], deadline, mask) }
}
