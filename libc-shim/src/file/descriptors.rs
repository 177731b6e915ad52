//! Descriptors: open, close, duplicate, control, lock.

use core::ffi::{c_char, c_int, c_uint, c_void};
use core::ptr;

use super::{AT_FDCWD, O_CREAT, O_TRUNC, O_WRONLY};
use crate::cancel::blocking;
use crate::errno;
use crate::sys::{self, Errno, HermitFlock};

// Commands of `fcntl` and `lockf`, and kinds of locks (fcntl.h, unistd.h).
const F_DUPFD: u32 = 0;
pub(super) const F_GETFD: u32 = 1;
const F_GETLK: u32 = 7;
const F_SETLK: u32 = 8;
const F_SETLKW: u32 = 9;
const F_OFD_SETLKW: u32 = 38;
const F_WRLCK: i16 = 2;
const F_UNLCK: i16 = 3;
const F_ULOCK: c_int = 0;
const F_LOCK: c_int = 1;
const F_TLOCK: c_int = 2;
const F_TEST: c_int = 3;

/// `mode` is the third, variable argument: passed in the same register, and looked at only where the
/// caller must have given it.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    openat(AT_FDCWD, path, flags, mode)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn openat(folder: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let flags = flags as u32;
    let mode = if flags & O_CREAT != 0 { mode } else { 0 };
    errno::int(blocking(|| sys::sys_openat(folder, path, flags, mode)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn creat(path: *const c_char, mode: c_uint) -> c_int {
    openat(
        AT_FDCWD,
        path,
        (O_WRONLY | O_CREAT | O_TRUNC) as c_int,
        mode,
    )
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn close(fd: c_int) -> c_int {
    errno::int(blocking(|| sys::sys_close(fd)))
}

/// POSIX.1-2024: there are no flags but `POSIX_CLOSE_RESTART`, which is 0, since no `close` is interrupted.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_close(fd: c_int, flags: c_int) -> c_int {
    match flags {
        0 => close(fd),
        _ => errno::fail(Errno::EINVAL),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn dup(fd: c_int) -> c_int {
    errno::int(sys::sys_fcntl(fd, F_DUPFD, 0))
}

/// As `dup3`, except that equal descriptors are no error if they are open.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn dup2(fd: c_int, to: c_int) -> c_int {
    if fd == to {
        return match errno::int(sys::sys_fcntl(fd, F_GETFD, 0)) {
            -1 => -1,
            _ => to,
        };
    }
    errno::int(sys::sys_dup3(fd, to, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn dup3(fd: c_int, to: c_int, flags: c_int) -> c_int {
    errno::int(sys::sys_dup3(fd, to, flags as u32))
}

/// The third, variable argument is an `int` or a pointer; either comes in the same register.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn fcntl(fd: c_int, command: c_int, argument: usize) -> c_int {
    let command = command as u32;
    let call = || sys::sys_fcntl(fd, command, argument);
    // Waiting for a lock is a cancellation point.
    errno::int(match command {
        F_SETLKW | F_OFD_SETLKW => blocking(call),
        _ => call(),
    })
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ioctl(fd: c_int, request: core::ffi::c_ulong, argument: *mut c_void) -> c_int {
    errno::int(sys::sys_ioctl(fd, request, argument))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pipe(fds: *mut c_int) -> c_int {
    errno::int(sys::sys_pipe(fds, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pipe2(fds: *mut c_int, flags: c_int) -> c_int {
    errno::int(sys::sys_pipe(fds, flags as u32))
}

/// Runs a command on a record lock of the whole program.
fn record_lock(fd: c_int, command: u32, lock: &mut HermitFlock) -> c_int {
    errno::int(blocking(|| {
        sys::sys_fcntl(fd, command, ptr::from_mut(lock) as usize)
    }))
}

/// XSI's face of the record locks: the section of `len` bytes from the position on (before it, if `len`
/// is negative).
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn lockf(fd: c_int, command: c_int, len: i64) -> c_int {
    const SEEK_CUR: i16 = 1;
    let mut lock = HermitFlock {
        kind: F_WRLCK,
        whence: SEEK_CUR,
        start: 0,
        len,
        pid: 0,
    };
    match command {
        F_ULOCK => {
            lock.kind = F_UNLCK;
            record_lock(fd, F_SETLK, &mut lock)
        }
        F_LOCK => record_lock(fd, F_SETLKW, &mut lock),
        F_TLOCK => record_lock(fd, F_SETLK, &mut lock),
        F_TEST => match record_lock(fd, F_GETLK, &mut lock) {
            0 if lock.kind != F_UNLCK && lock.pid != sys::sys_getpid() => {
                errno::fail(Errno::EACCES)
            }
            result => result,
        },
        _ => errno::fail(Errno::EINVAL),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn flock(fd: c_int, operation: c_int) -> c_int {
    errno::int(blocking(|| sys::sys_flock(fd, operation as u32)))
}
