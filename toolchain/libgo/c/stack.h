/* Stacks of goroutines: reserved as a whole, backed as they are touched, with a guard below. */
#ifndef HERMIT_GO_STACK_H
#define HERMIT_GO_STACK_H

#include <stddef.h>

/* A goroutine's stack does not grow beyond this. It costs addresses only: what was touched stays. */
#define HERMIT_GO_STACK hermit_go_stack_size ()

/* Below it nothing can be accessed. Go code touches every page on its way down (-fstack-clash-protection),
 * so it cannot step over it; for C functions it is larger than a page. */
#define HERMIT_GO_GUARD ((size_t) 64 << 10)

/* Stacks of signal handlers: the kernel keeps the interrupted registers there, and a fatal error is
 * reported from there. */
#define HERMIT_GO_SIGNAL_STACK (HERMIT_GO_GUARD + ((size_t) 128 << 10))

/* What a goroutine's stack has of addresses: half of the machine's memory, that a recursion without end
 * meets the guard before there is no memory, and 256 MiB at most. */
size_t hermit_go_stack_size (void);

/* Addresses for a stack of `size` bytes, its guard included; null if there are none. */
void *hermit_go_stack (size_t size);

/* Gives such a stack back. */
void hermit_go_stack_free (void *stack, size_t size);

#endif
