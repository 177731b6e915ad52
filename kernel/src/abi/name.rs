//! Names of files: directories, links, renaming, removing, the working directory.
//!
//! Paths, flags and their errors are as [`super::file`] says.

use core::ffi::{c_char, c_void};

use super::path::string;
use crate::arch::uaccess::copy_out;
use crate::errno::{self, Errno};
use crate::fs::files;
use crate::fs::flags::{AT_FDCWD, AT_SYMLINK_FOLLOW};

/// An entry of a directory as [`sys_getdents`] stores it. Only the first `reclen` bytes are there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitDirent {
    /// Number of the file.
    pub ino: u64,
    /// Position behind this entry, for `sys_lseek` on the directory.
    pub off: i64,
    /// Size of this record, a multiple of 8.
    pub reclen: u16,
    /// Kind of file as `DT_…` (`mode >> 12 & 15`).
    pub kind: u8,
    /// Name, NUL-terminated.
    pub name: [c_char; 256],
}

/// Removes a name; with `flags` `AT_REMOVEDIR` that of an empty directory.
///
/// # Errors
/// `EISDIR` (a directory without the flag), `ENOTDIR` (no directory with it), `ENOTEMPTY`, `EBUSY` (root or
/// mount point), `EINVAL` (path ends in `.`, or unknown flags).
///
/// Serves `unlink`, `unlinkat`, `rmdir`, `remove`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_unlinkat(directory: i32, path: *const c_char, flags: u32) -> i32 {
    errno::status(string(path).and_then(|path| files().remove(directory, &path, flags)))
}

/// Makes a directory.
///
/// # Errors
/// `EEXIST`, `ENOSPC`.
///
/// Serves `mkdir`, `mkdirat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mkdirat(directory: i32, path: *const c_char, mode: u32) -> i32 {
    errno::status(string(path).and_then(|path| files().make_directory(directory, &path, mode)))
}

/// Makes a regular file (`mode` with `S_IFREG` or no kind) or a FIFO (`S_IFIFO`); `device` is for the
/// kinds that cannot be made.
///
/// # Errors
/// `EEXIST`, `ENOSPC`; `EPERM`: another kind.
///
/// Serves `mknod`, `mknodat`, `mkfifo`, `mkfifoat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mknodat(directory: i32, path: *const c_char, mode: u32, device: u64) -> i32 {
    let _ = device;
    errno::status(string(path).and_then(|path| files().make_node(directory, &path, mode)))
}

/// Gives a file another name and directory, replacing what has that name. `flags`: 1, Linux's `RENAME_NOREPLACE`:
/// nothing is replaced.
///
/// # Errors
/// `EINVAL` (a directory into itself, a path that ends in `.` or `..`, other flags; any flags on a mount), `EISDIR`,
/// `ENOTDIR`, `ENOTEMPTY`, `EBUSY`, `EXDEV`, `ENOSPC`; `EEXIST`: the name is taken.
///
/// Serves `rename`, `renameat`, `renameat2`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_renameat(
    from: i32,
    old: *const c_char,
    to: i32,
    new: *const c_char,
    flags: u32,
) -> i32 {
    let both = string(old).and_then(|old| Ok((old, string(new)?)));
    errno::status(both.and_then(|(old, new)| files().rename(from, &old, to, &new, flags)))
}

/// Gives a file a further name; with `flags` `AT_SYMLINK_FOLLOW` a symbolic link stands for its target.
///
/// # Errors
/// `EEXIST`, `EPERM` (a directory), `EXDEV`, `ENOSPC`, `EINVAL` (other flags).
///
/// Serves `link`, `linkat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_linkat(
    from: i32,
    old: *const c_char,
    to: i32,
    new: *const c_char,
    flags: u32,
) -> i32 {
    if flags & !AT_SYMLINK_FOLLOW != 0 {
        return Errno::EINVAL.negative();
    }
    let both = string(old).and_then(|old| Ok((old, string(new)?)));
    errno::status(both.and_then(|(old, new)| files().link(from, &old, to, &new, flags)))
}

/// Makes a symbolic link to `target`, which need not exist.
///
/// # Errors
/// `EEXIST`, `ENOSPC`.
///
/// Serves `symlink`, `symlinkat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_symlinkat(target: *const c_char, directory: i32, path: *const c_char) -> i32 {
    let both = string(target).and_then(|target| Ok((target, string(path)?)));
    errno::status(both.and_then(|(target, path)| files().make_link(&target, directory, &path)))
}

/// Stores the first `len` bytes of where a symbolic link points, without a NUL; returns how many.
///
/// # Errors
/// `EINVAL`: not a symbolic link, or `len` is 0 (as on Linux).
///
/// Serves `readlink`, `readlinkat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_readlinkat(
    directory: i32,
    path: *const c_char,
    buffer: *mut c_char,
    len: usize,
) -> isize {
    if len == 0 {
        return Errno::EINVAL.negative() as isize;
    }
    let result = string(path)
        .and_then(|path| files().link_target(directory, &path))
        .and_then(|target| {
            let part = &target[..target.len().min(len)];
            copy_out(buffer.cast(), part)?;
            Ok(part.len())
        });
    errno::value(result)
}

/// Changes the working directory, from which relative paths start.
///
/// Serves `chdir`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_chdir(path: *const c_char) -> i32 {
    errno::status(string(path).and_then(|path| files().change_directory(AT_FDCWD, &path)))
}

/// As [`sys_chdir`], to an open directory.
///
/// # Errors
/// `EBADF`, `ENOTDIR`.
///
/// Serves `fchdir`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fchdir(fd: i32) -> i32 {
    let result = if fd == AT_FDCWD {
        Err(Errno::EBADF)
    } else {
        files().change_directory(fd, b"")
    };
    errno::status(result)
}

/// Stores the path of the working directory with a NUL; returns its length, the NUL included.
///
/// # Errors
/// `ERANGE` (more than `len` bytes), `EINVAL` (`len` is 0), `ENOENT` (it was removed), `EFAULT`.
///
/// Serves `getcwd`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_getcwd(buffer: *mut c_char, len: usize) -> isize {
    if len == 0 {
        return Errno::EINVAL.negative() as isize;
    }
    let result = files().working_path().and_then(|mut path| {
        path.push(0);
        if path.len() > len {
            return Err(Errno::ERANGE);
        }
        copy_out(buffer.cast(), &path)?;
        Ok(path.len())
    });
    errno::value(result)
}

/// Sets the mask of permission bits that new files do not get; returns the old one.
///
/// Serves `umask`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_umask(mask: u32) -> i32 {
    files().set_umask(mask) as i32
}

/// Stores as many entries of an open directory as fit in `len` bytes, as [`HermitDirent`] records one
/// behind the other; returns the bytes used, 0 at the end.
///
/// # Errors
/// `EBADF`, `ENOTDIR`, `EFAULT`; `EINVAL`: not even the first fits.
///
/// Serves `readdir`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_getdents(fd: i32, buffer: *mut c_void, len: usize) -> isize {
    const NAME: usize = core::mem::offset_of!(HermitDirent, name);
    let mut used = 0;
    let mut failed = None;
    let listed = files().list(fd, &mut |entry| {
        let mut record = [0u8; size_of::<HermitDirent>()];
        let size = (NAME + entry.name.len() + 1)
            .next_multiple_of(8)
            .min(record.len());
        if size > len - used {
            failed = Some(Errno::EINVAL);
            return false;
        }
        record[0..8].copy_from_slice(&entry.inode.to_ne_bytes());
        record[8..16].copy_from_slice(&entry.next.to_ne_bytes());
        record[16..18].copy_from_slice(&(size as u16).to_ne_bytes());
        record[18] = (entry.kind >> 12) as u8;
        record[NAME..NAME + entry.name.len()].copy_from_slice(entry.name);
        match copy_out(buffer.cast::<u8>().wrapping_add(used), &record[..size]) {
            Ok(()) => used += size,
            Err(errno) => failed = Some(errno),
        }
        failed.is_none()
    });
    errno::value(listed.and(match failed {
        Some(errno) if used == 0 => Err(errno),
        _ => Ok(used),
    }))
}
