/* newlib's own calls. By way of the public names, so that a program that brings its own malloc gets
 * the C library's blocks from it too, and may free them. */
#include <malloc.h>
#include <stdlib.h>

struct _reent;

void *_malloc_r(struct _reent *r, size_t size) { (void)r; return malloc(size); }
void *_calloc_r(struct _reent *r, size_t count, size_t size) { (void)r; return calloc(count, size); }
void *_realloc_r(struct _reent *r, void *old, size_t size) { (void)r; return realloc(old, size); }
void _free_r(struct _reent *r, void *block) { (void)r; free(block); }
void *_memalign_r(struct _reent *r, size_t alignment, size_t size) { (void)r; return memalign(alignment, size); }
void *_reallocf_r(struct _reent *r, void *old, size_t size) { (void)r; return reallocf(old, size); }
size_t _malloc_usable_size_r(struct _reent *r, void *block) { (void)r; return malloc_usable_size(block); }
