/* Made from kernel/src/abi/lock.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_LOCK_H
#define HERMIT_LOCK_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Locks a whole file for an open file: `operation` is `LOCK_SH` 1, `LOCK_EX` 2 or `LOCK_UN` 8, with
 * `LOCK_NB` 4 without waiting.
 *
 * # Errors
 * `EBADF`, `EINVAL`, `EAGAIN` (another open file's lock is in the way), `EINTR`, `ENOLCK`.
 *
 * Serves `flock`.
 */
int32_t sys_flock(int32_t fd, uint32_t operation);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_LOCK_H */
