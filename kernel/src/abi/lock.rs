//! Locks on files, which only those see who ask for them.

use super::file::restartable;
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Result};
use crate::fs::files;
use crate::fs::flags::{F_GETLK, F_OFD_GETLK};
use crate::fs::lock::Request;

/// A record lock for `sys_fcntl`: the SDK's `struct flock`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitFlock {
    /// `F_RDLCK` 1, `F_WRLCK` 2 or `F_UNLCK` 3.
    pub kind: i16,
    /// Where `start` counts from (`SEEK_…`).
    pub whence: i16,
    /// First byte; the byte behind the last if `len` is negative.
    pub start: i64,
    /// Number of bytes; 0: up to the largest position.
    pub len: i64,
    /// Stored by `F_GETLK`: the process that holds the lock, -1 for an open file.
    pub pid: i32,
}

/// `fcntl` with a command on record locks.
pub(super) fn record(fd: i32, command: u32, argument: *mut HermitFlock) -> Result<()> {
    let open = files().get(fd)?;
    let given = read(argument)?;
    let mut request = Request {
        kind: given.kind,
        whence: given.whence,
        start: given.start,
        len: given.len,
        pid: given.pid,
    };
    restartable(|| open.record_lock(command, &mut request))?;
    if !matches!(command, F_GETLK | F_OFD_GETLK) {
        return Ok(());
    }
    let told = HermitFlock {
        kind: request.kind,
        whence: request.whence,
        start: request.start,
        len: request.len,
        pid: request.pid,
    };
    write(argument, told)
}

/// Locks a whole file for an open file: `operation` is `LOCK_SH` 1, `LOCK_EX` 2 or `LOCK_UN` 8, with
/// `LOCK_NB` 4 without waiting.
///
/// # Errors
/// `EBADF`, `EINVAL`, `EAGAIN` (another open file's lock is in the way), `EINTR`, `ENOLCK`.
///
/// Serves `flock`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_flock(fd: i32, operation: u32) -> i32 {
    errno::status(restartable(|| files().get(fd)?.whole_lock(operation)))
}
