/* Made from kernel/src/abi/thread.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_THREAD_H
#define HERMIT_THREAD_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * Highest priority.
 */
#define HERMIT_PRIO_MAX 127

/**
 * Priority of the first thread.
 */
#define HERMIT_PRIO_DEFAULT 8

/**
 * Added to a priority: no time slices, see [`sys_setprio`].
 */
#define HERMIT_PRIO_UNSLICED 256

/**
 * In [`HermitCloneArgs::priority`]: as the calling thread has.
 */
#define HERMIT_PRIO_INHERIT UINT32_MAX

/**
 * The most processors a system uses, and the number of bits in an affinity mask.
 */
#define HERMIT_MAX_CORES 64

/**
 * [`sys_join`] will be called for this thread.
 */
#define HERMIT_CLONE_JOINABLE 1

/**
 * The new thread blocks the signals that its creator blocks.
 */
#define HERMIT_CLONE_INHERIT_SIGMASK 2

/**
 * Thread and process id.
 */
typedef int32_t HermitTid;

/**
 * What [`sys_clone`] makes a thread from. Fields that are zero take the default.
 */
typedef struct HermitCloneArgs {
  /**
   * Where the thread begins. It must not return: it ends with [`sys_thread_exit`]; returning does
   * the same.
   */
  void (*entry)(void *arg);
  /**
   * Handed to `entry`.
   */
  void *arg;
  /**
   * Lowest address of the stack; null: the kernel makes one of `stack_size` bytes with a guard page
   * below, backed lazily, and frees it after the thread.
   */
  void *stack;
  /**
   * Size of the stack in bytes; with a null `stack`, 0 means 2 MiB.
   */
  size_t stack_size;
  /**
   * Thread pointer (%fs base) of the new thread.
   */
  void *tls;
  /**
   * Where the kernel stores 0 and wakes every futex waiter, once the ended thread has left its
   * stack for good. May be null.
   */
  uint32_t *child_tid;
  /**
   * 0 to [`HERMIT_PRIO_MAX`], with or without [`HERMIT_PRIO_UNSLICED`]; or [`HERMIT_PRIO_INHERIT`].
   */
  uint32_t priority;
  /**
   * [`HERMIT_CLONE_JOINABLE`] or 0.
   */
  uint32_t flags;
  /**
   * Cores that the thread may run on, bit n for core n; 0: those of the calling thread.
   */
  uint64_t affinity;
  /**
   * Signals that the new thread blocks, bit n-1 for signal n, unless
   * [`HERMIT_CLONE_INHERIT_SIGMASK`] is in `flags`.
   */
  uint64_t signal_mask;
} HermitCloneArgs;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Starts a thread and stores its id in `*tid`, unless that is null, before the thread runs.
 *
 * # Errors
 * `EINVAL`: no entry, a priority above the highest, no permitted core, a stack below 4 KiB. `EAGAIN`:
 * too many threads. `ENOMEM`: no memory for the stack. `EFAULT`: an address that cannot be accessed.
 *
 * Serves POSIX `pthread_create`.
 */
int32_t sys_clone(HermitTid *tid,
                  const struct HermitCloneArgs *args);

/**
 * Ends the calling thread; the end of the last one ends the program with status 0.
 */
void sys_thread_exit(void) __attribute__((__noreturn__));

/**
 * Waits until a joinable thread is over, and frees its id.
 *
 * # Errors
 * `ESRCH`: no such thread. `EINVAL`: it is not joinable. `EDEADLK`: it is the calling thread.
 * `EINTR`: a signal handler ran.
 *
 * Serves POSIX `pthread_join`.
 */
int32_t sys_join(HermitTid tid);

/**
 * The calling thread's id.
 */
HermitTid sys_gettid(void);

/**
 * The process id: that of the first thread, always 1.
 */
HermitTid sys_getpid(void);

/**
 * Lets other threads of the caller's priority run. Serves POSIX `sched_yield`.
 */
void sys_yield(void);

/**
 * Sets a thread's priority (0: the calling thread's). With [`HERMIT_PRIO_UNSLICED`] it keeps its core until
 * it waits, yields, or a thread of higher priority is ready; otherwise it shares the core with threads of
 * its priority in time slices.
 *
 * # Errors
 * `ESRCH`: no such thread. `EINVAL`: priority above the highest.
 *
 * Serves POSIX `pthread_setschedparam`.
 */
int32_t sys_setprio(HermitTid tid,
                    uint32_t priority);

/**
 * Lends a thread a priority: it is scheduled by the higher one of its own and this; 0 ends the loan.
 *
 * # Errors
 * `ESRCH`: no such thread. `EINVAL`: priority above the highest.
 *
 * Serves POSIX mutexes with `PTHREAD_PRIO_INHERIT` and `PTHREAD_PRIO_PROTECT`.
 */
int32_t sys_setboost(HermitTid tid,
                     uint32_t priority);

/**
 * A thread's priority as [`sys_setprio`] set it (0: the calling thread's).
 *
 * # Errors
 * `ESRCH`: no such thread.
 */
int32_t sys_getprio(HermitTid tid);

/**
 * Sets the cores on which a thread may run (0: the calling thread): `words` 64-bit words, bit n for
 * core n. A running thread leaves a core that it may not use any more before the call returns, if it
 * is the caller, and soon otherwise.
 *
 * # Errors
 * `ESRCH`: no such thread. `EINVAL`: no present core in the mask. `EFAULT`.
 *
 * Serves `pthread_setaffinity_np`.
 */
int32_t sys_setaffinity(HermitTid tid,
                        const uint64_t *mask,
                        size_t words);

/**
 * Stores the present cores on which a thread may run (0: the calling thread) in `words` 64-bit words.
 *
 * # Errors
 * `ESRCH`: no such thread. `EINVAL`: no room. `EFAULT`.
 *
 * Serves `pthread_getaffinity_np`.
 */
int32_t sys_getaffinity(HermitTid tid,
                        uint64_t *mask,
                        size_t words);

/**
 * Sets the calling thread's thread pointer (%fs base).
 *
 * # Errors
 * `EINVAL`: not an address.
 */
int32_t sys_set_tls(void *pointer);

/**
 * Says whether [`sys_interrupt`] ends the calling thread's waits; returns what was said before.
 */
uint32_t sys_interruptible(uint32_t on);

/**
 * Sets or clears a mark at a thread that ends its waits with `EINTR`, at once and until it is cleared,
 * while the thread is interruptible. Serves POSIX `pthread_cancel`.
 *
 * # Errors
 * `ESRCH`: no such thread.
 */
int32_t sys_interrupt(HermitTid tid,
                      uint32_t on);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_THREAD_H */
