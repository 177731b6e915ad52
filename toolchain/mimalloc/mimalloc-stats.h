/* In place of mimalloc's header of this name: nothing is counted, so the counters take no room. Each
 * heap carries a set of them, 5 KiB as mimalloc has it. */
#ifndef MIMALLOC_STATS_H
#define MIMALLOC_STATS_H

#include <stddef.h>

#define MI_STAT_VERSION 0
#define MI_BIN_HUGE 73U

typedef struct mi_stat_count_s {} mi_stat_count_t;
typedef struct mi_stat_counter_s {} mi_stat_counter_t;

/* As many members as mimalloc's initialiser has braces, in front of the four arrays at its end. */
typedef struct mi_stats_s {
	size_t size, version;
	mi_stat_count_t pages, reserved, committed;
	mi_stat_counter_t reset, purged;
	mi_stat_count_t page_committed, pages_abandoned, threads, malloc_normal, malloc_huge,
		malloc_requested;
	mi_stat_counter_t mmap_calls, commit_calls, reset_calls, purge_calls, arena_count,
		malloc_normal_count, malloc_huge_count, malloc_guarded_count, arena_rollback_count,
		arena_purges, pages_extended, pages_retire, page_searches, page_searches_count;
	mi_stat_count_t segments, segments_abandoned, filler1, filler2;
	mi_stat_counter_t filler3, filler4, filler5, filler6;
	mi_stat_count_t filler7[4];
	mi_stat_counter_t filler8[4];
	mi_stat_count_t malloc_bins[MI_BIN_HUGE + 1], page_bins[MI_BIN_HUGE + 1];
} mi_stats_t;

#endif
