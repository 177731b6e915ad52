//! Files: names, descriptors, reading and writing.
//!
//! **Paths** are NUL-terminated strings of at most 4095 bytes (`ENAMETOOLONG`); each component has at most
//! 255. Functions with a `directory` take a descriptor from which a relative path starts, or
//! `AT_FDCWD` (-2) for the working directory. Every function with a path may give `EFAULT`, `ENOENT`,
//! `ENOTDIR`, `ELOOP` (more than 40 symbolic links), `ENAMETOOLONG`, and `EBADF` for `directory`; only
//! what goes beyond is listed. `ENOSPC` is what a full memory says here.
//!
//! **Flags and modes** (`O_…`, `AT_…`, `F_…`, `S_…`) have newlib's numbers. **Descriptors** are given out
//! lowest first, at most 4096; 0, 1 and 2 are open at the start. Permission bits are kept and told but not
//! enforced: the program is the superuser.
//!
//! Any function may be called by any number of threads at once. What one `read` or `write` does to a
//! position happens at once for the others.

use alloc::vec::Vec;
use core::ffi::{c_char, c_void};

use crate::arch::uaccess::{copy_in, copy_out, read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::file::{Attributes, Change};
use crate::fs::flags::{
    AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW, IOV_MAX, PATH_MAX, S_IFMT,
    S_IFREG,
};
use crate::fs::user::{Piece, User};
use crate::fs::{self, descriptors, files};
use crate::signal;

use super::HERMIT_NO_DEADLINE;

const NANOSECONDS: i64 = 1_000_000_000;

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

/// A piece of memory for [`sys_readv`] and [`sys_writev`]: `struct iovec`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitIovec {
    /// First byte.
    pub base: *mut c_void,
    /// Number of bytes.
    pub len: usize,
}

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

/// An entry of a directory as [`sys_getdents`] stores it. Only the first `reclen` bytes are there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitDirent {
    /// Number of the file.
    pub ino: u64,
    /// Position behind this entry, for [`sys_lseek`] on the directory.
    pub off: i64,
    /// Size of this record, a multiple of 8.
    pub reclen: u16,
    /// Kind of file as `DT_…` (`mode >> 12 & 15`).
    pub kind: u8,
    /// Name, NUL-terminated.
    pub name: [c_char; 256],
}

/// In the times of [`sys_utimensat`]: now.
pub const HERMIT_UTIME_NOW: i64 = i64::MIN;
/// In the times of [`sys_utimensat`]: leave as it is.
pub const HERMIT_UTIME_OMIT: i64 = i64::MIN + 1;

/// [`sys_ioctl`]: stores the size of the terminal as four `u16` (rows, columns, 0, 0).
pub const HERMIT_TIOCGWINSZ: u64 = 0x5413;
/// [`sys_ioctl`]: stores as `i32` how many bytes can be read at once without waiting.
pub const HERMIT_FIONREAD: u64 = 0x541b;
/// [`sys_ioctl`]: sets (`i32` not 0) or clears `O_NONBLOCK`.
pub const HERMIT_FIONBIO: u64 = 0x5421;

/// The string at `text`, without its NUL.
fn string(text: *const c_char) -> Result<Vec<u8>> {
    const PAGE: usize = 4096;
    let mut path = Vec::new();
    let mut from = text.cast::<u8>();
    while path.len() < PATH_MAX {
        // Never beyond the page that the string may end in.
        let count = (PAGE - from as usize % PAGE).min(128);
        let mut piece = [0; 128];
        copy_in(&mut piece[..count], from)?;
        let end = piece[..count].iter().position(|byte| *byte == 0);
        path.try_reserve(count).map_err(|_| Errno::ENOMEM)?;
        path.extend_from_slice(&piece[..end.unwrap_or(count)]);
        if end.is_some() {
            return Ok(path);
        }
        from = from.wrapping_add(count);
    }
    Err(Errno::ENAMETOOLONG)
}

/// Turns a result into the ABI's form for a descriptor or a small number.
fn number(result: Result<i32>) -> i32 {
    result.unwrap_or_else(Errno::negative)
}

/// Runs a read or a write, again if a signal interrupted it whose handlers all have `SA_RESTART`.
fn transfer(mut f: impl FnMut() -> Result<usize>) -> isize {
    loop {
        match f() {
            Err(Errno::EINTR) if signal::should_restart() => {}
            result => return errno::value(result),
        }
    }
}

/// Turns a result into the ABI's form for a position.
fn position(result: Result<u64>) -> i64 {
    match result {
        Ok(position) => position as i64,
        Err(errno) => i64::from(errno.negative()),
    }
}

/// Opens a file, or makes it with [`O_CREAT`](fs::flags::O_CREAT) and permissions `mode` (less the
/// mask of [`sys_umask`]); returns the new descriptor.
///
/// # Errors
/// `EEXIST`, `EISDIR`, `EINVAL` (no such access mode, or `O_CREAT` with `O_DIRECTORY`), `ELOOP` for a
/// symbolic link with `O_NOFOLLOW`, `EMFILE`, `ENOSPC`.
///
/// Serves `open`, `openat`, `creat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_openat(directory: i32, path: *const c_char, flags: u32, mode: u32) -> i32 {
    number(string(path).and_then(|path| files().open(directory, &path, flags, mode)))
}

/// Closes a descriptor.
///
/// # Errors
/// `EBADF`.
///
/// Serves `close`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_close(fd: i32) -> i32 {
    errno::status(files().close(fd))
}

/// Reads up to `len` bytes at the position; returns how many, 0 at the end. From a pipe or the console it
/// waits for the first byte.
///
/// # Errors
/// `EBADF` (also: not open for reading), `EFAULT`, `EISDIR`, `EAGAIN` (`O_NONBLOCK`), `EINTR`, `EINVAL`.
///
/// Serves `read`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_read(fd: i32, buffer: *mut c_void, len: usize) -> isize {
    let mut to = User::new(buffer.cast(), len);
    transfer(|| files().get(fd)?.read(&mut to))
}

/// Writes `len` bytes at the position; returns how many, fewer only when memory ends, a signal arrives or
/// `O_NONBLOCK` forbids to wait.
///
/// # Errors
/// `EBADF` (also: not open for writing), `EFAULT`, `EFBIG`, `ENOSPC`, `EPIPE`, `EAGAIN` (`O_NONBLOCK`),
/// `EINTR`, `EINVAL`.
///
/// Serves `write`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_write(fd: i32, buffer: *const c_void, len: usize) -> isize {
    let mut from = User::new(buffer.cast_mut().cast(), len);
    transfer(|| files().get(fd)?.write(&mut from))
}

/// As [`sys_read`], at `offset`; the position stays.
///
/// # Errors
/// Those of [`sys_read`], `EINVAL` (negative offset), `ESPIPE`.
///
/// Serves `pread`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_pread(fd: i32, buffer: *mut c_void, len: usize, offset: i64) -> isize {
    let mut to = User::new(buffer.cast(), len);
    errno::value(
        files()
            .get(fd)
            .and_then(|open| open.read_at(offset, &mut to)),
    )
}

/// As [`sys_write`], at `offset`; the position stays. With `O_APPEND` it writes at the end, as on Linux.
///
/// # Errors
/// Those of [`sys_write`], `EINVAL` (negative offset), `ESPIPE`.
///
/// Serves `pwrite`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_pwrite(fd: i32, buffer: *const c_void, len: usize, offset: i64) -> isize {
    let mut from = User::new(buffer.cast_mut().cast(), len);
    errno::value(
        files()
            .get(fd)
            .and_then(|open| open.write_at(offset, &mut from)),
    )
}

/// Copies in an array of pieces and runs `f` with them.
fn with_pieces(
    pieces: *const HermitIovec,
    count: usize,
    f: impl FnOnce(&mut User<'_>) -> Result<usize>,
) -> Result<usize> {
    if count > IOV_MAX {
        return Err(Errno::EINVAL);
    }
    let mut list: Vec<Piece> = Vec::new();
    list.try_reserve_exact(count).map_err(|_| Errno::ENOMEM)?;
    for index in 0..count {
        let piece = read(pieces.wrapping_add(index))?;
        list.push(Piece {
            base: piece.base.cast(),
            len: piece.len,
        });
    }
    f(&mut User::pieces(&list)?)
}

/// As [`sys_read`], into `count` pieces, one after the other.
///
/// # Errors
/// Those of [`sys_read`]; `EINVAL`: more than 1024 pieces, or their sum is more than `ssize_t` holds.
///
/// Serves `readv`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_readv(fd: i32, pieces: *const HermitIovec, count: usize) -> isize {
    transfer(|| {
        let open = files().get(fd)?;
        with_pieces(pieces, count, |to| open.read(to))
    })
}

/// As [`sys_write`], from `count` pieces, one after the other, as one write.
///
/// # Errors
/// Those of [`sys_write`]; `EINVAL`: more than 1024 pieces, or their sum is more than `ssize_t` holds.
///
/// Serves `writev`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_writev(fd: i32, pieces: *const HermitIovec, count: usize) -> isize {
    transfer(|| {
        let open = files().get(fd)?;
        with_pieces(pieces, count, |from| open.write(from))
    })
}

/// Sets the position; `whence` is `SEEK_SET` 0, `SEEK_CUR` 1 or `SEEK_END` 2. Returns the new position.
///
/// # Errors
/// `EBADF`, `EINVAL` (before the beginning, or unknown `whence`), `EOVERFLOW`, `ESPIPE`.
///
/// Serves `lseek`, `telldir`, `seekdir`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_lseek(fd: i32, offset: i64, whence: u32) -> i64 {
    position(files().seek(fd, offset, whence))
}

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

/// `EINVAL` for flags other than the two that every call on an existing file takes.
fn at_flags(flags: u32) -> Result<()> {
    if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) == 0 {
        Ok(())
    } else {
        Err(Errno::EINVAL)
    }
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

/// Makes a regular file (`mode` with `S_IFREG` or no kind); `device` is for the kinds that cannot be made.
///
/// # Errors
/// `EEXIST`, `ENOSPC`; `EPERM`: another kind.
///
/// Serves `mknod`, `mknodat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_mknodat(directory: i32, path: *const c_char, mode: u32, device: u64) -> i32 {
    let _ = device;
    let result = string(path).and_then(|path| match mode & S_IFMT {
        0 | S_IFREG => files().make_file(directory, &path, mode),
        _ => Err(Errno::EPERM),
    });
    errno::status(result)
}

/// Gives a file another name and directory, replacing what has that name.
///
/// # Errors
/// `EINVAL` (a directory into itself, or a path that ends in `.` or `..`), `EISDIR`, `ENOTDIR`, `ENOTEMPTY`,
/// `EBUSY`, `EXDEV`, `ENOSPC`.
///
/// Serves `rename`, `renameat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_renameat(from: i32, old: *const c_char, to: i32, new: *const c_char) -> i32 {
    let both = string(old).and_then(|old| Ok((old, string(new)?)));
    errno::status(both.and_then(|(old, new)| files().rename(from, &old, to, &new)))
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
/// `EINVAL`: not a symbolic link.
///
/// Serves `readlink`, `readlinkat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_readlinkat(
    directory: i32,
    path: *const c_char,
    buffer: *mut c_char,
    len: usize,
) -> isize {
    let result = string(path)
        .and_then(|path| files().link_target(directory, &path))
        .and_then(|target| {
            let part = &target[..target.len().min(len)];
            copy_out(buffer.cast(), part)?;
            Ok(part.len())
        });
    errno::value(result)
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

/// Sets the size of an open file; what is added reads as zeros.
///
/// # Errors
/// `EBADF`, `EINVAL` (negative, not open for writing, or not a regular file), `EFBIG`.
///
/// Serves `ftruncate`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_ftruncate(fd: i32, len: i64) -> i32 {
    errno::status(files().get(fd).and_then(|open| open.truncate(len)))
}

/// Returns when what was written is where it stays: at once for files in memory, when the host has taken
/// the bytes for the console.
///
/// # Errors
/// `EBADF`, `EIO`.
///
/// Serves `fsync`, `fdatasync`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fsync(fd: i32) -> i32 {
    errno::status(files().get(fd).and_then(|open| open.file.sync()))
}

/// Controls a descriptor: `F_DUPFD`, `F_DUPFD_CLOEXEC`, `F_GETFD`, `F_SETFD`, `F_GETFL`, `F_SETFL`
/// (`O_APPEND`, `O_NONBLOCK`, `O_SYNC`). Record locks always succeed: there is no other process.
///
/// # Errors
/// `EBADF`, `EINVAL` (unknown command, or a number that no descriptor can have), `EMFILE`.
///
/// Serves `fcntl`, `dup`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fcntl(fd: i32, command: u32, argument: usize) -> i32 {
    number(files().control(fd, command, argument as isize))
}

/// Makes `to` a duplicate of `fd`, closing what it was; `flags`: `O_CLOEXEC`. Returns `to`.
///
/// # Errors
/// `EBADF`, `EINVAL` (equal numbers, or other flags).
///
/// Serves `dup2`, `dup3`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_dup3(fd: i32, to: i32, flags: u32) -> i32 {
    number(files().duplicate_to(fd, to, flags))
}

/// Controls a device: [`HERMIT_TIOCGWINSZ`], [`HERMIT_FIONREAD`], [`HERMIT_FIONBIO`].
///
/// # Errors
/// `EBADF`, `EFAULT`; `ENOTTY`: the file does not know the request, and for [`HERMIT_TIOCGWINSZ`]: it is not
/// a terminal.
///
/// Serves `ioctl`, `isatty`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_ioctl(fd: i32, request: u64, argument: *mut c_void) -> i32 {
    errno::status(ioctl(fd, request, argument))
}

fn ioctl(fd: i32, request: u64, argument: *mut c_void) -> Result<()> {
    use crate::fs::flags::O_NONBLOCK;
    let open = files().get(fd)?;
    match request {
        HERMIT_TIOCGWINSZ => {
            let (columns, rows) = open.file.terminal().ok_or(Errno::ENOTTY)?;
            // `isatty` asks without wanting to know the size.
            if argument.is_null() {
                Ok(())
            } else {
                write(argument.cast(), [rows, columns, 0, 0])
            }
        }
        HERMIT_FIONREAD => write(argument.cast(), open.available()? as i32),
        HERMIT_FIONBIO => {
            let on = read(argument.cast::<i32>())? != 0;
            let flags = open.flags() & !O_NONBLOCK;
            open.set_flags(if on { flags | O_NONBLOCK } else { flags });
            Ok(())
        }
        _ => Err(Errno::ENOTTY),
    }
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
        HERMIT_UTIME_NOW => Some(fs::now()),
        HERMIT_UTIME_OMIT => None,
        time => Some(time),
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

/// Sets the mask of permission bits that new files do not get; returns the old one.
///
/// Serves `umask`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_umask(mask: u32) -> i32 {
    files().set_umask(mask) as i32
}

/// Makes a pipe: stores the descriptor to read from and the one to write to. `flags`: `O_CLOEXEC`,
/// `O_NONBLOCK`. Writes of up to 4096 bytes are not mixed with those of others.
///
/// # Errors
/// `EFAULT`, `EINVAL` (other flags), `EMFILE`, `ENFILE`.
///
/// Serves `pipe`, `pipe2`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_pipe(fds: *mut i32, flags: u32) -> i32 {
    let result = files().pipe(flags).and_then(|(from, to)| {
        write(fds.cast(), [from, to]).inspect_err(|_| {
            // Nobody will ever use them.
            let _ = (files().close(from), files().close(to));
        })
    });
    errno::status(result)
}

/// Waits until a descriptor is ready as its entry says or the deadline has come (nanoseconds of the
/// monotonic clock; 0: does not wait). Returns how many entries have something in `revents`.
///
/// # Errors
/// `EFAULT`, `EINVAL` (more than 4096 entries), `EINTR`, `ENOMEM`.
///
/// Serves `poll`, `ppoll`, `select`, `pselect`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_poll(entries: *mut HermitPollFd, count: usize, deadline: u64) -> i32 {
    number(poll(entries, count, deadline))
}

fn poll(entries: *mut HermitPollFd, count: usize, deadline: u64) -> Result<i32> {
    if count > fs::flags::OPEN_MAX {
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
