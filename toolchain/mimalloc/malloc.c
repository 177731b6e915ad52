/* The C library's allocator: mimalloc 2, one unit, with our own settings, system layer and names in
 * place of its options.c, stats.c, prim.c and alloc-override.c.
 *
 * Why mimalloc: newlib's own malloc holds one lock over everything; mimalloc's threads each own a heap,
 * and malloc and free of a thread's own blocks take neither a lock nor an atomic operation.
 *
 * mimalloc's constructor and destructor are left out: the first malloc prepares the process, and
 * nothing needs to be freed in an image that is about to end. */
#include "mimalloc.h"
#include "mimalloc/internal.h"
#include "mimalloc/atomic.h"
#include "mimalloc/prim.h"

#include "settings.c"

/* A page whose last block is freed is marked to be given up after some more such events, if it is the
 * only one of its size. A program that allocates and frees one block over and over gets here each time:
 * once the mark is there, there is nothing to do. (Blocks taken from the page leave the mark alone; the
 * search for a page with room takes it off.) */
static inline void retire_page_once(mi_page_t *page) {
	if (page->retire_expire == 0 || page->next != NULL || page->prev != NULL)
		_mi_page_retire(page);
}

#define _mi_page_retire retire_page_once
#include "alloc.c"
#undef _mi_page_retire

#include "alloc-aligned.c"
#include "arena.c"
#include "bitmap.c"
#include "heap.c"
#include "init.c"
#include "libc.c"
#include "os.c"
#include "page.c"
#include "random.c"
#include "segment.c"
#include "segment-map.c"

#include "prim.c"
#include "names.c"
