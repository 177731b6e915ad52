/* mimalloc's system layer over the kernel's memory calls: address space is reserved without access,
 * and committed by giving access, which the kernel charges against RAM; pages are backed on the first
 * touch and come zeroed. */
#include <hermit/memory.h>
#include <hermit/system.h>

/* The kernel backs memory with pages of this size where it may. */
#define LARGE_PAGE (2UL << 20)

/* Below so much RAM nothing is committed that was not asked for. */
#define PLENTY (64UL << 20)

/* Whether commits are widened to whole large pages. */
static bool commit_large;

void _mi_prim_mem_init(mi_os_mem_config_t *config) {
	/* mimalloc's constructor would say so: from now on there are arenas, and memory is given back. */
	os_preloading = false;
	struct HermitMemInfo memory;
	size_t total = sys_meminfo(&memory) == 0 ? memory.total : 0;
	commit_large = total >= PLENTY;
	config->page_size = 4096;
	config->alloc_granularity = 4096;
	config->large_page_size = LARGE_PAGE;
	config->physical_memory_in_kib = total / MI_KiB;
	config->virtual_address_bits = 47;
	config->has_overcommit = false;
	config->has_partial_free = true;
	config->has_virtual_reserve = true;
}

int _mi_prim_alloc(void *hint, size_t size, size_t alignment, bool commit, bool allow_large,
		   bool *is_large, bool *is_zero, void **address) {
	(void)hint, (void)allow_large;
	*is_large = false;
	*is_zero = true;
	*address = NULL;
	/* Addresses cost nothing, so there are enough of them to find an aligned place; then the rest goes. */
	size_t reserved = size + (alignment > 4096 ? alignment : 0);
	ptrdiff_t mapped = sys_mmap(NULL, reserved, HERMIT_PROT_NONE, HERMIT_MAP_PRIVATE | HERMIT_MAP_ANONYMOUS, -1, 0);
	if (mapped < 0)
		return (int)-mapped;
	uintptr_t start = mapped, end = start + reserved;
	if (reserved > size) {
		uintptr_t aligned = (start + alignment - 1) & -alignment;
		if (aligned > start)
			sys_munmap((void *)start, aligned - start);
		if (end > aligned + size)
			sys_munmap((void *)(aligned + size), end - aligned - size);
		start = aligned;
	}
	if (commit && sys_mprotect((void *)start, size, HERMIT_PROT_READ | HERMIT_PROT_WRITE) < 0) {
		sys_munmap((void *)start, size);
		return ENOMEM;
	}
	*address = (void *)start;
	return 0;
}

int _mi_prim_free(void *address, size_t size) {
	return -sys_munmap(address, size);
}

int _mi_prim_commit(void *address, size_t size, bool *is_zero) {
	/* A part of the range may have been in use. */
	*is_zero = false;
	if (commit_large && size < LARGE_PAGE) {
		/* Whole large pages, so that the kernel can back them with one page each. The rest of them
		 * lies in the same 32 MiB segment, which is ours, and is zero until it is handed out. */
		uintptr_t from = (uintptr_t)address & -LARGE_PAGE;
		uintptr_t to = ((uintptr_t)address + size + LARGE_PAGE - 1) & -LARGE_PAGE;
		if (sys_mprotect((void *)from, to - from, HERMIT_PROT_READ | HERMIT_PROT_WRITE) == 0)
			return 0;
	}
	return -sys_mprotect(address, size, HERMIT_PROT_READ | HERMIT_PROT_WRITE);
}

int _mi_prim_decommit(void *address, size_t size, bool *needs_recommit) {
	/* A fresh reservation in its place: the pages go back, the charge too. */
	*needs_recommit = true;
	ptrdiff_t mapped = sys_mmap(address, size, HERMIT_PROT_NONE, HERMIT_MAP_PRIVATE | HERMIT_MAP_ANONYMOUS | HERMIT_MAP_FIXED, -1, 0);
	return mapped < 0 ? (int)-mapped : 0;
}

int _mi_prim_reset(void *address, size_t size) { (void)address, (void)size; return 0; }
int _mi_prim_reuse(void *address, size_t size) { (void)address, (void)size; return 0; }

int _mi_prim_protect(void *address, size_t size, bool protect) {
	return -sys_mprotect(address, size, protect ? HERMIT_PROT_NONE : HERMIT_PROT_READ | HERMIT_PROT_WRITE);
}

int _mi_prim_alloc_huge_os_pages(void *hint, size_t size, int node, bool *is_zero, void **address) {
	(void)hint, (void)size, (void)node;
	*is_zero = false;
	*address = NULL;
	return ENOMEM;
}

size_t _mi_prim_numa_node(void) { return 0; }
size_t _mi_prim_numa_node_count(void) { return 1; }

bool _mi_prim_getenv(const char *name, char *result, size_t size) {
	(void)name, (void)result, (void)size;
	return false;
}

/* What random numbers begin with. */
mi_msecs_t _mi_prim_clock_now(void) { return (mi_msecs_t)__builtin_ia32_rdtsc(); }

/* The libc shim calls mi_thread_done() itself when a thread ends, after the last user code in it. */
void _mi_prim_thread_init_auto_done(void) {}
void _mi_prim_thread_done_auto_done(void) {}
void _mi_prim_thread_associate_default_heap(mi_heap_t *heap) { (void)heap; }

bool _mi_is_redirected(void) { return false; }
bool _mi_allocator_init(const char **message) { *message = NULL; return true; }
void _mi_allocator_done(void) {}
