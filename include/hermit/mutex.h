/* Made from kernel/src/abi/mutex.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_MUTEX_H
#define HERMIT_MUTEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <hermit/thread.h>

/**
 * A recursive mutex; all zero is an unlocked one.
 */
typedef struct HermitRecMutex {
  /**
   * 0 free, 1 held, 2 held and waited for.
   */
  uint32_t state;
  /**
   * The holder's thread id.
   */
  HermitTid owner;
  /**
   * How often the holder has locked it.
   */
  uint32_t count;
} HermitRecMutex;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes an unlocked mutex.
 *
 * # Errors
 * `EINVAL`: misaligned. `EFAULT`.
 */
int32_t sys_recmutex_init(struct HermitRecMutex *mutex);

/**
 * Ends a mutex.
 *
 * # Errors
 * `EBUSY`: it is held. `EINVAL`: not a mutex.
 */
int32_t sys_recmutex_destroy(struct HermitRecMutex *mutex);

/**
 * Locks, waiting until the mutex is free, once more if the caller holds it.
 *
 * # Errors
 * `EAGAIN`: locked too often. `EINVAL`: not a mutex.
 */
int32_t sys_recmutex_lock(struct HermitRecMutex *mutex);

/**
 * Locks if the mutex is free or the caller's.
 *
 * # Errors
 * `EBUSY`: another thread holds it. `EAGAIN`, `EINVAL` as [`sys_recmutex_lock`].
 */
int32_t sys_recmutex_trylock(struct HermitRecMutex *mutex);

/**
 * Locks, waiting until `clock` shows `deadline` nanoseconds at most.
 *
 * # Errors
 * `ETIMEDOUT`. `EAGAIN`, `EINVAL` as [`sys_recmutex_lock`], and for a clock that cannot be waited for.
 */
int32_t sys_recmutex_timedlock(struct HermitRecMutex *mutex,
                               uint64_t deadline,
                               uint32_t clock);

/**
 * Unlocks once.
 *
 * # Errors
 * `EPERM`: the caller does not hold it. `EINVAL`: not a mutex.
 */
int32_t sys_recmutex_unlock(struct HermitRecMutex *mutex);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_MUTEX_H */
