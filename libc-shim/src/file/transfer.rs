//! Bytes of open files: reading, writing, positions, size, making sure of what was written.

use core::ffi::{c_char, c_int, c_void};

use super::{S_IFIFO, S_IFMT};
use crate::cancel::blocking;
use crate::config::IOV_MAX;
use crate::errno;
use crate::memory::with_reclaim;
use crate::sys::{self, Errno, HermitIovec, HermitStat};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn read(fd: c_int, buffer: *mut c_void, len: usize) -> isize {
    errno::size(blocking(|| sys::sys_read(fd, buffer.cast(), len)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn write(fd: c_int, buffer: *const c_void, len: usize) -> isize {
    errno::size(blocking(|| {
        with_reclaim(|| sys::sys_write(fd, buffer.cast(), len))
    }))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pread(fd: c_int, buffer: *mut c_void, len: usize, offset: i64) -> isize {
    errno::size(blocking(|| sys::sys_pread(fd, buffer.cast(), len, offset)))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn pwrite(fd: c_int, buffer: *const c_void, len: usize, offset: i64) -> isize {
    errno::size(blocking(|| {
        with_reclaim(|| sys::sys_pwrite(fd, buffer.cast(), len, offset))
    }))
}

macro_rules! vectored {
    ($($name:ident = $call:ident($($offset:ident)?);)*) => {
        $(
            #[cfg_attr(panic = "abort", unsafe(no_mangle))]
            extern "C" fn $name(
                fd: c_int,
                parts: *const HermitIovec,
                count: c_int,
                $($offset: i64)?
            ) -> isize {
                match usize::try_from(count) {
                    Ok(count) if count <= IOV_MAX as usize => errno::size(blocking(|| {
                        with_reclaim(|| sys::$call(fd, parts, count, $($offset)?))
                    })),
                    _ => errno::fail(Errno::EINVAL) as isize,
                }
            }
        )*
    };
}

vectored! {
    readv = sys_readv();
    writev = sys_writev();
    preadv = sys_preadv(offset);
    pwritev = sys_pwritev(offset);
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
    let mut stat = HermitStat::default();
    match sys::sys_fstat(fd, &raw mut stat) {
        error if error < 0 => -error,
        _ if stat.mode & S_IFMT == S_IFIFO => Errno::ESPIPE as c_int,
        _ if len < 0 || !(0..=5).contains(&advice) => Errno::EINVAL as c_int,
        _ => 0,
    }
}

/// Linux's: of its modes the one that POSIX has too.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fallocate(fd: c_int, mode: c_int, offset: i64, len: i64) -> c_int {
    match mode {
        0 => errno::int(sys::sys_fallocate(fd, offset, len)),
        _ => errno::fail(Errno::EOPNOTSUPP),
    }
}

/// Returns the error number.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn posix_fallocate(fd: c_int, offset: i64, len: i64) -> c_int {
    errno::number(sys::sys_fallocate(fd, offset, len))
}
