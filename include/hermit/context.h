/* Made from kernel/src/abi/context.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_CONTEXT_H
#define HERMIT_CONTEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * Number of general registers in a context.
 */
#define HERMIT_CONTEXT_REGISTERS 23

/**
 * A stored flow of control: `ucontext_t`, laid out as on Linux for x86-64, so that what programs know of
 * `uc_mcontext.gregs` holds.
 */
typedef struct HermitContext {
  /**
   * Not used; zero.
   */
  uint64_t flags;
  /**
   * The context that goes on when this one's function returns; null: the thread ends.
   */
  struct HermitContext *link;
  /**
   * Lowest address of the context's stack.
   */
  void *stack;
  /**
   * `ss_flags` of the stack.
   */
  int stack_flags;
  /**
   * Size of the stack in bytes.
   */
  size_t stack_size;
  /**
   * r8 to r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, flags, segments, error, trap, mask, cr2.
   */
  uint64_t registers[HERMIT_CONTEXT_REGISTERS];
  /**
   * Address of `float_state`, or of a signal frame's.
   */
  uint64_t *float_state_address;
  /**
   * Zero.
   */
  uint64_t reserved[8];
  /**
   * Blocked signals, bit n-1 for signal n, in the first word.
   */
  uint64_t signal_mask[16];
  /**
   * FXSAVE area; the context functions use its control words only.
   */
  uint64_t float_state[64];
} HermitContext;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Stores the calling flow of control in `*context`; it goes on, a second time, when the context is set.
 * Returns 0 each time. Serves POSIX.1-2001 `getcontext`.
 *
 * # Errors
 * `EFAULT`: null.
 *
 * # Safety
 * `context` points to a context.
 */
int32_t sys_getcontext(struct HermitContext *context);

/**
 * Goes on where `*context` was stored, or at the function that [`sys_makecontext`] gave it; returns only
 * on error. Serves POSIX.1-2001 `setcontext`.
 *
 * # Errors
 * `EFAULT`: null.
 *
 * # Safety
 * `context` was stored or made, and its stack is not in use.
 */
int32_t sys_setcontext(const struct HermitContext *context);

/**
 * Stores the calling flow of control in `*from` and goes on with `*to`; returns 0 when `*from` is set
 * again. Serves POSIX.1-2001 `swapcontext`.
 *
 * # Errors
 * `EFAULT`: null.
 *
 * # Safety
 * As [`sys_getcontext`] and [`sys_setcontext`].
 */
int32_t sys_swapcontext(struct HermitContext *from,
                        const struct HermitContext *to);

/**
 * Makes a stored context, whose stack and link are set, call `function` with `count` integer arguments,
 * which `arguments` points to. `makecontext`, which takes them one by one, is libc-shim's.
 *
 * # Errors
 * `EFAULT`: null. `EINVAL`: negative count, or a stack too small for the arguments. `ENOMEM`: no stack.
 *
 * # Safety
 * `context` was stored by [`sys_getcontext`], its stack is writable memory, and `arguments` points to
 * `count` words.
 */
int32_t sys_makecontext(struct HermitContext *context,
                        void (*function)(void),
                        int count,
                        const uint64_t *arguments);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_CONTEXT_H */
