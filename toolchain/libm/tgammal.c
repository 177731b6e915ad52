/* tgammal(): newlib's own is right between its limits; the special cases of C17 F.10.5.4 are decided here. The
 * recipe calls newlib's `__core_tgammal`, and this function `__libm_tgammal` (errno.c). */
#include <math.h>

long double __core_tgammal(long double);
long double tgammal(long double x);

long double tgammal(long double x)
{
	volatile long double zero = 0, largest = 0x1.fffffffffffffffep16383L, least = 0x1p-16445L;
	if (isnan(x) || x == INFINITY)
		return x + x;
	if (x == 0)
		return copysignl(1, x) / zero;
	if (x < 0 && x == floorl(x))
		return zero / zero;
	if (x > 1756)
		return largest * largest;
	/* Between two integers, of which the lower one decides the sign. */
	if (x < -1766)
		return (fmodl(floorl(x), 2) != 0 ? -least : least) * least;
	return __core_tgammal(x);
}
