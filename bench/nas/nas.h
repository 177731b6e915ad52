/* What the NAS kernels share: problem classes, the random numbers of the specification (NAS report
 * RNR-94-007, section 2.3), time, and the verdict.
 *
 *     KERNEL … CLASS      one of S, W, A
 *
 * A kernel that verified says on stdout, in milliseconds and in bench/guest/measure.h's format,
 *
 *     = NAME, class CLASS<tab>TIME
 *
 * and ends with 0. One that did not says on stderr what it got and what it wanted, and ends with 1. */
#ifndef NAS_H
#define NAS_H

#include <stdint.h>

/* The multiplier 5^13 and the seed of all kernels but EP. */
#define NAS_MULTIPLIER 1220703125ULL
#define NAS_SEED 314159265ULL

/* x_(k+1) = a x_k mod 2^46: the low 46 bits of a product of 64 bits. */
static inline uint64_t nas_step(uint64_t x, uint64_t a)
{
	return x * a & ((1ULL << 46) - 1);
}

/* The random number of a state, in (0, 1). */
static inline double nas_fraction(uint64_t x)
{
	return (double)(int64_t)x * 0x1p-46;
}

/* The next random number. */
static inline double nas_random(uint64_t *x)
{
	*x = nas_step(*x, NAS_MULTIPLIER);
	return nas_fraction(*x);
}

/* The state `count` steps after `x`. */
uint64_t nas_skip(uint64_t x, uint64_t count);

/* The place in "SWA" of the class, the last argument; anything else there ends the program with 2. */
int nas_class(int argc, char **argv);

/* Seconds of the monotonic clock. */
double nas_seconds(void);

/* Whether two values agree to a relative error; if not, both are shown on stderr. */
int nas_agrees(const char *what, double got, double wanted, double error);

/* Says the result; returns the exit status. */
int nas_report(const char *name, int class, int verified, double seconds);

#endif
