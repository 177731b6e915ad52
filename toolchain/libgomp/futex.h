/* libgomp's futex calls as calls of the kernel, in place of config/linux/x86/futex.h. */
#include <stdint.h>

/* libgomp includes this with hidden visibility; the kernel's functions are not its own. */
#pragma GCC visibility push(default)
#include <hermit/futex.h>
#include <hermit/time.h>
#pragma GCC visibility pop

/* A wait that ends early, by a signal or because the value is another by now, is repeated by the
 * caller, which looks at the value again. */
static inline void
futex_wait (int *addr, int val)
{
  sys_futex_wait ((uint32_t *) addr, (uint32_t) val, HERMIT_NO_DEADLINE, HERMIT_CLOCK_MONOTONIC);
}

static inline void
futex_wake (int *addr, int count)
{
  sys_futex_wake ((uint32_t *) addr, (uint32_t) count);
}

/* What is waited for may have to be done by a thread that waits for this core. */
static inline void
cpu_relax (void)
{
  sys_relax ();
}
