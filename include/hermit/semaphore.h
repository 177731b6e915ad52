/* Made from kernel/src/abi/semaphore.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_SEMAPHORE_H
#define HERMIT_SEMAPHORE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * Largest value of a semaphore.
 */
#define HERMIT_SEM_VALUE_MAX 2147483647

/**
 * A counting semaphore; all zero is one of value 0.
 */
typedef struct HermitSem {
  /**
   * In the low half how many waits succeed at once, in the high half how many threads are in a wait's
   * slow path.
   */
  uint64_t bits;
} HermitSem;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes a semaphore of a value. Serves POSIX `sem_init`.
 *
 * # Errors
 * `EINVAL`: value above [`HERMIT_SEM_VALUE_MAX`]. `EFAULT`.
 */
int32_t sys_sem_init(struct HermitSem *sem, uint32_t value);

/**
 * Ends a semaphore. Serves POSIX `sem_destroy`.
 *
 * # Errors
 * `EINVAL`: not a semaphore. `EBUSY`: threads wait for it.
 */
int32_t sys_sem_destroy(struct HermitSem *sem);

/**
 * Adds one, and lets a waiter go on. Serves POSIX `sem_post`.
 *
 * # Errors
 * `EOVERFLOW`: the value is the largest. `EINVAL`: not a semaphore.
 */
int32_t sys_sem_post(struct HermitSem *sem);

/**
 * Takes one, waiting until there is one. Serves POSIX `sem_wait`.
 *
 * # Errors
 * `EINTR`: a signal handler ran. `EINVAL`: not a semaphore.
 */
int32_t sys_sem_wait(struct HermitSem *sem);

/**
 * Takes one if there is one. Serves POSIX `sem_trywait`.
 *
 * # Errors
 * `EAGAIN`: there is none. `EINVAL`: not a semaphore.
 */
int32_t sys_sem_trywait(struct HermitSem *sem);

/**
 * Takes one, waiting until `clock` shows `deadline` nanoseconds at most. One that is there is taken
 * even after the deadline. Serves POSIX `sem_timedwait`.
 *
 * # Errors
 * `ETIMEDOUT`. `EINTR`: a signal handler ran. `EINVAL`: not a semaphore, or not a clock to wait for.
 */
int32_t sys_sem_timedwait(struct HermitSem *sem,
                          uint64_t deadline,
                          uint32_t clock);

/**
 * Stores the semaphore's value. Serves POSIX `sem_getvalue`.
 *
 * # Errors
 * `EINVAL`: not a semaphore. `EFAULT`.
 */
int32_t sys_sem_getvalue(struct HermitSem *sem, int32_t *result);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_SEMAPHORE_H */
