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
 * Changes show in the file and in all its shared mappings. There is one process, so for anonymous memory
 * it is the same as private.
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
 * `sys_msync`: start writing.
 */
#define HERMIT_MS_ASYNC 1

/**
 * `sys_msync`: forget copies, of which there are none.
 */
#define HERMIT_MS_INVALIDATE 2

/**
 * `sys_msync`: return when all is written.
 */
#define HERMIT_MS_SYNC 4

/**
 * `sys_mlockall`: what is mapped now.
 */
#define HERMIT_MCL_CURRENT 1

/**
 * `sys_mlockall`: what will be mapped.
 */
#define HERMIT_MCL_FUTURE 2

/**
 * `sys_mremap`: the mapping may move.
 */
#define HERMIT_MREMAP_MAYMOVE 1

/**
 * `sys_mremap`: it moves to the address given, in place of what is there.
 */
#define HERMIT_MREMAP_FIXED 2

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
  /**
   * The most RAM that was in use at one time.
   */
  uint64_t most_used;
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
 * A regular file that is mapped privately is copied at the call; whether later changes of the file show is
 * left open by POSIX, here they do not. All shared mappings of a file show its very bytes; of a file of the
 * host, what is mapped is read in at the call, and written back by `sys_msync`, by `sys_fsync`, when the last
 * mapping goes and when the program ends.
 * Either way the rest of the page in which the file ends is zero, and an access to a page behind it is
 * SIGBUS. `/dev/zero` gives zeros.
 *
 * Errors: `EINVAL` no length, unaligned fixed address or offset, unknown protection, neither or both
 * of shared and private; `ENOMEM` not enough memory or address space, or a fixed address that programs
 * cannot have; `EEXIST` not free (`HERMIT_MAP_FIXED_NOREPLACE`); `EBADF` no file; `EACCES` not open for
 * reading, or shared and writable but not open for writing; `ENODEV` a kind of file that cannot be mapped,
 * or not shared; `EOVERFLOW` positions that no file has; `EAGAIN` cannot be locked (`sys_mlockall`).
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
 * memory for what becomes writable; `EACCES` a shared mapping of a file that is not open for writing.
 */
int32_t sys_mprotect(void *addr,
                     size_t len,
                     uint32_t prot);

/**
 * Says how memory will be used. (POSIX `posix_madvise`, Linux `madvise`.)
 *
 * `HERMIT_MADV_DONTNEED` and `HERMIT_MADV_FREE` drop the content, `HERMIT_MADV_POPULATE_READ` and
 * `…_WRITE` back the pages; other advice has no effect.
 *
 * Errors: `EINVAL` unaligned or unknown advice, or content dropped that is locked; `ENOMEM` a page is not mapped, or memory is out.
 */
int32_t sys_madvise(void *addr,
                    size_t len,
                    uint32_t advice);

/**
 * Writes what shared mappings changed to the files: nothing for files in memory, whose bytes they are. Of a
 * file of the host all that was changed is written, not only the range, and with `HERMIT_MS_ASYNC` too.
 * (POSIX `msync`.)
 *
 * Errors: `EINVAL` unaligned, unknown flags, or `HERMIT_MS_ASYNC` together with `HERMIT_MS_SYNC`; `ENOMEM` a
 * page is not mapped; `EBUSY` `HERMIT_MS_INVALIDATE` of locked pages; `EIO`.
 */
int32_t sys_msync(void *addr,
                  size_t len,
                  uint32_t flags);

/**
 * Backs pages, widened to whole ones, and keeps them. (POSIX `mlock`.)
 *
 * Errors: `ENOMEM` a page is not mapped, or memory is out.
 */
int32_t sys_mlock(const void *addr, size_t len);

/**
 * Ends what `sys_mlock` did. (POSIX `munlock`.)
 *
 * Errors: `ENOMEM` a page is not mapped.
 */
int32_t sys_munlock(const void *addr, size_t len);

/**
 * Backs and keeps all memory that is charged now (`HERMIT_MCL_CURRENT`), or each new mapping
 * (`HERMIT_MCL_FUTURE`). 0 ends both. (POSIX `mlockall`, `munlockall`.)
 *
 * Errors: `EINVAL` unknown flags; `ENOMEM` memory is out.
 */
int32_t sys_mlockall(uint32_t flags);

/**
 * Stores for each page of `len` bytes, rounded up to pages, a byte whose lowest bit tells whether it is in
 * memory. (Linux `mincore`.)
 *
 * Errors: `EINVAL` unaligned; `ENOMEM` a page is not mapped; `EFAULT`.
 *
 * # Safety
 * `found` points to memory of the caller, a byte for each page; if it cannot be written, that is an error.
 */
int32_t sys_mincore(void *addr,
                    size_t len,
                    uint8_t *found);

/**
 * Changes the size of a mapping and returns its address. (Linux `mremap`.)
 *
 * It grows in place if there is room. `HERMIT_MREMAP_MAYMOVE` lets it move otherwise;
 * `HERMIT_MREMAP_FIXED`, which needs the former, moves it to `to` in place of what is there.
 *
 * Errors: `EINVAL` unaligned, no length, unknown flags, or the old and the new place overlap; `EFAULT`
 * the old range is not part of one mapping; `ENOMEM` no room or no memory.
 */
ptrdiff_t sys_mremap(void *addr,
                     size_t old_len,
                     size_t new_len,
                     uint32_t flags,
                     void *to);

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
