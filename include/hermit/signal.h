/* Made from kernel/src/abi/signal.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_SIGNAL_H
#define HERMIT_SIGNAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <hermit/thread.h>

/**
 * [`HermitSigAction::handler`]: the default action.
 */
#define HERMIT_SIG_DFL 0

/**
 * [`HermitSigAction::handler`]: nothing happens.
 */
#define HERMIT_SIG_IGN 1

/**
 * The handler takes three arguments.
 */
#define HERMIT_SA_SIGINFO 4

/**
 * The handler runs on the alternate stack.
 */
#define HERMIT_SA_ONSTACK 8

/**
 * Interrupted calls go on.
 */
#define HERMIT_SA_RESTART 16

/**
 * The signal is not blocked while its handler runs.
 */
#define HERMIT_SA_NODEFER 64

/**
 * The action becomes the default when the handler is called.
 */
#define HERMIT_SA_RESETHAND 128

/**
 * `si_code`: sent by `kill`.
 */
#define HERMIT_SI_USER 1

/**
 * `si_code`: sent by `sigqueue`.
 */
#define HERMIT_SI_QUEUE 2

/**
 * `si_code`: sent by a timer.
 */
#define HERMIT_SI_TIMER 3

/**
 * `si_code`: sent to one thread, by `pthread_kill` or `raise`.
 */
#define HERMIT_SI_TKILL 6

/**
 * In [`sys_sigprocmask`]: the set is what is blocked.
 */
#define HERMIT_SIG_SETMASK 0

/**
 * In [`sys_sigprocmask`]: the set is blocked too.
 */
#define HERMIT_SIG_BLOCK 1

/**
 * In [`sys_sigprocmask`]: the set is not blocked any more.
 */
#define HERMIT_SIG_UNBLOCK 2

/**
 * In [`HermitSigStack::flags`]: the thread is on the alternate stack.
 */
#define HERMIT_SS_ONSTACK 1

/**
 * In [`HermitSigStack::flags`]: there is no alternate stack.
 */
#define HERMIT_SS_DISABLE 2

/**
 * How many signals may be pending for the program, and for each thread, from number 32 on.
 */
#define HERMIT_SIGQUEUE_MAX 4096

/**
 * Smallest alternate stack in bytes.
 */
#define HERMIT_MINSIGSTKSZ 8192

/**
 * What a handler learns: `siginfo_t`.
 */
typedef struct HermitSigInfo {
  /**
   * Signal number.
   */
  int32_t signo;
  /**
   * Who sent it, or what happened.
   */
  int32_t code;
  /**
   * Zero.
   */
  int32_t error;
  /**
   * The sender's process id.
   */
  int32_t pid;
  /**
   * The sender's user id.
   */
  uint32_t uid;
  /**
   * Of a timer's signal: the overrun; otherwise zero.
   */
  int32_t status;
  /**
   * The address of a fault.
   */
  size_t addr;
  /**
   * The value given to `sigqueue`.
   */
  uint64_t value;
  /**
   * Of a timer's signal: which timer; otherwise zero.
   */
  int64_t band;
} HermitSigInfo;

/**
 * What is done on a signal: `struct sigaction`.
 */
typedef struct HermitSigAction {
  /**
   * Address of the handler, or [`HERMIT_SIG_DFL`] or [`HERMIT_SIG_IGN`].
   */
  size_t handler;
  /**
   * Signals that are blocked while the handler runs.
   */
  uint64_t mask;
  /**
   * `HERMIT_SA_…`.
   */
  int32_t flags;
} HermitSigAction;

/**
 * An alternate stack: `stack_t`.
 */
typedef struct HermitSigStack {
  /**
   * Lowest address.
   */
  size_t base;
  /**
   * [`HERMIT_SS_DISABLE`], [`HERMIT_SS_ONSTACK`] or 0.
   */
  int32_t flags;
  /**
   * Size in bytes.
   */
  size_t size;
} HermitSigStack;
/**
 * No alternate stack.
 */
#define HermitSigStack_NONE (HermitSigStack){ .base = 0, .flags = HERMIT_SS_DISABLE, .size = 0 }

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Sends a signal to the program (its process id is 1; 0 and -1 mean it too); signal 0 only checks.
 * If the caller does not block the signal, its handler has run when the call returns, unless another
 * thread took it.
 *
 * # Errors
 * `EINVAL`: no such signal. `ESRCH`: no such process. `EAGAIN`: too many queued.
 *
 * Serves POSIX `kill`.
 */
int32_t sys_kill(HermitTid pid,
                 uint32_t signal);

/**
 * Sends a signal to a thread (0: the calling one); signal 0 only checks that it is there.
 *
 * # Errors
 * `EINVAL`: no such signal. `ESRCH`: no such thread. `EAGAIN`: too many queued.
 *
 * Serves POSIX `pthread_kill` and `raise`.
 */
int32_t sys_thread_kill(HermitTid tid, uint32_t signal);

/**
 * Sends a signal with a value to the program; those from 32 on are queued in order.
 *
 * # Errors
 * `EINVAL`: no such signal. `ESRCH`: no such process. `EAGAIN`: too many queued.
 *
 * Serves POSIX `sigqueue`.
 */
int32_t sys_sigqueue(HermitTid pid, uint32_t signal, uint64_t value);

/**
 * Sends a signal with all that its receiver is to know of it: to a thread, or to the program where `tid` is
 * 0.
 *
 * # Errors
 * `EINVAL`: no such signal, or the `si_code` is a timer's, which are the kernel's. `ESRCH`: no such
 * thread. `EAGAIN`: too many queued. `EFAULT`.
 *
 * Serves POSIX `mq_notify`, `aio_read` and their kin, and `pthread_sigqueue`.
 */
int32_t sys_sigqueueinfo(HermitTid tid,
                         const struct HermitSigInfo *info);

/**
 * Sets what is done on a signal, unless `new` is null, and stores in `*old`, unless that is null, what
 * was done before.
 *
 * # Errors
 * `EINVAL`: no such signal, or one that cannot be caught or ignored. `EFAULT`.
 *
 * Serves POSIX `sigaction`.
 */
int32_t sys_sigaction(uint32_t signal,
                      const struct HermitSigAction *new_,
                      struct HermitSigAction *old);

/**
 * Changes the signals that the calling thread blocks, unless `new` is null, and stores in `*old`, unless
 * that is null, what it blocked before.
 *
 * # Errors
 * `EINVAL`: `how` is none of the three. `EFAULT`.
 *
 * Serves POSIX `pthread_sigmask` and `sigprocmask`.
 */
int32_t sys_sigprocmask(int32_t how,
                        const uint64_t *new_,
                        uint64_t *old);

/**
 * Stores the signals that are pending for the calling thread and blocked. Serves POSIX `sigpending`.
 *
 * # Errors
 * `EFAULT`.
 */
int32_t sys_sigpending(uint64_t *set);

/**
 * Blocks `*mask` instead of what the thread blocks until a handler has run.
 *
 * # Errors
 * Always: `EINTR`, or `EFAULT`.
 *
 * Serves POSIX `sigsuspend`.
 */
int32_t sys_sigsuspend(const uint64_t *mask);

/**
 * Takes a pending signal of `*set`, waiting for one until `clock` shows `deadline` nanoseconds at most,
 * and stores what is known of it in `*info`, unless that is null; returns its number.
 *
 * # Errors
 * `EAGAIN`: none in time. `EINTR`: a handler ran. `EINVAL`: not a clock to wait for. `EFAULT`.
 *
 * Serves POSIX `sigwait`, `sigwaitinfo` and `sigtimedwait`.
 */
int32_t sys_sigtimedwait(const uint64_t *set,
                         struct HermitSigInfo *info,
                         uint64_t deadline,
                         uint32_t clock);

/**
 * Sets the calling thread's alternate stack, unless `new` is null, and stores in `*old`, unless that is
 * null, what it was.
 *
 * # Errors
 * `EPERM`: the thread is on it. `ENOMEM`: too small. `EINVAL`: unknown flags. `EFAULT`.
 *
 * Serves POSIX `sigaltstack`.
 */
int32_t sys_sigaltstack(const struct HermitSigStack *new_,
                        struct HermitSigStack *old);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_SIGNAL_H */
