//! Open files: open, read, write, seek, duplicate, close.

use core::ffi::{c_char, c_int, c_uint, c_void};

use super::{AT_FDCWD, O_CREAT, O_TRUNC, O_WRONLY};
use crate::cancel::blocking;
use crate::errno;
use crate::sys::{self, Errno, HermitIovec};

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

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn read(fd: c_int, buffer: *mut c_void, len: usize) -> isize {
    errno::size(blocking(|| sys::sys_read(fd, buffer.cast(), len)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn write(fd: c_int, buffer: *const c_void, len: usize) -> isize {
    errno::size(blocking(|| sys::sys_write(fd, buffer.cast(), len)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pread(fd: c_int, buffer: *mut c_void, len: usize, offset: i64) -> isize {
    errno::size(blocking(|| sys::sys_pread(fd, buffer.cast(), len, offset)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pwrite(fd: c_int, buffer: *const c_void, len: usize, offset: i64) -> isize {
    errno::size(blocking(|| sys::sys_pwrite(fd, buffer.cast(), len, offset)))
}

/// The number of parts, if it is permitted (0 to `IOV_MAX`).
fn parts(count: c_int) -> Result<usize, Errno> {
    match count {
        0..=crate::config::IOV_MAX => Ok(count as usize),
        _ => Err(Errno::EINVAL),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn readv(fd: c_int, vector: *const HermitIovec, count: c_int) -> isize {
    match parts(count) {
        Ok(count) => errno::size(blocking(|| sys::sys_readv(fd, vector, count))),
        Err(error) => errno::fail(error) as isize,
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn writev(fd: c_int, vector: *const HermitIovec, count: c_int) -> isize {
    match parts(count) {
        Ok(count) => errno::size(blocking(|| sys::sys_writev(fd, vector, count))),
        Err(error) => errno::fail(error) as isize,
    }
}

/// Transfers the parts one after the other at growing offsets, up to the first short one.
///
/// # Safety
/// `vector` must hold `count` parts.
unsafe fn vectored_at(
    vector: *const HermitIovec,
    count: c_int,
    offset: i64,
    transfer: impl Fn(HermitIovec, i64) -> isize,
) -> isize {
    let count = match parts(count) {
        Ok(count) => count,
        Err(error) => return errno::fail(error) as isize,
    };
    let mut done = 0;
    for part in 0..count {
        // SAFETY: the caller's promise.
        let part = unsafe { *vector.add(part) };
        let moved = transfer(part, offset + done as i64);
        if moved < 0 {
            return if done > 0 { done } else { errno::size(moved) };
        }
        done += moved;
        if (moved as usize) < part.len {
            break;
        }
    }
    done
}

/// # Safety
/// As POSIX's `readv`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn preadv(
    fd: c_int,
    vector: *const HermitIovec,
    count: c_int,
    offset: i64,
) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        vectored_at(vector, count, offset, |part, at| {
            blocking(|| sys::sys_pread(fd, part.base.cast(), part.len, at))
        })
    }
}

/// # Safety
/// As POSIX's `writev`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn pwritev(
    fd: c_int,
    vector: *const HermitIovec,
    count: c_int,
    offset: i64,
) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        vectored_at(vector, count, offset, |part, at| {
            blocking(|| sys::sys_pwrite(fd, part.base.cast(), part.len, at))
        })
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn lseek(fd: c_int, offset: i64, whence: c_int) -> i64 {
    errno::size(sys::sys_lseek(fd, offset, whence as u32) as isize) as i64
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn truncate(path: *const c_char, len: i64) -> c_int {
    errno::int(sys::sys_truncate(path, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn ftruncate(fd: c_int, len: i64) -> c_int {
    errno::int(sys::sys_ftruncate(fd, len))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fsync(fd: c_int) -> c_int {
    errno::int(blocking(|| sys::sys_fsync(fd)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fdatasync(fd: c_int) -> c_int {
    fsync(fd)
}

/// Files live in memory: there is nothing to bring to a disk.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn sync() {}

/// Advice changes nothing here; returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_fadvise(fd: c_int, _offset: i64, len: i64, advice: c_int) -> c_int {
    const F_GETFD: u32 = 1;
    if len < 0 || !(0..=5).contains(&advice) {
        return Errno::EINVAL as c_int;
    }
    errno::number(sys::sys_fcntl(fd, F_GETFD, 0))
}

/// Makes the file at least as long as asked; memory for it is taken when it is written. Returns the
/// error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_fallocate(fd: c_int, offset: i64, len: i64) -> c_int {
    const SEEK_CUR: u32 = 1;
    if offset < 0 || len <= 0 {
        return Errno::EINVAL as c_int;
    }
    let Some(end) = offset.checked_add(len) else {
        return Errno::EFBIG as c_int;
    };
    if sys::sys_lseek(fd, 0, SEEK_CUR) < 0 {
        return errno::number(sys::sys_lseek(fd, 0, SEEK_CUR) as c_int);
    }
    let mut byte = 0u8;
    // A byte at the end, if the file has none there, grows it without changing what there is.
    match sys::sys_pread(fd, (&raw mut byte).cast(), 1, end - 1) {
        0 => errno::number(sys::sys_ftruncate(fd, end)),
        result => errno::number(result.min(0) as c_int),
    }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn dup(fd: c_int) -> c_int {
    const F_DUPFD: u32 = 0;
    errno::int(sys::sys_fcntl(fd, F_DUPFD, 0))
}

/// As `dup3`, except that equal descriptors are no error if they are open.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn dup2(fd: c_int, to: c_int) -> c_int {
    const F_GETFD: u32 = 1;
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
    const F_SETLKW: c_int = 9;
    if command == F_SETLKW {
        return errno::int(blocking(|| sys::sys_fcntl(fd, command as u32, argument)));
    }
    errno::int(sys::sys_fcntl(fd, command as u32, argument))
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

/// The only process has no rival for a lock.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn flock(fd: c_int, operation: c_int) -> c_int {
    const LOCK_NB: c_int = 4;
    const F_GETFD: u32 = 1;
    match operation & !LOCK_NB {
        1 | 2 | 8 => errno::int(sys::sys_fcntl(fd, F_GETFD, 0)).min(0),
        _ => errno::fail(Errno::EINVAL),
    }
}

/// As `flock`: `F_ULOCK`, `F_LOCK`, `F_TLOCK`, `F_TEST`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn lockf(fd: c_int, command: c_int, _len: i64) -> c_int {
    const F_GETFD: u32 = 1;
    match command {
        0..=3 => errno::int(sys::sys_fcntl(fd, F_GETFD, 0)).min(0),
        _ => errno::fail(Errno::EINVAL),
    }
}
