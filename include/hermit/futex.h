/* Made from kernel/src/abi/futex.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_FUTEX_H
#define HERMIT_FUTEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * Deadline of a wait that is to last until it is woken.
 */
#define HERMIT_NO_DEADLINE UINT64_MAX

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Waits until the word at `address` is woken, if it holds `expected`, at most until `clock` shows
 * `deadline` nanoseconds. A deadline in the past does not wait, but looks at the word first.
 *
 * # Errors
 * `EAGAIN`: the word holds something else. `ETIMEDOUT`, or `EINTR` when a signal handler without
 * `SA_RESTART` ran or [`super::sys_interrupt`] was called: no wake was consumed. `EFAULT`: no word there. `EINVAL`:
 * misaligned address, or not a clock to wait for.
 */
int32_t sys_futex_wait(const uint32_t *address,
                       uint32_t expected,
                       uint64_t deadline,
                       uint32_t clock);

/**
 * Wakes at most `count` threads that wait on the word at `address`, in the order in which they came;
 * returns how many. The word itself is not read: it may be gone.
 */
int32_t sys_futex_wake(const uint32_t *address,
                       uint32_t count);

/**
 * What a thread calls between two looks at something that another one is to change: gives the core to a
 * thread of the same priority that waits for it, as [`super::sys_yield`] does, or else pauses for a moment.
 * Returns 1 if it gave the core away, 0 if it paused.
 */
int32_t sys_relax(void);

/**
 * If the word at `address` holds `expected`, wakes at most `wake` of its waiters and makes at most
 * `requeue` more wait on the word at `to`; returns how many in all.
 *
 * # Errors
 * `EAGAIN`: the word holds something else. `EFAULT`, `EINVAL`: not the address of a word.
 */
int32_t sys_futex_requeue(const uint32_t *address,
                          uint32_t expected,
                          uint32_t wake,
                          uint32_t requeue,
                          const uint32_t *to);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_FUTEX_H */
