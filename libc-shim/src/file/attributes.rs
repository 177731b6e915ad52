//! What is known about files: `stat`, access, mode, owner, times, file systems.

use core::ffi::{c_char, c_int, c_uint};

use super::{AT_EACCESS, AT_FDCWD, AT_SYMLINK_NOFOLLOW, S_IFDIR, S_IFMT};
use crate::errno;
use crate::sys::{self, Errno, HermitStat, HermitStatvfs};
use crate::timespec::{TimeSpec, TimeVal};

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn stat(path: *const c_char, stat: *mut HermitStat) -> c_int {
    errno::int(sys::sys_fstatat(AT_FDCWD, path, stat, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn lstat(path: *const c_char, stat: *mut HermitStat) -> c_int {
    errno::int(sys::sys_fstatat(AT_FDCWD, path, stat, AT_SYMLINK_NOFOLLOW))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub(crate) extern "C" fn fstat(fd: c_int, stat: *mut HermitStat) -> c_int {
    errno::int(sys::sys_fstat(fd, stat))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fstatat(
    folder: c_int,
    path: *const c_char,
    stat: *mut HermitStat,
    flags: c_int,
) -> c_int {
    // There is nothing to mount at its first use.
    errno::int(sys::sys_fstatat(
        folder,
        path,
        stat,
        flags as u32 & !AT_NO_AUTOMOUNT,
    ))
}

/// `struct statx_timestamp`.
#[repr(C)]
#[derive(Default)]
struct StatxTime {
    seconds: i64,
    nanoseconds: u32,
    reserved: i32,
}

/// `struct statx`.
#[repr(C)]
#[derive(Default)]
struct Statx {
    mask: u32,
    blksize: u32,
    attributes: u64,
    nlink: u32,
    uid: u32,
    gid: u32,
    mode: u16,
    reserved: u16,
    ino: u64,
    size: u64,
    blocks: u64,
    attributes_mask: u64,
    /// Last read, made, last change of what is told here, last write.
    times: [StatxTime; 4],
    /// Major and minor number of the device that a device file stands for, and of the file system.
    devices: [[u32; 2]; 2],
    further: [u64; 14],
}

/// The parts of a device number, as `major` and `minor` have them (sys/sysmacros.h).
const fn device_parts(device: u64) -> [u32; 2] {
    [(device >> 8) as u32, (device & 0xff) as u32]
}

/// Linux's `statx`: all that `stat` tells is told always, and more is not known.
///
/// # Safety
/// `place` is for a `struct statx`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn statx(
    folder: c_int,
    path: *const c_char,
    flags: c_int,
    mask: c_uint,
    place: *mut Statx,
) -> c_int {
    const STATX_BASIC_STATS: u32 = 0x7ff;
    const STATX_RESERVED: u32 = 0x8000_0000;
    /// `AT_STATX_FORCE_SYNC` and `AT_STATX_DONT_SYNC`, of which there is at most one.
    const SYNC: [u32; 2] = [0x2000, 0x4000];
    let flags = flags as u32;
    if mask & STATX_RESERVED != 0 || SYNC.iter().all(|sync| flags & sync != 0) {
        return errno::fail(Errno::EINVAL);
    }
    let flags = flags & !(AT_NO_AUTOMOUNT | SYNC[0] | SYNC[1]);
    let mut stat = HermitStat::default();
    if errno::int(sys::sys_fstatat(folder, path, &raw mut stat, flags)) < 0 {
        return -1;
    }
    let time = |time: &sys::HermitTimespec| StatxTime {
        seconds: time.seconds,
        nanoseconds: time.nanoseconds as u32,
        reserved: 0,
    };
    let told = Statx {
        mask: STATX_BASIC_STATS,
        blksize: stat.blksize as u32,
        nlink: stat.nlink.into(),
        uid: stat.uid,
        gid: stat.gid,
        mode: stat.mode as u16,
        ino: stat.ino,
        size: stat.size as u64,
        blocks: stat.blocks as u64,
        times: [
            time(&stat.accessed),
            StatxTime::default(),
            time(&stat.changed),
            time(&stat.modified),
        ],
        devices: [device_parts(stat.rdev), device_parts(stat.dev)],
        ..Statx::default()
    };
    // SAFETY: the caller's promise.
    unsafe { place.write(told) };
    0
}

/// Without effect.
const AT_NO_AUTOMOUNT: u32 = 0x800;

/// Whether a path leads to a folder.
pub(super) fn is_folder(path: *const c_char) -> bool {
    let mut stat = core::mem::MaybeUninit::<HermitStat>::uninit();
    sys::sys_fstatat(AT_FDCWD, path, stat.as_mut_ptr(), 0) >= 0
        // SAFETY: the call has filled it.
        && unsafe { stat.assume_init() }.mode & S_IFMT == S_IFDIR
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn access(path: *const c_char, mode: c_int) -> c_int {
    errno::int(sys::sys_faccessat(AT_FDCWD, path, mode as u32, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn eaccess(path: *const c_char, mode: c_int) -> c_int {
    errno::int(sys::sys_faccessat(AT_FDCWD, path, mode as u32, AT_EACCESS))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn euidaccess(path: *const c_char, mode: c_int) -> c_int {
    eaccess(path, mode)
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn faccessat(folder: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int {
    errno::int(sys::sys_faccessat(folder, path, mode as u32, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn chmod(path: *const c_char, mode: c_uint) -> c_int {
    errno::int(sys::sys_fchmodat(AT_FDCWD, path, mode, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn lchmod(path: *const c_char, mode: c_uint) -> c_int {
    errno::int(sys::sys_fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fchmod(fd: c_int, mode: c_uint) -> c_int {
    errno::int(sys::sys_fchmod(fd, mode))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fchmodat(folder: c_int, path: *const c_char, mode: c_uint, flags: c_int) -> c_int {
    errno::int(sys::sys_fchmodat(folder, path, mode, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn chown(path: *const c_char, user: c_uint, group: c_uint) -> c_int {
    errno::int(sys::sys_fchownat(AT_FDCWD, path, user, group, 0))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn lchown(path: *const c_char, user: c_uint, group: c_uint) -> c_int {
    errno::int(sys::sys_fchownat(
        AT_FDCWD,
        path,
        user,
        group,
        AT_SYMLINK_NOFOLLOW,
    ))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fchown(fd: c_int, user: c_uint, group: c_uint) -> c_int {
    errno::int(sys::sys_fchown(fd, user, group))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fchownat(
    folder: c_int,
    path: *const c_char,
    user: c_uint,
    group: c_uint,
    flags: c_int,
) -> c_int {
    errno::int(sys::sys_fchownat(folder, path, user, group, flags as u32))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn umask(mode: c_uint) -> c_uint {
    sys::sys_umask(mode) as c_uint
}

/// Two times in the kernel's form; null means now. `UTIME_NOW` and `UTIME_OMIT` pass through.
///
/// # Safety
/// `times` is null or points to two times.
unsafe fn kernel_times(times: *const TimeSpec) -> Result<Option<[i64; 2]>, Errno> {
    const UTIME_NOW: i64 = -2;
    const UTIME_OMIT: i64 = -1;
    if times.is_null() {
        return Ok(None);
    }
    let mut result = [0; 2];
    for (index, place) in result.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        let time = unsafe { *times.add(index) };
        *place = match time.nanoseconds {
            UTIME_NOW => sys::HERMIT_UTIME_NOW,
            UTIME_OMIT => sys::HERMIT_UTIME_OMIT,
            _ => time.to_nanoseconds()?,
        };
    }
    Ok(Some(result))
}

/// # Safety
/// `times` is null or points to two times.
unsafe fn set_times(
    folder: c_int,
    path: *const c_char,
    times: *const TimeSpec,
    flags: u32,
) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { kernel_times(times) } {
        Ok(None) => errno::int(sys::sys_utimensat(folder, path, core::ptr::null(), flags)),
        Ok(Some(times)) => errno::int(sys::sys_utimensat(folder, path, times.as_ptr(), flags)),
        Err(error) => errno::fail(error),
    }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn utimensat(
    folder: c_int,
    path: *const c_char,
    times: *const TimeSpec,
    flags: c_int,
) -> c_int {
    if path.is_null() {
        return errno::fail(Errno::EFAULT);
    }
    // SAFETY: the caller's promise.
    unsafe { set_times(folder, path, times, flags as u32) }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn futimens(fd: c_int, times: *const TimeSpec) -> c_int {
    // SAFETY: the caller's promise; a null path means the descriptor itself.
    unsafe { set_times(fd, core::ptr::null(), times, 0) }
}

/// `utimensat` with microseconds.
///
/// # Safety
/// `times` is null or points to two times.
unsafe fn set_times_in_microseconds(
    folder: c_int,
    path: *const c_char,
    times: *const TimeVal,
    flags: u32,
) -> c_int {
    if times.is_null() {
        // SAFETY: null means now.
        return unsafe { set_times(folder, path, core::ptr::null(), flags) };
    }
    let mut converted = [TimeSpec {
        seconds: 0,
        nanoseconds: 0,
    }; 2];
    for (index, place) in converted.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        match unsafe { *times.add(index) }.to_nanoseconds() {
            Ok(ns) => *place = TimeSpec::from_nanoseconds(ns),
            Err(error) => return errno::fail(error),
        }
    }
    // SAFETY: two times.
    unsafe { set_times(folder, path, converted.as_ptr(), flags) }
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn utimes(path: *const c_char, times: *const TimeVal) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { set_times_in_microseconds(AT_FDCWD, path, times, 0) }
}

/// # Safety
/// As BSD's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn lutimes(path: *const c_char, times: *const TimeVal) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { set_times_in_microseconds(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) }
}

/// # Safety
/// As BSD's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn futimes(fd: c_int, times: *const TimeVal) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { set_times_in_microseconds(fd, core::ptr::null(), times, 0) }
}

/// # Safety
/// As GNU's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn futimesat(folder: c_int, path: *const c_char, times: *const TimeVal) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { set_times_in_microseconds(folder, path, times, 0) }
}

/// `struct utimbuf`.
#[repr(C)]
#[derive(Clone, Copy)]
struct UtimeBuffer {
    accessed: i64,
    modified: i64,
}

/// # Safety
/// As POSIX's.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
unsafe extern "C" fn utime(path: *const c_char, times: *const UtimeBuffer) -> c_int {
    if times.is_null() {
        // SAFETY: null means now.
        return unsafe { set_times(AT_FDCWD, path, core::ptr::null(), 0) };
    }
    // SAFETY: the caller's promise.
    let UtimeBuffer { accessed, modified } = unsafe { *times };
    let times = [accessed, modified].map(|seconds| TimeSpec {
        seconds,
        nanoseconds: 0,
    });
    // SAFETY: two times.
    unsafe { set_times(AT_FDCWD, path, times.as_ptr(), 0) }
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn statvfs(path: *const c_char, result: *mut HermitStatvfs) -> c_int {
    errno::int(sys::sys_statvfsat(AT_FDCWD, path, result))
}

#[cfg_attr(panic = "abort", unsafe(no_mangle))]
extern "C" fn fstatvfs(fd: c_int, result: *mut HermitStatvfs) -> c_int {
    errno::int(sys::sys_fstatvfs(fd, result))
}
