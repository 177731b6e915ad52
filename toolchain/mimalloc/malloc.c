/* The C library's allocator: mimalloc 2, one unit, with our own settings, system layer and names in
 * place of its options.c, stats.c, random.c, prim.c and alloc-override.c.
 *
 * Why mimalloc: newlib's own malloc holds one lock over everything; mimalloc's threads each own a heap,
 * and malloc and free of a thread's own blocks take neither a lock nor an atomic operation.
 *
 * mimalloc's own constructor and destructor are left out: `prepare` below is the one, and nothing needs to
 * be freed in an image that is about to end. */
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
#include "page.c"

/* From here on what runs once for many blocks: every program carries it, so it is made small. */
#pragma GCC optimize("Os")
#include "arena.c"
#include "bitmap.c"
#include "heap.c"
#include "init.c"
#include "libc.c"
#include "os.c"
#include "random-numbers.c"

/* Where a span cannot be committed, because memory is promised to others, segment.c takes it for no free
 * span, gets a fresh segment, finds the same span again, and so on: memory that only waits to be purged would
 * be taken into empty segments. */
static __thread bool span_not_committed;

static bool commit_of_segment(void *start, size_t size, bool *is_zero) {
	bool committed = _mi_os_commit(start, size, is_zero);
	if (is_zero != NULL) /* a span; else it is the head of a segment */
		span_not_committed = !committed;
	return committed;
}

static void *memory_for_segment(size_t size, size_t alignment, size_t align_offset, bool commit, bool allow_large,
				mi_arena_id_t arena, mi_memid_t *memid) {
	if (span_not_committed) {
		span_not_committed = false;
		return NULL;
	}
	/* A block too large for a segment has one of its own, committed as a whole. In an arena its size would be
	 * rounded up to that of segments, and so its charge; as a mapping it goes back when it is freed. */
	if (commit)
		return align_offset == 0
			       ? _mi_os_alloc_aligned(size, alignment, commit, allow_large, memid)
			       : _mi_os_alloc_aligned_at_offset(size, alignment, align_offset, commit, allow_large, memid);
	return _mi_arena_alloc_aligned(size, alignment, align_offset, commit, allow_large, arena, memid);
}

/* The arena must know what is committed of a segment that is freed, since it is taken again as uncommitted
 * otherwise and its memory stays promised for nothing: all of it, which makes it worth to be kept, or nothing. */
static void free_segment(void *segment, size_t size, size_t committed, mi_memid_t memid) {
	if (memid.memkind == MI_MEM_ARENA) {
		size_t number, place;
		mi_arena_memid_indices(memid, &number, &place);
		mi_arena_t *arena = mi_arena_from_index(number);
		if (committed == size) {
			_mi_bitmap_claim_across(arena->blocks_committed, arena->field_count, mi_block_count_of_size(size),
						place, NULL, NULL);
		} else if (committed > 0) {
			bool needs_recommit;
			_mi_prim_decommit(segment, size, &needs_recommit);
			committed = 0;
		}
	}
	_mi_arena_free(segment, size, committed, memid);
}

#define _mi_os_commit commit_of_segment
#define _mi_arena_alloc_aligned memory_for_segment
#define _mi_arena_free free_segment
#include "segment.c"
#undef _mi_os_commit
#undef _mi_arena_alloc_aligned
#undef _mi_arena_free
#include "segment-map.c"

#include "prim.c"
#include "names.c"

/* Before there is a second thread: mimalloc gives its first heap to whoever comes before that heap has an
 * owner, so two threads that were the first to call malloc at once would share it. */
__attribute__((constructor(101))) static void prepare(void) { mi_process_init(); }
