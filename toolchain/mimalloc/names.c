/* The names that programs call, as C, POSIX and Linux have them. Those that are mimalloc's functions
 * word for word are aliases. */
#define ALIAS(of) __attribute__((alias(#of), used, visibility("default")))

void free(void *block) ALIAS(mi_free);
void cfree(void *block) ALIAS(mi_free);
/* C23's: the sizes are those of the block, and nothing has to be told what it knows. */
void free_sized(void *block, size_t size) { mi_free(block); }
void free_aligned_sized(void *block, size_t alignment, size_t size) { mi_free(block); }
size_t malloc_usable_size(const void *block) ALIAS(mi_usable_size);

/* Every block fits any type of a fundamental alignment, small ones too (C17 7.22.3), and programs that use
 * SSE rely on it. mimalloc has blocks of 8 bytes, aligned to 8. */
static inline size_t aligned_size(size_t size) {
	return size < MI_MAX_ALIGN_SIZE ? MI_MAX_ALIGN_SIZE : size;
}

void *malloc(size_t size) { return mi_malloc(aligned_size(size)); }
void *realloc(void *old, size_t size) { return mi_realloc(old, aligned_size(size)); }

void *calloc(size_t count, size_t size) {
	size_t total;
	/* mi_calloc refuses a product that overflows too, but leaves errno alone. */
	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return mi_zalloc(aligned_size(total));
}

static bool power_of_two(size_t n) { return n != 0 && (n & (n - 1)) == 0; }

void *aligned_alloc(size_t alignment, size_t size) {
	if (!power_of_two(alignment)) {
		errno = EINVAL;
		return NULL;
	}
	return mi_malloc_aligned(size, alignment);
}

void *memalign(size_t alignment, size_t size) {
	/* As glibc does: an alignment that is no power of two is rounded up to one. */
	if (alignment > PTRDIFF_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	size_t rounded = 1;
	while (rounded < alignment)
		rounded <<= 1;
	return mi_malloc_aligned(size, rounded);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
	if (!power_of_two(alignment) || alignment % sizeof(void *) != 0)
		return EINVAL;
	/* POSIX: the result says what went wrong, errno is left alone. */
	int saved = errno;
	void *p = mi_malloc_aligned(size, alignment);
	errno = saved;
	if (p == NULL)
		return ENOMEM;
	*block = p;
	return 0;
}

void *valloc(size_t size) { return mi_malloc_aligned(size, 4096); }

void *pvalloc(size_t size) {
	if (size > PTRDIFF_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	return mi_malloc_aligned((size + 4095) & -4096UL, 4096);
}

void *reallocarray(void *old, size_t count, size_t size) {
	size_t total;
	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, total);
}

void *reallocf(void *old, size_t size) {
	void *block = realloc(old, size);
	if (block == NULL && size != 0)
		mi_free(old);
	return block;
}

static size_t committed(void) {
	struct HermitMemInfo memory;
	return sys_meminfo(&memory) == 0 ? memory.committed : 0;
}

/* Whether anything was given back. How much is to be kept is not looked at. */
int malloc_trim(size_t keep) {
	(void)keep;
	size_t before = committed();
	mi_collect(true);
	return committed() < before;
}

/* As malloc.h declares it; its header is the C library's, which is not there when this is compiled. */
struct mallinfo2 {
	size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

static bool count_area(const mi_heap_t *heap, const mi_heap_area_t *area, void *block, size_t size, void *to) {
	struct mallinfo2 *sum = to;
	size_t free = area->committed - area->used * area->full_block_size;
	if (area->full_block_size > MI_LARGE_OBJ_SIZE_MAX) {
		sum->hblks++;
		sum->hblkhd += area->committed;
	} else {
		sum->arena += area->committed;
		sum->ordblks += free / area->full_block_size;
		sum->uordblks += area->committed - free;
		sum->fordblks += free;
	}
	return true;
}

/* Of other threads' heaps nothing can be known without stopping them. */
struct mallinfo2 mallinfo2(void) {
	struct mallinfo2 sum = { 0 };
	mi_heap_visit_blocks(mi_prim_get_default_heap(), false, count_area, &sum);
	return sum;
}
