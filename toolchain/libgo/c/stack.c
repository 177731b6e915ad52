#include "stack.h"

#include <sys/mman.h>
#include <unistd.h>

#define MOST ((size_t) 256 << 20)

size_t
hermit_go_stack_size (void)
{
	static size_t size;
	size_t page, half;

	/* Whoever comes first at once, all find the same. */
	if (__atomic_load_n (&size, __ATOMIC_RELAXED) == 0) {
		page = sysconf (_SC_PAGESIZE);
		half = sysconf (_SC_PHYS_PAGES) / 2 * page;
		__atomic_store_n (&size, half < MOST ? half : MOST, __ATOMIC_RELAXED);
	}
	return size;
}

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
