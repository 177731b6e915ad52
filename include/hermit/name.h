/* Made from kernel/src/abi/name.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_NAME_H
#define HERMIT_NAME_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

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
 * Makes a regular file (`mode` with `S_IFREG` or no kind) or a FIFO (`S_IFIFO`); `device` is for the
 * kinds that cannot be made.
 *
 * # Errors
 * `EEXIST`, `ENOSPC`; `EPERM`: another kind.
 *
 * Serves `mknod`, `mknodat`, `mkfifo`, `mkfifoat`.
 */
int32_t sys_mknodat(int32_t directory,
                    const char *path,
                    uint32_t mode,
                    uint64_t device);

/**
 * Gives a file another name and directory, replacing what has that name. `flags`: 1, Linux's `RENAME_NOREPLACE`:
 * nothing is replaced.
 *
 * # Errors
 * `EINVAL` (a directory into itself, a path that ends in `.` or `..`, other flags; any flags on a mount), `EISDIR`,
 * `ENOTDIR`, `ENOTEMPTY`, `EBUSY`, `EXDEV`, `ENOSPC`; `EEXIST`: the name is taken.
 *
 * Serves `rename`, `renameat`, `renameat2`.
 */
int32_t sys_renameat(int32_t from,
                     const char *old,
                     int32_t to,
                     const char *new_,
                     uint32_t flags);

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
 * `EINVAL`: not a symbolic link, or `len` is 0 (as on Linux).
 *
 * Serves `readlink`, `readlinkat`.
 */
ptrdiff_t sys_readlinkat(int32_t directory, const char *path, char *buffer, size_t len);

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
 * Sets the mask of permission bits that new files do not get; returns the old one.
 *
 * Serves `umask`.
 */
int32_t sys_umask(uint32_t mask);

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

#endif  /* HERMIT_NAME_H */
