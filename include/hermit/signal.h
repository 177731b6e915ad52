/* Made from kernel/src/abi/signal.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_SIGNAL_H
#define HERMIT_SIGNAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <hermit/thread.h>

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Sends a signal to a thread; 0 only checks that there is one.
 *
 * # Errors
 * `EINVAL`: no such signal. `ESRCH`: no such thread.
 *
 * Serves POSIX `kill`, `raise` and `pthread_kill`.
 */
int32_t sys_kill(HermitTid tid, uint32_t signal);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_SIGNAL_H */
