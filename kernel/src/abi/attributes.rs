//! What is known about files: attributes, permissions, owners, times, size.
//!
//! Paths, flags and their errors are as [`super::file`] says.

use core::ffi::c_char;

use super::path::{at_flags, string};
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::file::{Attributes, Change, Statistics, Time};
use crate::fs::files;
use crate::fs::flags::AT_FDCWD;

/// A point in time; the same in memory as newlib's `struct timespec`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitTimespec {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds, 0 to 999,999,999.
    pub nanoseconds: i64,
}

/// What is known about a file; the same in memory as the SDK's `struct stat`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitStat {
    /// File system.
    pub dev: u64,
    /// Number of the file on it.
    pub ino: u64,
    /// Kind (`S_IF…`) and permission bits.
    pub mode: u32,
    /// Number of names; 65535 if there are more.
    pub nlink: u16,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Device that a device file stands for.
    pub rdev: u64,
    /// Size in bytes.
    pub size: i64,
    /// Last read.
    pub accessed: HermitTimespec,
    /// Last write.
    pub modified: HermitTimespec,
    /// Last change of what is told here.
    pub changed: HermitTimespec,
    /// Size in which reads and writes are efficient.
    pub blksize: i64,
    /// Memory in use, in units of 512 bytes.
    pub blocks: i64,
    /// Zero.
    pub reserved: [i64; 2],
}

/// What is known about a file system; the same in memory as the SDK's `struct statvfs`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitStatvfs {
    /// Size in which reads and writes are efficient.
    pub bsize: u64,
    /// Unit of the next three.
    pub frsize: u64,
    /// Size of the file system.
    pub blocks: u64,
    /// What is free of it.
    pub bfree: u64,
    /// What is free for who is not the superuser.
    pub bavail: u64,
    /// Most files; as all three of them 4294967295 if there are more.
    pub files: u32,
    /// Files that can still be made.
    pub ffree: u32,
    /// Files that who is not the superuser can still make.
    pub favail: u32,
    /// Number of the file system.
    pub fsid: u64,
    /// Bit 0 (`ST_RDONLY`): nothing can be changed.
    pub flag: u64,
    /// Longest name in bytes.
    pub namemax: u64,
}

/// In the times of [`sys_utimensat`]: now.
pub const HERMIT_UTIME_NOW: i64 = i64::MIN;
/// In the times of [`sys_utimensat`]: leave as it is.
pub const HERMIT_UTIME_OMIT: i64 = i64::MIN + 1;

const NANOSECONDS: i64 = 1_000_000_000;

fn timespec(nanoseconds: i64) -> HermitTimespec {
    HermitTimespec {
        seconds: nanoseconds.div_euclid(NANOSECONDS),
        nanoseconds: nanoseconds.rem_euclid(NANOSECONDS),
    }
}

fn store_attributes(attributes: &Attributes, to: *mut HermitStat) -> Result<()> {
    write(
        to,
        HermitStat {
            dev: attributes.device,
            ino: attributes.inode,
            mode: attributes.mode,
            nlink: attributes.links.min(u32::from(u16::MAX)) as u16,
            uid: attributes.uid,
            gid: attributes.gid,
            rdev: attributes.special,
            size: attributes.size as i64,
            accessed: timespec(attributes.accessed),
            modified: timespec(attributes.modified),
            changed: timespec(attributes.changed),
            blksize: 4096,
            blocks: attributes.blocks as i64,
            reserved: [0; 2],
        },
    )
}

/// Stores what is known about an open file.
///
/// # Errors
/// `EBADF`, `EFAULT`.
///
/// Serves `fstat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fstat(fd: i32, to: *mut HermitStat) -> i32 {
    let attributes = files().get(fd).and_then(|open| open.file.attributes());
    errno::status(attributes.and_then(|attributes| store_attributes(&attributes, to)))
}

/// Stores what is known about a file; `flags`: `AT_SYMLINK_NOFOLLOW`, `AT_EMPTY_PATH`.
///
/// # Errors
/// `EINVAL` (other flags).
///
/// Serves `stat`, `lstat`, `fstatat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fstatat(
    directory: i32,
    path: *const c_char,
    to: *mut HermitStat,
    flags: u32,
) -> i32 {
    let result = string(path)
        .and_then(|path| at_flags(flags).and_then(|()| files().attributes(directory, &path, flags)))
        .and_then(|attributes| store_attributes(&attributes, to));
    errno::status(result)
}

/// Tells whether a file exists (`mode` 0) and may be read (4), written (2), executed (1); `flags`:
/// `AT_EACCESS`, `AT_SYMLINK_NOFOLLOW`.
///
/// # Errors
/// `EACCES`; `EINVAL`: other bits.
///
/// Serves `access`, `faccessat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_faccessat(directory: i32, path: *const c_char, mode: u32, flags: u32) -> i32 {
    const AT_EACCESS: u32 = 1;
    // Effective and real user are the same.
    let flags = flags & !AT_EACCESS;
    let result = string(path).and_then(|path| {
        at_flags(flags).and_then(|()| files().access(directory, &path, mode, flags))
    });
    errno::status(result)
}

fn change_at(directory: i32, path: *const c_char, flags: u32, change: Change) -> i32 {
    let result = string(path).and_then(|path| {
        at_flags(flags).and_then(|()| files().change(directory, &path, flags, change))
    });
    errno::status(result)
}

fn change_open(fd: i32, change: Change) -> i32 {
    errno::status(files().get(fd).and_then(|open| open.file.change(change)))
}

/// Sets permission bits; `flags`: `AT_SYMLINK_NOFOLLOW`.
///
/// # Errors
/// `EPERM` (the file has none of its own), `EINVAL` (other flags).
///
/// Serves `chmod`, `fchmodat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fchmodat(directory: i32, path: *const c_char, mode: u32, flags: u32) -> i32 {
    change_at(
        directory,
        path,
        flags,
        Change {
            permissions: Some(mode),
            ..Change::default()
        },
    )
}

/// Sets permission bits of an open file.
///
/// # Errors
/// `EBADF`, `EPERM`.
///
/// Serves `fchmod`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fchmod(fd: i32, mode: u32) -> i32 {
    change_open(
        fd,
        Change {
            permissions: Some(mode),
            ..Change::default()
        },
    )
}

fn owner(uid: u32, gid: u32) -> Change {
    // -1 leaves it as it is.
    let given = |id: u32| (id != u32::MAX).then_some(id);
    Change {
        uid: given(uid),
        gid: given(gid),
        ..Change::default()
    }
}

/// Sets owner and group; -1 leaves one as it is. `flags`: `AT_SYMLINK_NOFOLLOW`, `AT_EMPTY_PATH`.
///
/// # Errors
/// `EPERM`, `EINVAL` (other flags).
///
/// Serves `chown`, `lchown`, `fchownat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fchownat(
    directory: i32,
    path: *const c_char,
    uid: u32,
    gid: u32,
    flags: u32,
) -> i32 {
    change_at(directory, path, flags, owner(uid, gid))
}

/// Sets owner and group of an open file; -1 leaves one as it is.
///
/// # Errors
/// `EBADF`, `EPERM`.
///
/// Serves `fchown`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fchown(fd: i32, uid: u32, gid: u32) -> i32 {
    change_open(fd, owner(uid, gid))
}

/// Sets the times of the last read and the last write. `times` are two, in nanoseconds since 1970, or
/// [`HERMIT_UTIME_NOW`] or [`HERMIT_UTIME_OMIT`]; null: both now. A null `path` stands for the file
/// that `directory` is a descriptor of.
///
/// # Errors
/// `EFAULT`, `EPERM`, `EINVAL` (other flags than `AT_SYMLINK_NOFOLLOW`).
///
/// Serves `utimensat`, `futimens`, `utimes`, `utime`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_utimensat(
    directory: i32,
    path: *const c_char,
    times: *const i64,
    flags: u32,
) -> i32 {
    let time = |index: usize| match times.is_null() {
        true => Ok(HERMIT_UTIME_NOW),
        false => read(times.wrapping_add(index)),
    };
    let given = |time: i64| match time {
        HERMIT_UTIME_NOW => Some(Time::Now),
        HERMIT_UTIME_OMIT => None,
        time => Some(Time::At(time)),
    };
    let (accessed, modified) = match (time(0), time(1)) {
        (Ok(accessed), Ok(modified)) => (given(accessed), given(modified)),
        _ => return Errno::EFAULT.negative(),
    };
    let change = Change {
        accessed,
        modified,
        ..Change::default()
    };
    if path.is_null() {
        change_open(directory, change)
    } else {
        change_at(directory, path, flags, change)
    }
}

/// Sets the size of a file; what is added reads as zeros.
///
/// # Errors
/// `EISDIR`, `EINVAL` (negative, or not a regular file), `EFBIG`.
///
/// Serves `truncate`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_truncate(path: *const c_char, len: i64) -> i32 {
    errno::status(string(path).and_then(|path| files().truncate(AT_FDCWD, &path, len)))
}

/// Makes sure that writing to `len` bytes from `offset` on will not fail for want of memory, growing the
/// file as far.
///
/// # Errors
/// `EBADF` (also: not open for writing), `EINVAL` (`offset` negative, `len` not positive), `EFBIG`, `ENOSPC`,
/// `ESPIPE`, `ENODEV` (not a regular file).
///
/// Serves `posix_fallocate`, `fallocate`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fallocate(fd: i32, offset: i64, len: i64) -> i32 {
    errno::status(files().get(fd).and_then(|open| open.allocate(offset, len)))
}

/// Sets the size of an open file; what is added reads as zeros.
///
/// # Errors
/// `EBADF`, `EINVAL` (negative, not open for writing, or not a regular file), `EFBIG`.
///
/// Serves `ftruncate`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_ftruncate(fd: i32, len: i64) -> i32 {
    errno::status(files().get_at(fd, len).and_then(|open| open.truncate(len)))
}

fn store_statistics(known: &Statistics, to: *mut HermitStatvfs) -> Result<()> {
    let narrow = |files: u64| files.min(u32::MAX.into()) as u32;
    write(
        to,
        HermitStatvfs {
            bsize: known.block_size,
            frsize: known.block_size,
            blocks: known.blocks,
            bfree: known.free,
            bavail: known.available,
            files: narrow(known.files),
            ffree: narrow(known.files_free),
            favail: narrow(known.files_free),
            fsid: known.id,
            flag: known.read_only.into(),
            namemax: known.name_max.into(),
        },
    )
}

/// Stores what is known about the file system that a file is on.
///
/// # Errors
/// `EFAULT`.
///
/// Serves `statvfs`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_statvfsat(
    directory: i32,
    path: *const c_char,
    to: *mut HermitStatvfs,
) -> i32 {
    let result = string(path)
        .and_then(|path| files().statistics(directory, &path))
        .and_then(|known| store_statistics(&known, to));
    errno::status(result)
}

/// Stores what is known about the file system that an open file is on.
///
/// # Errors
/// `EBADF`, `EFAULT`.
///
/// Serves `fstatvfs`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fstatvfs(fd: i32, to: *mut HermitStatvfs) -> i32 {
    let known = files().get(fd).and_then(|open| open.file.statistics());
    errno::status(known.and_then(|known| store_statistics(&known, to)))
}
