/* Made from kernel/src/abi/terminal.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_TERMINAL_H
#define HERMIT_TERMINAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * [`sys_ioctl`]: stores the terminal's settings as [`HermitTermios`].
 */
#define HERMIT_TCGETS 21505

/**
 * [`sys_ioctl`]: sets the terminal's settings.
 */
#define HERMIT_TCSETS 21506

/**
 * [`sys_ioctl`]: as [`HERMIT_TCSETS`] once the output has reached the host.
 */
#define HERMIT_TCSETSW 21507

/**
 * [`sys_ioctl`]: as [`HERMIT_TCSETSW`], and drops input that was not read.
 */
#define HERMIT_TCSETSF 21508

/**
 * [`sys_ioctl`]: suspends output (`argument` 0) or lets it go on (1); sends the terminal the character that
 * stops (2) or starts (3) its input, if there is one.
 */
#define HERMIT_TCXONC 21514

/**
 * [`sys_ioctl`]: drops input that was not read (`argument` 0 or 2; 1, for output, finds none to drop).
 */
#define HERMIT_TCFLSH 21515

/**
 * [`sys_ioctl`]: stores the size of the terminal as four `u16` (rows, columns, and that in dots, or 0).
 */
#define HERMIT_TIOCGWINSZ 21523

/**
 * [`sys_ioctl`]: sets what [`HERMIT_TIOCGWINSZ`] stores; another size than before raises `SIGWINCH`.
 */
#define HERMIT_TIOCSWINSZ 21524

/**
 * [`sys_ioctl`]: stores as `i32` how many bytes can be read at once without waiting.
 */
#define HERMIT_FIONREAD 21531

/**
 * [`sys_ioctl`]: sets (`i32` not 0) or clears `O_NONBLOCK`.
 */
#define HERMIT_FIONBIO 21537

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Controls a device: [`HERMIT_TCGETS`] and its kin, [`HERMIT_TIOCGWINSZ`], [`HERMIT_FIONREAD`],
 * [`HERMIT_FIONBIO`].
 *
 * # Errors
 * `EBADF`, `EFAULT`, `EINVAL`; `ENOTTY`: the file does not know the request, and for those of terminals: it
 * is not one. `EINTR` where output is waited for.
 *
 * Serves `ioctl`, `isatty`, `tcgetattr`, `tcsetattr`, `tcflush`, `tcflow`, `tcsetwinsize`.
 */
int32_t sys_ioctl(int32_t fd,
                  uint64_t request,
                  void *argument);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_TERMINAL_H */
