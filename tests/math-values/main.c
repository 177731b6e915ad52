/* Precision of math.h: random arguments, and the next wider type's function as the measure of what a float or
 * double should have been. The bounds are in units of the last place, and hold for the host's library too. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include "check.h"

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* Evenly between `low` and `high`. */
static double even(double low, double high)
{
	return low + (high - low) * ((next_random() >> 11) * 0x1p-53);
}

/* From 2^low to 2^high, evenly by the exponent. */
static double magnitude(double low, double high)
{
	return ldexp(even(1, 2), (int)floor(even(low, high)));
}

/* Units in the last place of a type with so many digits and such a least exponent. */
static double units(long double actual, long double wanted, int digits, int least)
{
	if (isnan(wanted) || isinf(wanted))
		return isnan(wanted) == isnan(actual) && (isnan(wanted) || actual == wanted) ? 0 : INFINITY;
	int exponent;
	frexpl(wanted, &exponent);
	if (exponent < least)
		exponent = least;
	return (double)fabsl((actual - wanted) / ldexpl(1, exponent - digits));
}

struct worst {
	double units;
	long double x, y;
};

static void note(struct worst *worst, double units, long double x, long double y)
{
	if (!(units <= worst->units)) {
		worst->units = units;
		worst->x = x;
		worst->y = y;
	}
}

static void judge(const char *name, struct worst worst, double bound)
{
	check_count++;
	if (!(worst.units <= bound)) {
		check_failures++;
		fprintf(stderr, "%s(%.21Lg, %.21Lg) is %.2f units off, more than %.2f\n", name, worst.x, worst.y, worst.units, bound);
	}
}

#define ROUNDS	1500

/* `x` is an expression for a random argument, the bounds are for float and double. */
#define ONE(name, x, for_float, for_double)							\
	do {											\
		struct worst single = { 0 }, twice = { 0 };					\
		for (int i = 0; i < ROUNDS; i++) {						\
			volatile double argument = x;						\
			volatile float small = (float)argument;					\
			if (isfinite(small)) {							\
				long double wanted = (name)((double)small);			\
				if (fabsl(wanted) <= FLT_MAX)					\
					note(&single, units((name##f)(small), wanted, 24, -125), small, 0);	\
			}									\
			long double wanted = (name##l)((long double)argument);			\
			if (fabsl(wanted) <= DBL_MAX)						\
				note(&twice, units((name)(argument), wanted, 53, -1021), argument, 0);	\
		}										\
		judge(#name "f", single, for_float);						\
		judge(#name, twice, for_double);						\
	} while (0)

#define TWO(name, x, y, for_float, for_double)							\
	do {											\
		struct worst single = { 0 }, twice = { 0 };					\
		for (int i = 0; i < ROUNDS; i++) {						\
			volatile double first = x, second = y;					\
			volatile float a = (float)first, b = (float)second;			\
			if (isfinite(a) && isfinite(b)) {					\
				long double wanted = (name)((double)a, (double)b);		\
				if (fabsl(wanted) <= FLT_MAX)					\
					note(&single, units((name##f)(a, b), wanted, 24, -125), a, b);	\
			}									\
			long double wanted = (name##l)((long double)first, (long double)second);	\
			if (fabsl(wanted) <= DBL_MAX)						\
				note(&twice, units((name)(first, second), wanted, 53, -1021), first, second);	\
		}										\
		judge(#name "f", single, for_float);						\
		judge(#name, twice, for_double);						\
	} while (0)

/* With one sign or the other. */
static double either(double x)
{
	return next_random() & 1 ? x : -x;
}

int main(void)
{
	ONE(sin, even(-10, 10), 2, 2);
	ONE(sin, either(magnitude(10, 1000)), 2, 2);
	ONE(cos, even(-10, 10), 2, 2);
	ONE(cos, either(magnitude(10, 1000)), 2, 2);
	ONE(tan, even(-10, 10), 2, 2);
	ONE(tan, either(magnitude(-60, 1000)), 2, 2);
	ONE(asin, even(-1, 1), 2, 2);
	ONE(acos, even(-1, 1), 2, 2);
	ONE(atan, either(magnitude(-30, 60)), 2, 2);
	ONE(sinh, either(magnitude(-30, 9)), 2, 2);
	ONE(cosh, either(magnitude(-30, 9)), 2, 2);
	ONE(tanh, either(magnitude(-30, 6)), 2, 2);
	ONE(asinh, either(magnitude(-30, 1000)), 2, 2);
	ONE(acosh, magnitude(0, 1000), 2, 2);
	ONE(atanh, even(-1, 1), 2, 2);
	ONE(exp, even(-750, 710), 1, 0.6);
	ONE(exp2, even(-1080, 1024), 1, 0.6);
	ONE(expm1, either(magnitude(-60, 9)), 2, 2);
	ONE(log, magnitude(-1070, 1020), 1, 0.6);
	ONE(log, even(0.5, 2), 1, 0.6);
	ONE(log2, magnitude(-1070, 1020), 1, 0.6);
	ONE(log2, even(0.5, 2), 1, 0.6);
	ONE(log10, magnitude(-1070, 1020), 2, 2);
	ONE(log10, even(0.5, 2), 2, 2);
	ONE(log1p, magnitude(-60, 1000), 2, 2);
	ONE(log1p, even(-1, 1), 2, 2);
	ONE(cbrt, either(magnitude(-1070, 1020)), 3, 3);
	ONE(sqrt, magnitude(-1070, 1020), 0.5, 0.5);
	ONE(erf, either(magnitude(-60, 3)), 2, 2);
	ONE(erfc, even(-6, 27), 3, 3);
	ONE(tgamma, even(0.5, 170), 8, 8);
	ONE(tgamma, even(-30, 0.5), 8, 8);
	ONE(lgamma, magnitude(-60, 1000), 2, 2);
	ONE(floor, either(magnitude(-3, 60)), 0, 0);
	ONE(rint, either(magnitude(-3, 60)), 0, 0);
	ONE(round, either(magnitude(-3, 60)), 0, 0);
	TWO(pow, magnitude(-20, 20), even(-50, 50), 1, 0.6);
	TWO(pow, even(0.9, 1.1), even(-5000, 5000), 1, 0.6);
	TWO(atan2, either(magnitude(-60, 60)), either(magnitude(-60, 60)), 2, 2);
	TWO(hypot, magnitude(-20, 20), magnitude(-20, 20), 2, 1);
	TWO(hypot, magnitude(-1000, 1000), magnitude(-1000, 1000), 2, 1);
	TWO(fmod, either(magnitude(-30, 200)), magnitude(-30, 30), 0, 0);
	TWO(remainder, either(magnitude(-30, 200)), magnitude(-30, 30), 0, 0);
	return check_done();
}
