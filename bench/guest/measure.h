/* Measuring, the same on Hermit and Linux.
 *
 * argv[1] is the unit: `icount`, where the time-stamp counter counts executed instructions (one
 * core, QEMU's -icount shift=0), or `ns`, the monotonic clock. Each measure is one line on stdout:
 *
 *     = NAME<tab>VALUE
 *
 * VALUE is the cost of one operation, an empty loop's cost taken off; the least of several
 * repetitions, since whatever disturbs makes it larger. */
#ifndef MEASURE_H
#define MEASURE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int measure_icount;

static inline uint64_t measure_now(void)
{
	if (measure_icount) {
		uint32_t low, high;
		__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
		return (uint64_t)high << 32 | low;
	}
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static inline void measure_begin(int argc, char **argv)
{
	measure_icount = argc > 1 && strcmp(argv[1], "icount") == 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
}

__attribute__((unused)) static void measure_report(const char *name, double value)
{
	printf("= %s\t%.1f\n", name, value);
}

/* How often the whole is repeated. */
#define REPETITIONS (measure_icount ? 3 : 15)

/* The least cost of one of `rounds` runs of `statement`. */
#define MEASURE_LOOP(rounds, statement)                                                             \
	({                                                                                          \
		double least_ = 1e300;                                                              \
		for (int repetition_ = 0; repetition_ < REPETITIONS; repetition_++) {               \
			uint64_t start_ = measure_now();                                            \
			for (long round_ = 0; round_ < (rounds); round_++) {                        \
				statement;                                                          \
				__asm__ volatile("" : : : "memory");                                \
			}                                                                           \
			double cost_ = (double)(measure_now() - start_) / (rounds);                 \
			least_ = cost_ < least_ ? cost_ : least_;                                   \
		}                                                                                   \
		least_;                                                                             \
	})

#define MEASURE(name, rounds, statement)                                                            \
	do {                                                                                        \
		double empty_ = MEASURE_LOOP(rounds, (void)0);                                      \
		double value_ = MEASURE_LOOP(rounds, statement) - empty_;                           \
		measure_report(name, value_ > 0 ? value_ : 0);                                      \
	} while (0)

#endif
