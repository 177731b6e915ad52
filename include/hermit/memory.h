/* Made from kernel/src/abi/memory.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_MEMORY_H
#define HERMIT_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * Pages cannot be accessed.
 */
#define HERMIT_PROT_NONE 0

/**
 * Pages can be read.
 */
#define HERMIT_PROT_READ 1

/**
 * Pages can be written; they can then be read too.
 */
#define HERMIT_PROT_WRITE 2

/**
 * Pages can be executed; they can then be read too.
 */
#define HERMIT_PROT_EXEC 4

/**
 * Changes are shared. There is one process, so for anonymous memory it is the same as private.
 */
#define HERMIT_MAP_SHARED 1

/**
 * Changes are private.
 */
#define HERMIT_MAP_PRIVATE 2

/**
 * At the address given, in place of what is mapped there.
 */
#define HERMIT_MAP_FIXED 16

/**
 * Zeros, not a file.
 */
#define HERMIT_MAP_ANONYMOUS 32

/**
 * Not charged as a whole.
 */
#define HERMIT_MAP_NORESERVE 16384

/**
 * Backed at once.
 */
#define HERMIT_MAP_POPULATE 32768

/**
 * A thread's stack: not charged as a whole; a touch of inaccessible pages in it or right below it is
 * reported as stack overflow.
 */
#define HERMIT_MAP_STACK 131072

/**
 * At the address given, if it is free.
 */
#define HERMIT_MAP_FIXED_NOREPLACE 1048576

/**
 * No advice.
 */
#define HERMIT_MADV_NORMAL 0

/**
 * Will be used soon: no effect.
 */
#define HERMIT_MADV_WILLNEED 3

/**
 * The content is no longer needed: dropped at once, the next touch finds zeros.
 */
#define HERMIT_MADV_DONTNEED 4

/**
 * The content is no longer needed: as `HERMIT_MADV_DONTNEED`.
 */
#define HERMIT_MADV_FREE 8

/**
 * Back it now, for reading.
 */
#define HERMIT_MADV_POPULATE_READ 22

/**
 * Back it now, for writing.
 */
#define HERMIT_MADV_POPULATE_WRITE 23

/**
 * How much memory there is, in bytes.
 */
typedef struct HermitMemInfo {
  /**
   * RAM that is managed: all but the image, the boot archive and what the firmware keeps.
   */
  uint64_t total;
  /**
   * RAM that is in no use.
   */
  uint64_t free;
  /**
   * RAM that is promised, used or not: `commit_limit - committed` can still be asked for.
   */
  uint64_t committed;
  /**
   * RAM that can be promised.
   */
  uint64_t commit_limit;
  /**
   * Size of the heap below the break.
   */
  uint64_t heap;
  /**
   * Size of a small page.
   */
  uint64_t page_size;
  /**
   * Size of a large page.
   */
  uint64_t large_page_size;
} HermitMemInfo;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Moves the end of the heap by `increment` bytes and returns where it was; 0 asks. New memory is zero.
 *
 * Errors: `ENOMEM` not enough memory; `EINVAL` below the heap's start.
 */
ptrdiff_t sys_sbrk(ptrdiff_t increment);

/**
 * Maps `len` bytes, rounded up to pages, and returns their address. (POSIX `mmap`.)
 *
 * Exactly one of `HERMIT_MAP_SHARED` and `HERMIT_MAP_PRIVATE` is given. Without
 * `HERMIT_MAP_FIXED` or `HERMIT_MAP_FIXED_NOREPLACE`, `addr` is a wish. Mappings of 2 MiB and more are
 * aligned to 2 MiB and backed by large pages. `HERMIT_MAP_POPULATE` that finds too little memory still
 * succeeds. Flags without a meaning here are ignored.
 *
 * A regular file can be mapped privately: its bytes are copied at the call, and pages behind its end are
 * zero. Whether later changes of the file show is left open by POSIX; here they do not.
 *
 * Errors: `EINVAL` no length, unaligned fixed address or offset, unknown protection, neither or both
 * of shared and private; `ENOMEM` not enough memory or address space, or a fixed address that programs
 * cannot have; `EEXIST` not free (`HERMIT_MAP_FIXED_NOREPLACE`); `EBADF` no file; `EACCES` not open for
 * reading; `ENODEV` not a regular file, or shared.
 */
ptrdiff_t sys_mmap(void *addr,
                   size_t len,
                   uint32_t prot,
                   uint32_t flags,
                   int32_t fd,
                   int64_t offset);

/**
 * Takes away all mappings in `len` bytes, rounded up to pages, from `addr`. (POSIX `munmap`.)
 *
 * Errors: `EINVAL` no length, unaligned, outside of what can be mapped, or a part of the heap;
 * `ENOMEM` no memory to cut a mapping in two.
 */
int32_t sys_munmap(void *addr, size_t len);

/**
 * Changes the protection of pages, which all must be mapped. (POSIX `mprotect`.)
 *
 * Errors: `EINVAL` unaligned or unknown protection; `ENOMEM` a page is not mapped, or not enough
 * memory for what becomes writable.
 */
int32_t sys_mprotect(void *addr, size_t len, uint32_t prot);

/**
 * Says how memory will be used. (POSIX `posix_madvise`, Linux `madvise`.)
 *
 * `HERMIT_MADV_DONTNEED` and `HERMIT_MADV_FREE` drop the content, `HERMIT_MADV_POPULATE_READ` and
 * `…_WRITE` back the pages; other advice has no effect.
 *
 * Errors: `EINVAL` unaligned or unknown advice; `ENOMEM` a page is not mapped, or memory is out.
 */
int32_t sys_madvise(void *addr, size_t len, uint32_t advice);

/**
 * Stores how much memory there is.
 *
 * Errors: `EFAULT`.
 *
 * # Safety
 * `info` points to memory of the caller; if it cannot be written, that is an error.
 */
int32_t sys_meminfo(struct HermitMemInfo *info);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_MEMORY_H */
