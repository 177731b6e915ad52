/* newlib's own calls of the allocator. By way of the public names, so that a program that brings its own
 * malloc gets the C library's blocks from it too, and may free them. */
#include <malloc.h>
#include <stdlib.h>

#define WEAK __attribute__((weak))

struct _reent;

WEAK void *_malloc_r(struct _reent *r, size_t size) { (void)r; return malloc(size); }
WEAK void *_calloc_r(struct _reent *r, size_t count, size_t size) { (void)r; return calloc(count, size); }
WEAK void *_realloc_r(struct _reent *r, void *old, size_t size) { (void)r; return realloc(old, size); }
WEAK void _free_r(struct _reent *r, void *block) { (void)r; free(block); }
WEAK void *_memalign_r(struct _reent *r, size_t alignment, size_t size) { (void)r; return memalign(alignment, size); }
