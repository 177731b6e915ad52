/* Made from kernel/src/abi/timer.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_TIMER_H
#define HERMIT_TIMER_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <hermit/thread.h>

/**
 * [`HermitTimerNotify::kind`]: nobody is told.
 */
#define HERMIT_TIMER_NOTIFY_NONE 0

/**
 * [`HermitTimerNotify::kind`]: the signal goes to the program.
 */
#define HERMIT_TIMER_NOTIFY_PROGRAM 1

/**
 * [`HermitTimerNotify::kind`]: to the program, rather to a thread of it that computes: for profiling.
 */
#define HERMIT_TIMER_NOTIFY_RUNNING 2

/**
 * [`HermitTimerNotify::kind`]: to one thread.
 */
#define HERMIT_TIMER_NOTIFY_THREAD 3

/**
 * Whom a timer tells that it has expired, and what.
 */
typedef struct HermitTimerNotify {
  /**
   * `HERMIT_TIMER_NOTIFY_…`.
   */
  int32_t kind;
  /**
   * The signal.
   */
  uint32_t signal;
  /**
   * The thread, where it goes to one.
   */
  HermitTid tid;
  /**
   * The signal's value.
   */
  uint64_t value;
} HermitTimerNotify;

/**
 * What a timer is set to, in nanoseconds.
 */
typedef struct HermitTimerSetting {
  /**
   * Until the next expiry, or when it is; 0: it is not armed.
   */
  int64_t value;
  /**
   * From one expiry to the next; 0: there is only one.
   */
  int64_t interval;
} HermitTimerSetting;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes a timer of a clock and stores its id. A null `notify` stands for `SIGALRM` to the program with the
 * timer's id as value. The timer's signals have `si_code` [`super::HERMIT_SI_TIMER`].
 *
 * # Errors
 * `EAGAIN`: no memory. `EINVAL`: no such clock, kind, signal or thread. `EFAULT`.
 *
 * Serves POSIX `timer_create`.
 */
int32_t sys_timer_create(uint32_t clock,
                         const struct HermitTimerNotify *notify,
                         int32_t *timer);

/**
 * Deletes a timer. Serves POSIX `timer_delete`.
 *
 * # Errors
 * `EINVAL`: no such timer.
 */
int32_t sys_timer_delete(int32_t timer);

/**
 * Arms or disarms a timer, and stores in `*old`, unless that is null, what it was set to. `flags`: 0, or
 * [`super::HERMIT_TIMER_ABSTIME`]: the value is a time of the timer's clock.
 *
 * # Errors
 * `EINVAL`: no such timer, unknown flags, or a negative time. `EFAULT`.
 *
 * Serves POSIX `timer_settime`, `setitimer` and `alarm`.
 */
int32_t sys_timer_settime(int32_t timer,
                          uint32_t flags,
                          const struct HermitTimerSetting *new_,
                          struct HermitTimerSetting *old);

/**
 * Stores what a timer is set to. Serves POSIX `timer_gettime` and `getitimer`.
 *
 * # Errors
 * `EINVAL`: no such timer. `EFAULT`.
 */
int32_t sys_timer_gettime(int32_t timer, struct HermitTimerSetting *setting);

/**
 * How many expiries the timer's signal that was accepted last stands for beside its own.
 * Serves POSIX `timer_getoverrun`.
 *
 * # Errors
 * `EINVAL`: no such timer.
 */
int32_t sys_timer_getoverrun(int32_t timer);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_TIMER_H */
