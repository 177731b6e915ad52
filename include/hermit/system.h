/* Made from kernel/src/abi/system.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_SYSTEM_H
#define HERMIT_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Ends the program; its status as the host sees it is the low 8 bits. All output is written first.
 */
void sys_exit(int32_t status) __attribute__((__noreturn__));

/**
 * Fills `len` bytes with random numbers from the processor; returns `len`.
 *
 * # Errors
 * `EFAULT`. `ENOSYS`: the processor has no random number generator.
 *
 * Serves `getentropy` and `getrandom`.
 */
ptrdiff_t sys_getrandom(uint8_t *buffer, size_t len);

/**
 * How many processors run.
 */
int32_t sys_cpu_count(void);

/**
 * The processor that runs the caller, from 0. Serves `sched_getcpu`.
 */
int32_t sys_getcpu(void);

/**
 * How many interrupts a processor has taken since it started.
 *
 * # Errors
 * `EINVAL`: no such processor.
 */
int64_t sys_interrupt_count(uint32_t core);

/**
 * Writes `len` bytes to the kernel's log, which `hermit-run -v` shows; returns `len`.
 *
 * # Errors
 * `EFAULT`.
 */
ptrdiff_t sys_log(const uint8_t *text, size_t len);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_SYSTEM_H */
