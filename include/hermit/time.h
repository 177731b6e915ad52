/* Made from kernel/src/abi/time.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_TIME_H
#define HERMIT_TIME_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * Wall clock: nanoseconds since 1970-01-01 00:00 UTC.
 */
#define HERMIT_CLOCK_REALTIME 1

/**
 * Time that all threads have run.
 */
#define HERMIT_CLOCK_PROCESS_CPUTIME 2

/**
 * Time that the calling thread has run.
 */
#define HERMIT_CLOCK_THREAD_CPUTIME 3

/**
 * Time since the kernel began; never set.
 */
#define HERMIT_CLOCK_MONOTONIC 4

/**
 * A clock with this bit counts the time that the thread has run whose id the other bits are.
 */
#define HERMIT_CLOCK_OF_THREAD (1 << 31)

/**
 * In the flags of [`sys_clock_nanosleep`]: the time is a deadline, not a duration.
 */
#define HERMIT_TIMER_ABSTIME 4

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Stores what a clock shows, in nanoseconds. Serves POSIX `clock_gettime`.
 *
 * # Errors
 * `EINVAL`: no such clock. `EFAULT`.
 */
int32_t sys_clock_gettime(uint32_t clock, int64_t *ns);

/**
 * What a clock shows, in nanoseconds, as the result: the quick form of [`sys_clock_gettime`].
 *
 * # Errors
 * `-EINVAL`: no such clock.
 */
int64_t sys_clock_ns(uint32_t clock);

/**
 * Stores a clock's resolution in nanoseconds. Serves POSIX `clock_getres`.
 *
 * # Errors
 * `EINVAL`: no such clock. `EFAULT`.
 */
int32_t sys_clock_getres(uint32_t clock, int64_t *ns);

/**
 * Sets the wall clock. Serves POSIX `clock_settime`.
 *
 * # Errors
 * `EINVAL`: another clock, or a negative time.
 */
int32_t sys_clock_settime(uint32_t clock, int64_t ns);

/**
 * Sleeps `ns` nanoseconds, or until `clock` shows `ns` with [`HERMIT_TIMER_ABSTIME`]. When a relative
 * sleep is interrupted, what is left is stored in `*remaining`, unless that is null.
 *
 * # Errors
 * `EINTR`: a signal handler ran. `EINVAL`: negative time, unknown flags, or not a clock to wait for.
 * `EFAULT`.
 *
 * Serves POSIX `clock_nanosleep`.
 */
int32_t sys_clock_nanosleep(uint32_t clock,
                            uint32_t flags,
                            int64_t ns,
                            int64_t *remaining);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_TIME_H */
