/* The clock of the measuring examples: the time-stamp counter, read so that nothing measured
 * drifts past it (Intel SDM, RDTSC), and its rate against CLOCK_MONOTONIC. Under
 * `hermit-run --icount` a tick is one instruction. */
#ifndef TICKS_H
#define TICKS_H

#include <stdint.h>
#include <time.h>

static inline uint64_t ticks(void)
{
	uint32_t low, high;
	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* The average of `rounds` runs of `statement`, in ticks; the loop's own cost is in it. */
#define TICKS_PER(rounds, statement)                                                                \
	({                                                                                          \
		uint64_t start_ = ticks();                                                          \
		for (long round_ = 0; round_ < (rounds); round_++) {                                \
			statement;                                                                  \
		}                                                                                   \
		(double)(ticks() - start_) / (rounds);                                              \
	})

/* Ticks in a nanosecond, measured over a fifth of a second. */
__attribute__((unused)) static double ticks_per_nanosecond(void)
{
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	uint64_t start = ticks();
	double elapsed;
	do {
		clock_gettime(CLOCK_MONOTONIC, &to);
		elapsed = (to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec);
	} while (elapsed < 2e8);
	return (ticks() - start) / elapsed;
}

#endif
