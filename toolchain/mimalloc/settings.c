/* mimalloc's options as constants, and no statistics and messages: what is never read costs nothing.
 * The image is small, and a program's standard error is its own. */
#include <errno.h>
#include <hermit/memory.h>

static inline long setting(mi_option_t option) {
	switch (option) {
	/* Reserve address space a GiB at a time (in KiB); it is not charged until it is committed. */
	case mi_option_arena_reserve:
		return 1024L * 1024;
	/* Commit as blocks are handed out and not a 32 MiB segment at once: the kernel charges what is
	 * committed against RAM, so that too much gives ENOMEM. prim.c commits in larger steps where
	 * there is plenty. */
	case mi_option_eager_commit:
	case mi_option_arena_eager_commit:
		return 0;
	/* Freed memory stays committed for the heap until memory is scarce: see _mi_clock_now. */
	case mi_option_purge_delay:
	case mi_option_purge_decommits:
	case mi_option_purge_extend_delay:
		return 1;
	case mi_option_arena_purge_mult:
		return 10;
	/* In percent of the segments that ended threads left. */
	case mi_option_max_segment_reclaim:
		return 10;
	case mi_option_generic_collect:
		return 10000;
	case mi_option_use_numa_nodes:
		return 1;
	case mi_option_reserve_huge_os_pages_at:
		return -1;
	default:
		return 0;
	}
}

long mi_option_get(mi_option_t option) { return setting(option); }
long _mi_option_get_fast(mi_option_t option) { return setting(option); }
bool mi_option_is_enabled(mi_option_t option) { return setting(option) != 0; }

long mi_option_get_clamp(mi_option_t option, long min, long max) {
	long value = setting(option);
	return value < min ? min : value > max ? max : value;
}

size_t mi_option_get_size(mi_option_t option) {
	/* Only the reservation is asked for as a size, and it is in KiB. */
	return (size_t)setting(option) * MI_KiB;
}

void _mi_options_init(void) {}

/* Errors set errno as POSIX has malloc do. What mimalloc calls an overflow is, to the caller, memory
 * that cannot be had. */
void _mi_error_message(int err, const char *format, ...) {
	(void)format;
	errno = err == EOVERFLOW ? ENOMEM : err;
}

void _mi_message(const char *format, ...) { (void)format; }
void _mi_trace_message(const char *format, ...) { (void)format; }
void _mi_verbose_message(const char *format, ...) { (void)format; }
void _mi_warning_message(const char *format, ...) { (void)format; }
void _mi_fputs(mi_output_fun *out, void *arg, const char *prefix, const char *message) {
	(void)out, (void)arg, (void)prefix, (void)message;
}
void _mi_fprintf(mi_output_fun *out, void *arg, const char *format, ...) {
	(void)out, (void)arg, (void)format;
}

void _mi_stat_increase(mi_stat_count_t *stat, size_t amount) { (void)stat, (void)amount; }
void _mi_stat_decrease(mi_stat_count_t *stat, size_t amount) { (void)stat, (void)amount; }
void _mi_stat_adjust_decrease(mi_stat_count_t *stat, size_t amount) { (void)stat, (void)amount; }
void _mi_stat_counter_increase(mi_stat_counter_t *stat, size_t amount) { (void)stat, (void)amount; }
void _mi_stats_done(mi_stats_t *stats) { (void)stats; }
void _mi_stats_merge_thread(mi_tld_t *tld) { (void)tld; }
void mi_stats_reset(void) {}
void mi_stats_print(void *out) { (void)out; }

/* Times are only compared for purging, that is giving freed memory back to the kernel. Doing that by time
 * would interrupt the computation of other cores, which must drop their translations, for nothing. So the
 * clock stands still, and runs only while memory is scarce: then what is freed goes back soon. Apart from
 * that a malloc that finds no memory has all that is free purged and tries again, as do other calls that
 * need memory (the shim's mmap, pte's pthread_create). */
mi_msecs_t _mi_clock_now(void) {
	static _Atomic(mi_msecs_t) now;
	struct HermitMemInfo memory;
	if (sys_meminfo(&memory) == 0 && memory.commit_limit - memory.committed < memory.commit_limit / 16)
		return atomic_fetch_add_explicit(&now, 1000, memory_order_relaxed) + 1000;
	return atomic_load_explicit(&now, memory_order_relaxed);
}
mi_msecs_t _mi_clock_start(void) { return 0; }
mi_msecs_t _mi_clock_end(mi_msecs_t start) { (void)start; return 0; }
