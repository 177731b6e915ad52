#include "stack.h"

#include <sys/mman.h>

void *
hermit_go_stack (size_t size)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE;
	char *stack = mmap (NULL, size, PROT_NONE, flags, -1, 0);

	if (stack == MAP_FAILED)
		return NULL;
	if (mprotect (stack + HERMIT_GO_GUARD, size - HERMIT_GO_GUARD, PROT_READ | PROT_WRITE) != 0) {
		munmap (stack, size);
		return NULL;
	}
	return stack;
}

void
hermit_go_stack_free (void *stack, size_t size)
{
	munmap (stack, size);
}
