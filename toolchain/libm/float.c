/* Functions of float by way of double, which is wide enough for exact results in between. Newlib's hypotf() is
 * one unit off in every tenth case, its erfcf() up to fifty for large arguments, and its remquof() has the
 * sign of some quotients wrong. */
#include <errno.h>
#include <math.h>

#define WEAK	__attribute__((weak))

WEAK float hypotf(float x, float y)
{
	if (isinf(x) || isinf(y))
		return INFINITY;
	/* The squares are exact, and their sum cannot overflow. */
	float result = (float)sqrt((double)x * x + (double)y * y);
	if (isinf(result))
		errno = ERANGE;
	return result;
}

WEAK float erfcf(float x)
{
	return (float)erfc(x);
}

WEAK float remquof(float x, float y, int *quotient)
{
	return (float)remquo(x, y, quotient);
}
