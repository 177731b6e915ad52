/* Made from kernel/src/abi/poll.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_POLL_H
#define HERMIT_POLL_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

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
 * Waits until a descriptor is ready as its entry says or the deadline has come (nanoseconds of the
 * monotonic clock; 0: does not wait). While it waits it blocks the signals of `*mask` instead of those
 * that the thread blocks, unless that is null. Returns how many entries have something in `revents`.
 *
 * # Errors
 * `EFAULT`, `EINVAL` (more entries than there may be descriptors), `EINTR` (whatever `SA_RESTART` says),
 * `ENOMEM`.
 *
 * Serves `poll`, `ppoll`, `select`, `pselect`.
 */
int32_t sys_poll(struct HermitPollFd *entries,
                 size_t count,
                 uint64_t deadline,
                 const uint64_t *mask);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_POLL_H */
