/* Made from kernel/src/abi/attributes.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_ATTRIBUTES_H
#define HERMIT_ATTRIBUTES_H

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
 * What is known about a file system; the same in memory as the SDK's `struct statvfs`.
 */
typedef struct HermitStatvfs {
  /**
   * Size in which reads and writes are efficient.
   */
  uint64_t bsize;
  /**
   * Unit of the next three.
   */
  uint64_t frsize;
  /**
   * Size of the file system.
   */
  uint64_t blocks;
  /**
   * What is free of it.
   */
  uint64_t bfree;
  /**
   * What is free for who is not the superuser.
   */
  uint64_t bavail;
  /**
   * Most files; as all three of them 4294967295 if there are more.
   */
  uint32_t files;
  /**
   * Files that can still be made.
   */
  uint32_t ffree;
  /**
   * Files that who is not the superuser can still make.
   */
  uint32_t favail;
  /**
   * Number of the file system.
   */
  uint64_t fsid;
  /**
   * Bit 0 (`ST_RDONLY`): nothing can be changed.
   */
  uint64_t flag;
  /**
   * Longest name in bytes.
   */
  uint64_t namemax;
} HermitStatvfs;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

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
 * Sets the size of a file; what is added reads as zeros.
 *
 * # Errors
 * `EISDIR`, `EINVAL` (negative, or not a regular file), `EFBIG`.
 *
 * Serves `truncate`.
 */
int32_t sys_truncate(const char *path, int64_t len);

/**
 * Makes sure that writing to `len` bytes from `offset` on will not fail for want of memory, growing the
 * file as far.
 *
 * # Errors
 * `EBADF` (also: not open for writing), `EINVAL` (`offset` negative, `len` not positive), `EFBIG`, `ENOSPC`,
 * `ESPIPE`, `ENODEV` (not a regular file).
 *
 * Serves `posix_fallocate`, `fallocate`.
 */
int32_t sys_fallocate(int32_t fd,
                      int64_t offset,
                      int64_t len);

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
 * Stores what is known about the file system that a file is on.
 *
 * # Errors
 * `EFAULT`.
 *
 * Serves `statvfs`.
 */
int32_t sys_statvfsat(int32_t directory, const char *path, struct HermitStatvfs *to);

/**
 * Stores what is known about the file system that an open file is on.
 *
 * # Errors
 * `EBADF`, `EFAULT`.
 *
 * Serves `fstatvfs`.
 */
int32_t sys_fstatvfs(int32_t fd, struct HermitStatvfs *to);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_ATTRIBUTES_H */
