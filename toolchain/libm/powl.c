/* powl(): newlib's own is right between its limits; the special cases of C17 F.10.4.4, and what lies
 * outside of the limits, are decided here. The recipe calls newlib's `__core_powl`, and this function
 * `__libm_powl` (errno.c). */
#include <math.h>

long double __core_powl(long double, long double);
long double powl(long double x, long double y);

static const long double largest = 0x1.fffffffffffffffep16383L, least = 0x1p-16445L;

/* An integer that is odd: beyond 2^64 all are even. */
static int is_odd(long double y)
{
	return fabsl(y) < 0x1p64L && y == truncl(y) && fmodl(y, 2) != 0;
}

long double powl(long double x, long double y)
{
	if (x == 1 || y == 0)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	long double base = fabsl(x);
	if (isinf(y)) {
		if (base == 1)
			return 1;
		return (base > 1) == (y > 0) ? INFINITY : 0;
	}
	long double sign = signbit(x) && is_odd(y) ? -1 : 1;
	if (base == 0) {
		volatile long double zero = 0;
		return y < 0 ? sign / zero : sign * 0;
	}
	if (isinf(x))
		return y > 0 ? sign * INFINITY : sign * 0;
	if (x < 0 && y != truncl(y)) {
		volatile long double zero = 0;
		return zero / zero;
	}
	if (base == 1)
		return sign;
	/* Products that overflow and underflow, with the exceptions of both. */
	volatile long double extreme = largest, tiny = least;
	long double exponent;
	if (fabsl(y) > 0x1p80L)
		exponent = (base > 1) == (y > 0) ? INFINITY : -INFINITY;
	else
		exponent = y * log2l(base);
	if (exponent > 16385)
		return sign * extreme * extreme;
	if (exponent < -16447)
		return sign * tiny * tiny;
	/* Newlib takes the largest number for infinity. */
	if (base == largest)
		return sign * __core_powl(base / 2, y) * exp2l(y);
	return sign * __core_powl(base, y);
}
