/* Allocation beside stdlib.h's: what SVID, BSD and Linux have here, as far as this allocator has it. There
 * is nothing to tune and nothing counted, so no mallopt() and no mallinfo(). */
#ifndef _HERMIT_MALLOC_H
#define _HERMIT_MALLOC_H

#include <sys/cdefs.h>
#include <stddef.h>
#include <stdlib.h>

__BEGIN_DECLS
void *memalign(size_t, size_t) __malloc_like __result_use_check __alloc_align(1) __alloc_size(2);
void *valloc(size_t) __malloc_like __result_use_check __alloc_size(1);
void *pvalloc(size_t) __malloc_like __result_use_check __alloc_size(1);
/* How many bytes the block has room for; at least what was asked for. */
size_t malloc_usable_size(const void *);
/* Gives free memory back to the system, all that is free in the calling thread's heap and in none; returns
 * whether there was any. Happens by itself when memory is needed. */
int malloc_trim(size_t);
void cfree(void *);
__END_DECLS

#endif
