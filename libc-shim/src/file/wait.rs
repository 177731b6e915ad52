//! Waiting for descriptors: `poll` and `select`, over the kernel's one call.

use core::ffi::{c_int, c_ulong};

use crate::cancel::blocking;
use crate::errno;
use crate::sys::{self, Errno, HermitPollFd};
use crate::time::{TimeSpec, TimeVal, deadline_after};

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
        sys::sys_poll(entries, count as usize, deadline)
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
    // SAFETY: the caller's promise.
    unsafe {
        crate::signal::with_mask(mask, || {
            errno::int(blocking(|| {
                sys::sys_poll(entries, count as usize, deadline)
            }))
        })
    }
}

/// Descriptors in an `fd_set` (`FD_SETSIZE` in sys/select.h).
const SET_SIZE: usize = 1024;

/// `fd_set`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Set([u64; SET_SIZE / 64]);

impl Set {
    const EMPTY: Set = Set([0; SET_SIZE / 64]);

    fn has(&self, fd: usize) -> bool {
        self.0[fd / 64] >> (fd % 64) & 1 != 0
    }

    fn add(&mut self, fd: usize) {
        self.0[fd / 64] |= 1 << (fd % 64);
    }
}

const POLLIN: i16 = 0x001;
const POLLPRI: i16 = 0x002;
const POLLOUT: i16 = 0x004;
const POLLERR: i16 = 0x008;
const POLLHUP: i16 = 0x010;
const POLLNVAL: i16 = 0x020;

/// What each of the three sets asks for, and what puts a descriptor into the result. A condition that a
/// read or write would report at once makes it ready (POSIX, `select`).
const READ: (i16, i16) = (POLLIN, POLLIN | POLLHUP | POLLERR);
const WRITE: (i16, i16) = (POLLOUT, POLLOUT | POLLERR | POLLHUP);
const EXCEPT: (i16, i16) = (POLLPRI, POLLPRI);

/// The entry for a descriptor that is in some of the sets.
fn entry(fd: usize, sets: &[(Option<Set>, (i16, i16)); 3]) -> Option<HermitPollFd> {
    let mut events = 0;
    for (set, (asked, _)) in sets {
        if set.is_some_and(|set| set.has(fd)) {
            events |= asked;
        }
    }
    (events != 0).then_some(HermitPollFd {
        fd: fd as c_int,
        events,
        revents: 0,
    })
}

/// Puts what was found into the result sets; returns how many bits that are.
fn collect(
    entries: &[HermitPollFd],
    asked: &[(Option<Set>, (i16, i16)); 3],
    found: &mut [Set; 3],
) -> Result<c_int, Errno> {
    let mut ready = 0;
    for entry in entries {
        if entry.revents & POLLNVAL != 0 {
            return Err(Errno::EBADF);
        }
        for ((set, (_, wanted)), found) in asked.iter().zip(&mut *found) {
            let fd = entry.fd as usize;
            if entry.revents & wanted != 0 && set.is_some_and(|set| set.has(fd)) {
                found.add(fd);
                ready += 1;
            }
        }
    }
    Ok(ready)
}

/// # Safety
/// Each set is null or an `fd_set`.
unsafe fn select_until(count: c_int, sets: [*mut Set; 3], deadline: u64) -> c_int {
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
    let result = blocking(|| sys::sys_poll(entries.as_mut_ptr(), used, deadline));
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
    unsafe { select_until(count, [readable, writable, exceptional], deadline) }
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
    unsafe {
        crate::signal::with_mask(mask, || {
            select_until(count, [readable, writable, exceptional], deadline)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(fds: &[usize]) -> Set {
        let mut set = Set::EMPTY;
        fds.iter().for_each(|fd| set.add(*fd));
        set
    }

    #[test]
    fn sets_become_entries_and_back() {
        let asked = [
            (Some(set(&[0, 70])), READ),
            (Some(set(&[70, 1023])), WRITE),
            (None, EXCEPT),
        ];
        assert!(entry(1, &asked).is_none());
        let mut entries = [0, 70, 1023].map(|fd| entry(fd, &asked).unwrap());
        assert_eq!(
            entries.map(|entry| entry.events),
            [POLLIN, POLLIN | POLLOUT, POLLOUT]
        );
        entries[0].revents = POLLHUP;
        entries[1].revents = POLLOUT;
        let mut found = [Set::EMPTY; 3];
        assert_eq!(collect(&entries, &asked, &mut found), Ok(2));
        assert!(found[0].has(0) && !found[0].has(70));
        assert!(found[1].has(70) && !found[1].has(1023) && !found[1].has(0));
        entries[2].revents = POLLNVAL;
        assert_eq!(collect(&entries, &asked, &mut found), Err(Errno::EBADF));
    }
}
