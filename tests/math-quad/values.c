/* Precision of long double: random arguments, and libquadmath's functions as the measure. The bounds are in units
 * of the last place. */
#include <float.h>
#include <math.h>
#include <quadmath.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* Evenly between `low` and `high`, with all 64 digits. */
static long double even(long double low, long double high)
{
	return low + (high - low) * (next_random() * 0x1p-64L);
}

/* From 2^low to 2^high, evenly by the exponent, with one sign or the other. */
static long double magnitude(int low, int high)
{
	long double x = ldexpl(even(1, 2), low + (int)(next_random() % (unsigned)(high - low)));
	return next_random() & 1 ? x : -x;
}

static double units(long double actual, __float128 wanted)
{
	/* Too large or too small for long double. */
	if (isnanq(wanted) || fabsq(wanted) > LDBL_MAX || (fabsq(wanted) < 0x1p-16381Q && wanted != 0))
		return 0;
	int exponent;
	frexpq(wanted, &exponent);
	return (double)fabsq((actual - wanted) / ldexpq(1, exponent - 64));
}

static int failures;

static void judge(const char *name, double worst, long double x, long double y, double bound)
{
	if (worst <= bound)
		return;
	failures++;
	fprintf(stderr, "%s(%.24Lg, %.24Lg) is %.2f units off, more than %.2f\n", name, x, y, worst, bound);
}

#define TWO(name, quad, x, y, bound)							\
	do {										\
		double worst = 0;							\
		long double worst_x = 0, worst_y = 0;					\
		for (int i = 0; i < 400; i++) {						\
			volatile long double first = x, second = y;			\
			double off = units(name(first, second), quad(first, second));	\
			if (!(off <= worst)) {						\
				worst = off;						\
				worst_x = first;					\
				worst_y = second;					\
			}								\
		}									\
		judge(#name, worst, worst_x, worst_y, bound);				\
	} while (0)

#define ONE(name, x, bound)								\
	do {										\
		long double call(long double a, long double b) { (void)b; return name##l(a); }		\
		__float128 quad(__float128 a, __float128 b) { (void)b; return name##q(a); }		\
		double worst = 0;							\
		long double worst_x = 0;						\
		for (int i = 0; i < 400; i++) {						\
			volatile long double argument = x;				\
			double off = units(call(argument, 0), quad(argument, 0));	\
			if (!(off <= worst)) {						\
				worst = off;						\
				worst_x = argument;					\
			}								\
		}									\
		judge(#name "l", worst, worst_x, 0, bound);				\
	} while (0)

int long_double(void)
{
	ONE(sin, even(-10, 10), 2);
	ONE(sin, magnitude(3, 16000), 2);
	ONE(cos, magnitude(-60, 16000), 2);
	ONE(tan, magnitude(-60, 16000), 2);
	ONE(asin, even(-1, 1), 2);
	ONE(acos, even(-1, 1), 2);
	ONE(atan, magnitude(-60, 60), 2);
	ONE(sinh, magnitude(-60, 13), 2);
	ONE(cosh, magnitude(-60, 13), 2);
	ONE(tanh, magnitude(-60, 6), 2);
	ONE(asinh, magnitude(-60, 16000), 2);
	ONE(acosh, fabsl(magnitude(0, 16000)), 2);
	ONE(atanh, even(-1, 1), 3);
	ONE(exp, even(-11300, 11300), 2);
	ONE(expm1, magnitude(-60, 13), 2);
	ONE(log, fabsl(magnitude(-16000, 16000)), 2);
	ONE(log, even(0.5L, 2), 2);
	ONE(log2, fabsl(magnitude(-16000, 16000)), 2);
	ONE(log10, fabsl(magnitude(-16000, 16000)), 2);
	ONE(log1p, fabsl(magnitude(-60, 16000)), 2);
	ONE(cbrt, magnitude(-16000, 16000), 2);
	ONE(sqrt, fabsl(magnitude(-16000, 16000)), 0.51);
	ONE(erf, magnitude(-60, 3), 2);
	ONE(erfc, even(-5, 100), 2);
	ONE(tgamma, even(0.5L, 1700), 8);
	ONE(lgamma, fabsl(magnitude(-60, 16000)), 2);
	TWO(powl, powq, fabsl(magnitude(-20, 20)), even(-700, 700), 2);
	TWO(powl, powq, even(0.9L, 1.1L), even(-50000, 50000), 2);
	TWO(atan2l, atan2q, magnitude(-60, 60), magnitude(-60, 60), 2);
	TWO(hypotl, hypotq, magnitude(-16000, 16000), magnitude(-16000, 16000), 2);
	TWO(fmodl, fmodq, magnitude(-30, 3000), magnitude(-30, 30), 0);
	return failures;
}
