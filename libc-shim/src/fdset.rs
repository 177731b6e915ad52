//! The sets of `select`, translated to the entries of `poll` and back.

use core::ffi::c_int;

use crate::sys::{Errno, HermitPollFd};

/// Descriptors in an `fd_set` (`FD_SETSIZE` in sys/select.h).
pub const SET_SIZE: usize = 1024;

/// `fd_set`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Set([u64; SET_SIZE / 64]);

impl Set {
    /// No descriptor.
    pub const EMPTY: Set = Set([0; SET_SIZE / 64]);

    /// Whether a descriptor is in it.
    pub fn has(&self, fd: usize) -> bool {
        self.0[fd / 64] >> (fd % 64) & 1 != 0
    }

    /// Puts a descriptor in.
    pub fn add(&mut self, fd: usize) {
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
pub const READ: (i16, i16) = (POLLIN, POLLIN | POLLHUP | POLLERR);
pub const WRITE: (i16, i16) = (POLLOUT, POLLOUT | POLLERR | POLLHUP);
pub const EXCEPT: (i16, i16) = (POLLPRI, POLLPRI);

/// The entry for a descriptor that is in some of the sets.
pub fn entry(fd: usize, sets: &[(Option<Set>, (i16, i16)); 3]) -> Option<HermitPollFd> {
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
pub fn collect(
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
