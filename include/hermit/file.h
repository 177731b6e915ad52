/* Made from kernel/src/abi/file.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_FILE_H
#define HERMIT_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

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

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens a file, or makes it with `O_CREAT` and permissions `mode` (less the
 * mask of `sys_umask`); returns the new descriptor.
 *
 * # Errors
 * `EEXIST`, `EISDIR`, `EINVAL` (no such access mode, or `O_CREAT` with `O_DIRECTORY`), `ELOOP` for a
 * symbolic link with `O_NOFOLLOW`, `EMFILE`, `ENOSPC`; for a FIFO `ENXIO` (`O_NONBLOCK`, and nobody
 * reads) and `EINTR` (while it waits for the other side).
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
 * As [`sys_readv`], at `offset`; the position stays.
 *
 * # Errors
 * Those of [`sys_readv`], `EINVAL` (negative offset), `ESPIPE`.
 *
 * Serves `preadv`.
 */
ptrdiff_t sys_preadv(int32_t fd, const struct HermitIovec *pieces, size_t count, int64_t offset);

/**
 * As [`sys_writev`], at `offset`, or at the end with `O_APPEND`; the position stays.
 *
 * # Errors
 * Those of [`sys_writev`], `EINVAL` (negative offset), `ESPIPE`.
 *
 * Serves `pwritev`.
 */
ptrdiff_t sys_pwritev(int32_t fd, const struct HermitIovec *pieces, size_t count, int64_t offset);

/**
 * Sets the position; `whence` is `SEEK_SET` 0, `SEEK_CUR` 1, `SEEK_END` 2, `SEEK_DATA` 3 (the next byte
 * that was written) or `SEEK_HOLE` 4 (the next that was not). Returns the new position.
 *
 * # Errors
 * `EBADF`, `EINVAL` (before the beginning, or unknown `whence`), `ENXIO` (no data or hole there),
 * `EOVERFLOW`, `ESPIPE`.
 *
 * Serves `lseek`, `telldir`, `seekdir`.
 */
int64_t sys_lseek(int32_t fd,
                  int64_t offset,
                  uint32_t whence);

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
 * (`O_APPEND`, `O_NONBLOCK`, `O_SYNC`), `F_GETOWN` and `F_SETOWN` (without effect), and the commands on
 * record locks, whose `argument` is a [`HermitFlock`](super::lock::HermitFlock): `F_GETLK`, `F_SETLK`,
 * `F_SETLKW` for those of the program, `F_OFD_GETLK`, `F_OFD_SETLK`, `F_OFD_SETLKW` for those of the open
 * file.
 *
 * # Errors
 * `EBADF`, `EINVAL` (unknown command, or a number that no descriptor can have), `EMFILE`; for locks also
 * `EAGAIN` (another's is in the way), `EINTR`, `EOVERFLOW`, `ENOLCK`, `EFAULT`.
 *
 * Serves `fcntl`, `dup`, `lockf`.
 */
int32_t sys_fcntl(int32_t fd,
                  uint32_t command,
                  size_t argument);

/**
 * Makes `to` a duplicate of `fd`, closing what it was; `flags`: `O_CLOEXEC`. Returns `to`.
 *
 * # Errors
 * `EBADF`, `EINVAL` (equal numbers, or other flags), `EBUSY` (another thread's `open` was given the number
 * and is not done).
 *
 * Serves `dup2`, `dup3`.
 */
int32_t sys_dup3(int32_t fd,
                 int32_t to,
                 uint32_t flags);

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
 * Tells how many descriptors there may be (`RLIMIT_NOFILE`): their numbers are smaller. Not 0 sets it
 * first; descriptors in use beyond it stay.
 *
 * # Errors
 * `EPERM`: more than 4096.
 *
 * Serves `getrlimit`, `setrlimit`, `getdtablesize`, `sysconf`.
 */
int32_t sys_descriptor_limit(uint32_t limit);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_FILE_H */
