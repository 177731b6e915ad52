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

#include "alloc.c"
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
