//! Waiting until one of many descriptors is ready.

use alloc::vec::Vec;

use super::HERMIT_NO_DEADLINE;
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::{descriptors, files};
use crate::signal;

/// A descriptor for [`sys_poll`]: `struct pollfd`. The bits are POLLIN 1, POLLPRI 2, POLLOUT 4, POLLERR 8,
/// POLLHUP 16, POLLNVAL 32, POLLRDNORM 64, POLLWRNORM 256.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitPollFd {
    /// Descriptor; negative: this entry is passed over.
    pub fd: i32,
    /// What is waited for.
    pub events: i16,
    /// What is the case.
    pub revents: i16,
}

/// Waits until a descriptor is ready as its entry says or the deadline has come (nanoseconds of the
/// monotonic clock; 0: does not wait). While it waits it blocks the signals of `*mask` instead of those
/// that the thread blocks, unless that is null. Returns how many entries have something in `revents`.
///
/// # Errors
/// `EFAULT`, `EINVAL` (more entries than there may be descriptors), `EINTR` (whatever `SA_RESTART` says),
/// `ENOMEM`.
///
/// Serves `poll`, `ppoll`, `select`, `pselect`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_poll(
    entries: *mut HermitPollFd,
    count: usize,
    deadline: u64,
    mask: *const u64,
) -> i32 {
    let mask = match mask.is_null() {
        true => Ok(None),
        false => read(mask).map(Some),
    };
    let call = |mask| signal::with_mask(mask, || poll(entries, count, deadline));
    errno::number(mask.and_then(call))
}

fn poll(entries: *mut HermitPollFd, count: usize, deadline: u64) -> Result<i32> {
    if count > files().limit() {
        return Err(Errno::EINVAL);
    }
    let mut requests = Vec::new();
    requests
        .try_reserve_exact(count)
        .map_err(|_| Errno::ENOMEM)?;
    for index in 0..count {
        let entry = read(entries.wrapping_add(index))?;
        requests.push(descriptors::Request {
            number: entry.fd,
            wanted: entry.events as u16,
            found: 0,
        });
    }
    let ready = files().poll(
        &mut requests,
        (deadline != HERMIT_NO_DEADLINE).then_some(deadline),
    )?;
    for (index, request) in requests.iter().enumerate() {
        let entry = HermitPollFd {
            fd: request.number,
            events: request.wanted as i16,
            revents: request.found as i16,
        };
        write(entries.wrapping_add(index), entry)?;
    }
    Ok(ready as i32)
}
