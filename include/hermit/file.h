/* Made from kernel/src/abi/file.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_FILE_H
#define HERMIT_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * In the times of [`sys_utimensat`]: now.
 */
#define HERMIT_UTIME_NOW INT64_MIN

/**
 * In the times of [`sys_utimensat`]: leave as it is.
 */
#define HERMIT_UTIME_OMIT (INT64_MIN + 1)

/**
 * [`sys_ioctl`]: stores the size of the terminal as four `u16` (rows, columns, 0, 0).
 */
#define HERMIT_TIOCGWINSZ 21523

/**
 * [`sys_ioctl`]: stores as `i32` how many bytes can be read at once without waiting.
 */
#define HERMIT_FIONREAD 21531

/**
 * [`sys_ioctl`]: sets (`i32` not 0) or clears `O_NONBLOCK`.
 */
#define HERMIT_FIONBIO 21537

/**
 * A piece of memory for [`sys_readv`] and [`sys_writev`]: `struct iovec`.
 */
typedef struct HermitIovec {
  /**
   * First byte.
   */
  void *base;
  /**
   * Number of bytes.
   */
  size_t len;
} HermitIovec;

/**
 * A point in time; the same in memory as newlib's `struct timespec`.
 */
typedef struct HermitTimespec {
  /**
   * Seconds since 1970.
   */
  int64_t seconds;
  /**
   * Nanoseconds, 0 to 999,999,999.
   */
  int64_t nanoseconds;
} HermitTimespec;

/**
 * What is known about a file; the same in memory as the SDK's `struct stat`.
 */
typedef struct HermitStat {
  /**
   * File system.
   */
  uint64_t dev;
  /**
   * Number of the file on it.
   */
  uint64_t ino;
  /**
   * Kind (`S_IF…`) and permission bits.
   */
  uint32_t mode;
  /**
   * Number of names; 65535 if there are more.
   */
  uint16_t nlink;
  /**
   * Owner.
   */
  uint32_t uid;
  /**
   * Group.
   */
  uint32_t gid;
  /**
   * Device that a device file stands for.
   */
  uint64_t rdev;
  /**
   * Size in bytes.
   */
  int64_t size;
  /**
   * Last read.
   */
  struct HermitTimespec accessed;
  /**
   * Last write.
   */
  struct HermitTimespec modified;
  /**
   * Last change of what is told here.
   */
  struct HermitTimespec changed;
  /**
   * Size in which reads and writes are efficient.
   */
  int64_t blksize;
  /**
   * Memory in use, in units of 512 bytes.
   */
  int64_t blocks;
  /**
   * Zero.
   */
  int64_t reserved[2];
} HermitStat;

/**
 * A descriptor for [`sys_poll`]: `struct pollfd`. The bits are POLLIN 1, POLLPRI 2, POLLOUT 4, POLLERR 8,
 * POLLHUP 16, POLLNVAL 32, POLLRDNORM 64, POLLWRNORM 256.
 */
typedef struct HermitPollFd {
  /**
   * Descriptor; negative: this entry is passed over.
   */
  int32_t fd;
  /**
   * What is waited for.
   */
  int16_t events;
  /**
   * What is the case.
   */
  int16_t revents;
} HermitPollFd;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens a file, or makes it with [`O_CREAT`](fs::flags::O_CREAT) and permissions `mode` (less the
 * mask of [`sys_umask`]); returns the new descriptor.
 *
 * # Errors
 * `EEXIST`, `EISDIR`, `EINVAL` (no such access mode, or `O_CREAT` with `O_DIRECTORY`), `ELOOP` for a
 * symbolic link with `O_NOFOLLOW`, `EMFILE`, `ENOSPC`.
 *
 * Serves `open`, `openat`, `creat`.
 */
int32_t sys_openat(int32_t directory,
                   const char *path,
                   uint32_t flags,
                   uint32_t mode);

/**
 * Closes a descriptor.
 *
 * # Errors
 * `EBADF`.
 *
 * Serves `close`.
 */
int32_t sys_close(int32_t fd);

/**
 * Reads up to `len` bytes at the position; returns how many, 0 at the end. From a pipe or the console it
 * waits for the first byte.
 *
 * # Errors
 * `EBADF` (also: not open for reading), `EFAULT`, `EISDIR`, `EAGAIN` (`O_NONBLOCK`), `EINTR`, `EINVAL`.
 *
 * Serves `read`.
 */
ptrdiff_t sys_read(int32_t fd,
                   void *buffer,
                   size_t len);

/**
 * Writes `len` bytes at the position; returns how many, fewer only when memory ends, a signal arrives or
 * `O_NONBLOCK` forbids to wait.
 *
 * # Errors
 * `EBADF` (also: not open for writing), `EFAULT`, `EFBIG`, `ENOSPC`, `EPIPE`, `EAGAIN` (`O_NONBLOCK`),
 * `EINTR`, `EINVAL`.
 *
 * Serves `write`.
 */
ptrdiff_t sys_write(int32_t fd,
                    const void *buffer,
                    size_t len);

/**
 * As [`sys_read`], at `offset`; the position stays.
 *
 * # Errors
 * Those of [`sys_read`], `EINVAL` (negative offset), `ESPIPE`.
 *
 * Serves `pread`.
 */
ptrdiff_t sys_pread(int32_t fd, void *buffer, size_t len, int64_t offset);

/**
 * As [`sys_write`], at `offset`; the position stays. With `O_APPEND` it writes at the end, as on Linux.
 *
 * # Errors
 * Those of [`sys_write`], `EINVAL` (negative offset), `ESPIPE`.
 *
 * Serves `pwrite`.
 */
ptrdiff_t sys_pwrite(int32_t fd,
                     const void *buffer,
                     size_t len,
                     int64_t offset);

/**
 * As [`sys_read`], into `count` pieces, one after the other.
 *
 * # Errors
 * Those of [`sys_read`]; `EINVAL`: more than 1024 pieces, or their sum is more than `ssize_t` holds.
 *
 * Serves `readv`.
 */
ptrdiff_t sys_readv(int32_t fd,
                    const struct HermitIovec *pieces,
                    size_t count);

/**
 * As [`sys_write`], from `count` pieces, one after the other, as one write.
 *
 * # Errors
 * Those of [`sys_write`]; `EINVAL`: more than 1024 pieces, or their sum is more than `ssize_t` holds.
 *
 * Serves `writev`.
 */
ptrdiff_t sys_writev(int32_t fd,
                     const struct HermitIovec *pieces,
                     size_t count);

/**
 * Sets the position; `whence` is `SEEK_SET` 0, `SEEK_CUR` 1 or `SEEK_END` 2. Returns the new position.
 *
 * # Errors
 * `EBADF`, `EINVAL` (before the beginning, or unknown `whence`), `EOVERFLOW`, `ESPIPE`.
 *
 * Serves `lseek`, `telldir`, `seekdir`.
 */
int64_t sys_lseek(int32_t fd,
                  int64_t offset,
                  uint32_t whence);

/**
 * Stores what is known about an open file.
 *
 * # Errors
 * `EBADF`, `EFAULT`.
 *
 * Serves `fstat`.
 */
int32_t sys_fstat(int32_t fd, struct HermitStat *to);

/**
 * Stores what is known about a file; `flags`: `AT_SYMLINK_NOFOLLOW`, `AT_EMPTY_PATH`.
 *
 * # Errors
 * `EINVAL` (other flags).
 *
 * Serves `stat`, `lstat`, `fstatat`.
 */
int32_t sys_fstatat(int32_t directory, const char *path, struct HermitStat *to, uint32_t flags);

/**
 * Removes a name; with `flags` `AT_REMOVEDIR` that of an empty directory.
 *
 * # Errors
 * `EISDIR` (a directory without the flag), `ENOTDIR` (no directory with it), `ENOTEMPTY`, `EBUSY` (root or
 * mount point), `EINVAL` (path ends in `.`, or unknown flags).
 *
 * Serves `unlink`, `unlinkat`, `rmdir`, `remove`.
 */
int32_t sys_unlinkat(int32_t directory,
                     const char *path,
                     uint32_t flags);

/**
 * Makes a directory.
 *
 * # Errors
 * `EEXIST`, `ENOSPC`.
 *
 * Serves `mkdir`, `mkdirat`.
 */
int32_t sys_mkdirat(int32_t directory, const char *path, uint32_t mode);

/**
 * Makes a regular file (`mode` with `S_IFREG` or no kind); `device` is for the kinds that cannot be made.
 *
 * # Errors
 * `EEXIST`, `ENOSPC`; `EPERM`: another kind.
 *
 * Serves `mknod`, `mknodat`.
 */
int32_t sys_mknodat(int32_t directory,
                    const char *path,
                    uint32_t mode,
                    uint64_t device);

/**
 * Gives a file another name and directory, replacing what has that name.
 *
 * # Errors
 * `EINVAL` (a directory into itself, or a path that ends in `.` or `..`), `EISDIR`, `ENOTDIR`, `ENOTEMPTY`,
 * `EBUSY`, `EXDEV`, `ENOSPC`.
 *
 * Serves `rename`, `renameat`.
 */
int32_t sys_renameat(int32_t from,
                     const char *old,
                     int32_t to,
                     const char *new_);

/**
 * Gives a file a further name; with `flags` `AT_SYMLINK_FOLLOW` a symbolic link stands for its target.
 *
 * # Errors
 * `EEXIST`, `EPERM` (a directory), `EXDEV`, `ENOSPC`, `EINVAL` (other flags).
 *
 * Serves `link`, `linkat`.
 */
int32_t sys_linkat(int32_t from,
                   const char *old,
                   int32_t to,
                   const char *new_,
                   uint32_t flags);

/**
 * Makes a symbolic link to `target`, which need not exist.
 *
 * # Errors
 * `EEXIST`, `ENOSPC`.
 *
 * Serves `symlink`, `symlinkat`.
 */
int32_t sys_symlinkat(const char *target, int32_t directory, const char *path);

/**
 * Stores the first `len` bytes of where a symbolic link points, without a NUL; returns how many.
 *
 * # Errors
 * `EINVAL`: not a symbolic link.
 *
 * Serves `readlink`, `readlinkat`.
 */
ptrdiff_t sys_readlinkat(int32_t directory, const char *path, char *buffer, size_t len);

/**
 * Sets the size of a file; what is added reads as zeros.
 *
 * # Errors
 * `EISDIR`, `EINVAL` (negative, or not a regular file), `EFBIG`.
 *
 * Serves `truncate`.
 */
int32_t sys_truncate(const char *path, int64_t len);

/**
 * Sets the size of an open file; what is added reads as zeros.
 *
 * # Errors
 * `EBADF`, `EINVAL` (negative, not open for writing, or not a regular file), `EFBIG`.
 *
 * Serves `ftruncate`.
 */
int32_t sys_ftruncate(int32_t fd, int64_t len);

/**
 * Returns when what was written is where it stays: at once for files in memory, when the host has taken
 * the bytes for the console.
 *
 * # Errors
 * `EBADF`, `EIO`.
 *
 * Serves `fsync`, `fdatasync`.
 */
int32_t sys_fsync(int32_t fd);

/**
 * Controls a descriptor: `F_DUPFD`, `F_DUPFD_CLOEXEC`, `F_GETFD`, `F_SETFD`, `F_GETFL`, `F_SETFL`
 * (`O_APPEND`, `O_NONBLOCK`, `O_SYNC`). Record locks always succeed: there is no other process.
 *
 * # Errors
 * `EBADF`, `EINVAL` (unknown command, or a number that no descriptor can have), `EMFILE`.
 *
 * Serves `fcntl`, `dup`.
 */
int32_t sys_fcntl(int32_t fd, uint32_t command, size_t argument);

/**
 * Makes `to` a duplicate of `fd`, closing what it was; `flags`: `O_CLOEXEC`. Returns `to`.
 *
 * # Errors
 * `EBADF`, `EINVAL` (equal numbers, or other flags).
 *
 * Serves `dup2`, `dup3`.
 */
int32_t sys_dup3(int32_t fd, int32_t to, uint32_t flags);

/**
 * Controls a device: [`HERMIT_TIOCGWINSZ`], [`HERMIT_FIONREAD`], [`HERMIT_FIONBIO`].
 *
 * # Errors
 * `EBADF`, `EFAULT`; `ENOTTY`: the file does not know the request, and for [`HERMIT_TIOCGWINSZ`]: it is not
 * a terminal.
 *
 * Serves `ioctl`, `isatty`.
 */
int32_t sys_ioctl(int32_t fd,
                  uint64_t request,
                  void *argument);

/**
 * Changes the working directory, from which relative paths start.
 *
 * Serves `chdir`.
 */
int32_t sys_chdir(const char *path);

/**
 * As [`sys_chdir`], to an open directory.
 *
 * # Errors
 * `EBADF`, `ENOTDIR`.
 *
 * Serves `fchdir`.
 */
int32_t sys_fchdir(int32_t fd);

/**
 * Stores the path of the working directory with a NUL; returns its length, the NUL included.
 *
 * # Errors
 * `ERANGE` (more than `len` bytes), `EINVAL` (`len` is 0), `ENOENT` (it was removed), `EFAULT`.
 *
 * Serves `getcwd`.
 */
ptrdiff_t sys_getcwd(char *buffer, size_t len);

/**
 * Tells whether a file exists (`mode` 0) and may be read (4), written (2), executed (1); `flags`:
 * `AT_EACCESS`, `AT_SYMLINK_NOFOLLOW`.
 *
 * # Errors
 * `EACCES`; `EINVAL`: other bits.
 *
 * Serves `access`, `faccessat`.
 */
int32_t sys_faccessat(int32_t directory, const char *path, uint32_t mode, uint32_t flags);

/**
 * Sets permission bits; `flags`: `AT_SYMLINK_NOFOLLOW`.
 *
 * # Errors
 * `EPERM` (the file has none of its own), `EINVAL` (other flags).
 *
 * Serves `chmod`, `fchmodat`.
 */
int32_t sys_fchmodat(int32_t directory, const char *path, uint32_t mode, uint32_t flags);

/**
 * Sets permission bits of an open file.
 *
 * # Errors
 * `EBADF`, `EPERM`.
 *
 * Serves `fchmod`.
 */
int32_t sys_fchmod(int32_t fd, uint32_t mode);

/**
 * Sets owner and group; -1 leaves one as it is. `flags`: `AT_SYMLINK_NOFOLLOW`, `AT_EMPTY_PATH`.
 *
 * # Errors
 * `EPERM`, `EINVAL` (other flags).
 *
 * Serves `chown`, `lchown`, `fchownat`.
 */
int32_t sys_fchownat(int32_t directory,
                     const char *path,
                     uint32_t uid,
                     uint32_t gid,
                     uint32_t flags);

/**
 * Sets owner and group of an open file; -1 leaves one as it is.
 *
 * # Errors
 * `EBADF`, `EPERM`.
 *
 * Serves `fchown`.
 */
int32_t sys_fchown(int32_t fd, uint32_t uid, uint32_t gid);

/**
 * Sets the times of the last read and the last write. `times` are two, in nanoseconds since 1970, or
 * [`HERMIT_UTIME_NOW`] or [`HERMIT_UTIME_OMIT`]; null: both now. A null `path` stands for the file
 * that `directory` is a descriptor of.
 *
 * # Errors
 * `EFAULT`, `EPERM`, `EINVAL` (other flags than `AT_SYMLINK_NOFOLLOW`).
 *
 * Serves `utimensat`, `futimens`, `utimes`, `utime`.
 */
int32_t sys_utimensat(int32_t directory,
                      const char *path,
                      const int64_t *times,
                      uint32_t flags);

/**
 * Sets the mask of permission bits that new files do not get; returns the old one.
 *
 * Serves `umask`.
 */
int32_t sys_umask(uint32_t mask);

/**
 * Makes a pipe: stores the descriptor to read from and the one to write to. `flags`: `O_CLOEXEC`,
 * `O_NONBLOCK`. Writes of up to 4096 bytes are not mixed with those of others.
 *
 * # Errors
 * `EFAULT`, `EINVAL` (other flags), `EMFILE`, `ENFILE`.
 *
 * Serves `pipe`, `pipe2`.
 */
int32_t sys_pipe(int32_t *fds, uint32_t flags);

/**
 * Waits until a descriptor is ready as its entry says or the deadline has come (nanoseconds of the
 * monotonic clock; 0: does not wait). Returns how many entries have something in `revents`.
 *
 * # Errors
 * `EFAULT`, `EINVAL` (more than 4096 entries), `EINTR`, `ENOMEM`.
 *
 * Serves `poll`, `ppoll`, `select`, `pselect`.
 */
int32_t sys_poll(struct HermitPollFd *entries, size_t count, uint64_t deadline);

/**
 * Stores as many entries of an open directory as fit in `len` bytes, as [`HermitDirent`] records one
 * behind the other; returns the bytes used, 0 at the end.
 *
 * # Errors
 * `EBADF`, `ENOTDIR`, `EFAULT`; `EINVAL`: not even the first fits.
 *
 * Serves `readdir`.
 */
ptrdiff_t sys_getdents(int32_t fd,
                       void *buffer,
                       size_t len);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_FILE_H */
