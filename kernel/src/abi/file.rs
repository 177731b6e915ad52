//! Open files: opening, reading and writing, positions, descriptors, pipes.
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

use super::path::string;
use crate::arch::uaccess::{read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::files;
use crate::fs::flags::{
    F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLK, F_SETLKW, IOV_MAX,
};
use crate::fs::user::{Piece, User};
use crate::signal::{self, Restart};

/// A piece of memory for [`sys_readv`] and [`sys_writev`]: `struct iovec`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HermitIovec {
    /// First byte.
    pub base: *mut c_void,
    /// Number of bytes.
    pub len: usize,
}

/// Runs a call that may wait, again if a signal interrupted it whose handlers all have `SA_RESTART`.
/// Handlers run when the call is over: one that jumps away leaves nothing behind.
pub(super) fn restartable<T>(mut call: impl FnMut() -> Result<T>) -> Result<T> {
    signal::interruptible(Restart::Allowed, || signal::deferred(&mut call))
}

fn transfer(call: impl FnMut() -> Result<usize>) -> isize {
    errno::value(restartable(call))
}

/// Turns a result into the ABI's form for a position.
fn position(result: Result<u64>) -> i64 {
    match result {
        Ok(position) => position as i64,
        Err(errno) => i64::from(errno.negative()),
    }
}

/// Opens a file, or makes it with `O_CREAT` and permissions `mode` (less the
/// mask of `sys_umask`); returns the new descriptor.
///
/// # Errors
/// `EEXIST`, `EISDIR`, `EINVAL` (no such access mode, or `O_CREAT` with `O_DIRECTORY`), `ELOOP` for a
/// symbolic link with `O_NOFOLLOW`, `EMFILE`, `ENOSPC`; for a FIFO `ENXIO` (`O_NONBLOCK`, and nobody
/// reads) and `EINTR` (while it waits for the other side).
///
/// Serves `open`, `openat`, `creat`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_openat(directory: i32, path: *const c_char, flags: u32, mode: u32) -> i32 {
    errno::number(restartable(|| {
        files().open(directory, &string(path)?, flags, mode)
    }))
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
    transfer(|| files().get_at(fd, offset)?.read_at(offset, &mut to))
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
    transfer(|| files().get_at(fd, offset)?.write_at(offset, &mut from))
}

/// Copies in an array of pieces and runs `f` with them.
pub(super) fn with_pieces(
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

/// As [`sys_readv`], at `offset`; the position stays.
///
/// # Errors
/// Those of [`sys_readv`], `EINVAL` (negative offset), `ESPIPE`.
///
/// Serves `preadv`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_preadv(
    fd: i32,
    pieces: *const HermitIovec,
    count: usize,
    offset: i64,
) -> isize {
    transfer(|| {
        let open = files().get_at(fd, offset)?;
        with_pieces(pieces, count, |to| open.read_at(offset, to))
    })
}

/// As [`sys_writev`], at `offset`, or at the end with `O_APPEND`; the position stays.
///
/// # Errors
/// Those of [`sys_writev`], `EINVAL` (negative offset), `ESPIPE`.
///
/// Serves `pwritev`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_pwritev(
    fd: i32,
    pieces: *const HermitIovec,
    count: usize,
    offset: i64,
) -> isize {
    transfer(|| {
        let open = files().get_at(fd, offset)?;
        with_pieces(pieces, count, |from| open.write_at(offset, from))
    })
}

/// Sets the position; `whence` is `SEEK_SET` 0, `SEEK_CUR` 1, `SEEK_END` 2, `SEEK_DATA` 3 (the next byte
/// that was written) or `SEEK_HOLE` 4 (the next that was not). Returns the new position.
///
/// # Errors
/// `EBADF`, `EINVAL` (before the beginning, or unknown `whence`), `ENXIO` (no data or hole there),
/// `EOVERFLOW`, `ESPIPE`.
///
/// Serves `lseek`, `telldir`, `seekdir`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_lseek(fd: i32, offset: i64, whence: u32) -> i64 {
    position(files().seek(fd, offset, whence))
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
    errno::status(restartable(|| files().get(fd)?.file.sync()))
}

/// Controls a descriptor: `F_DUPFD`, `F_DUPFD_CLOEXEC`, `F_GETFD`, `F_SETFD`, `F_GETFL`, `F_SETFL`
/// (`O_APPEND`, `O_NONBLOCK`, `O_SYNC`), `F_GETOWN` and `F_SETOWN` (without effect), and the commands on
/// record locks, whose `argument` is a [`HermitFlock`](super::lock::HermitFlock): `F_GETLK`, `F_SETLK`,
/// `F_SETLKW` for those of the program, `F_OFD_GETLK`, `F_OFD_SETLK`, `F_OFD_SETLKW` for those of the open
/// file.
///
/// # Errors
/// `EBADF`, `EINVAL` (unknown command, or a number that no descriptor can have), `EMFILE`; for locks also
/// `EAGAIN` (another's is in the way), `EINTR`, `EOVERFLOW`, `ENOLCK`, `EFAULT`.
///
/// Serves `fcntl`, `dup`, `lockf`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_fcntl(fd: i32, command: u32, argument: usize) -> i32 {
    match command {
        F_GETLK | F_SETLK | F_SETLKW | F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW => {
            errno::status(super::lock::record(fd, command, argument as *mut _))
        }
        _ => errno::number(files().control(fd, command, argument as isize)),
    }
}

/// Makes `to` a duplicate of `fd`, closing what it was; `flags`: `O_CLOEXEC`. Returns `to`.
///
/// # Errors
/// `EBADF`, `EINVAL` (equal numbers, or other flags), `EBUSY` (another thread's `open` was given the number
/// and is not done).
///
/// Serves `dup2`, `dup3`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_dup3(fd: i32, to: i32, flags: u32) -> i32 {
    errno::number(files().duplicate_to(fd, to, flags))
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

/// Tells how many descriptors there may be (`RLIMIT_NOFILE`): their numbers are smaller. Not 0 sets it
/// first; descriptors in use beyond it stay.
///
/// # Errors
/// `EPERM`: more than 4096.
///
/// Serves `getrlimit`, `setrlimit`, `getdtablesize`, `sysconf`.
#[unsafe(no_mangle)]
pub extern "C" fn sys_descriptor_limit(limit: u32) -> i32 {
    if limit != 0
        && let Err(errno) = files().set_limit(limit as usize)
    {
        return errno.negative();
    }
    files().limit() as i32
}
