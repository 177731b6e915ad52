/* Made from kernel/src/abi/event.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_EVENT_H
#define HERMIT_EVENT_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <hermit/timer.h>

/**
 * [`sys_epoll_ctl`]: adds a descriptor.
 */
#define HERMIT_EPOLL_CTL_ADD 1

/**
 * [`sys_epoll_ctl`]: removes it.
 */
#define HERMIT_EPOLL_CTL_DEL 2

/**
 * [`sys_epoll_ctl`]: changes what is wanted of it.
 */
#define HERMIT_EPOLL_CTL_MOD 3

/**
 * What is wanted of a descriptor, or the case: `struct epoll_event`.
 */
typedef struct HermitEpollEvent HermitEpollEvent;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes a counter; returns its descriptor. A read of 8 bytes gives the counter and sets it to 0, waiting while
 * it is 0; a write of 8 bytes adds, waiting while the sum is more than 2^64 - 2.
 *
 * # Errors
 * `EINVAL` (other flags), `EMFILE`, `ENOMEM`.
 *
 * Serves `eventfd`.
 */
int32_t sys_eventfd(uint32_t count,
                    uint32_t flags);

/**
 * Makes a timer of a clock, which is not set; returns its descriptor. A read of 8 bytes gives how often it has
 * expired since the last, waiting for the first time.
 *
 * # Errors
 * `EINVAL` (another clock than the wall clock and the monotonic one, other flags), `EMFILE`, `ENOMEM`.
 *
 * Serves `timerfd_create`.
 */
int32_t sys_timerfd_create(uint32_t clock,
                           uint32_t flags);

/**
 * Sets a timer; `absolute` not 0: the value is a time of its clock. Stores what it was set to unless `old` is
 * null.
 *
 * # Errors
 * `EBADF`, `EINVAL` (no timer, or a negative time), `EFAULT`.
 *
 * Serves `timerfd_settime`.
 */
int32_t sys_timerfd_settime(int32_t fd,
                            uint32_t absolute,
                            const HermitTimerSetting *new_,
                            HermitTimerSetting *old);

/**
 * Stores what a timer is set to: the time to the next expiry.
 *
 * # Errors
 * `EBADF`, `EINVAL` (no timer), `EFAULT`.
 *
 * Serves `timerfd_gettime`.
 */
int32_t sys_timerfd_gettime(int32_t fd, HermitTimerSetting *setting);

/**
 * Makes an empty set of descriptors that are watched; returns its descriptor.
 *
 * # Errors
 * `EINVAL` (other flags than `O_CLOEXEC`), `EMFILE`, `ENOMEM`.
 *
 * Serves `epoll_create1`.
 */
int32_t sys_epoll_create(uint32_t flags);

/**
 * Adds a descriptor to a set, removes it or changes what is wanted of it.
 *
 * # Errors
 * `EBADF`, `EINVAL` (no set, itself, unknown operation), `EEXIST`, `ENOENT`, `EPERM` (a regular file or a
 * directory), `ELOOP` (sets that contain each other, or too deep), `EFAULT`, `ENOMEM`.
 *
 * Serves `epoll_ctl`.
 */
int32_t sys_epoll_ctl(int32_t set,
                      int32_t operation,
                      int32_t fd,
                      const struct HermitEpollEvent *event);

/**
 * Waits until descriptors of a set are ready or the deadline has come, as `sys_poll` does; stores at most
 * `most` events and returns how many.
 *
 * # Errors
 * `EBADF`, `EINVAL` (no set, `most` is not positive), `EFAULT`, `EINTR`, `ENOMEM`.
 *
 * Serves `epoll_wait`, `epoll_pwait`, `epoll_pwait2`.
 */
int32_t sys_epoll_wait(int32_t set,
                       struct HermitEpollEvent *events,
                       int32_t most,
                       uint64_t deadline,
                       const uint64_t *mask);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_EVENT_H */
