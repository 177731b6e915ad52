/* hypot() (C17 7.12.7.3), which abs() of complex numbers calls.
 *
 * The root is corrected by what squaring it shows: C. F. Borges, "An Improved Algorithm for hypot(a,b)", 2019
 * (arXiv 1904.09481), without fused multiplication. */
#include <errno.h>
#include <math.h>

/* Neither square overflows, or loses what counts by underflow. */
static double root(double large, double small)
{
	double h = sqrt(large * large + small * small), excess;
	/* h^2 - large^2 - small^2, in terms without rounding where it matters. */
	if (h <= 2 * small) {
		double over = h - small;
		excess = large * (2 * over - large) + (over - 2 * (large - small)) * over;
	} else {
		double over = h - large;
		excess = 2 * over * (large - 2 * small) + (4 * over - small) * small + over * over;
	}
	return h - excess / (2 * h);
}

double __attribute__((weak)) hypot(double x, double y)
{
	double large = fabs(x), small = fabs(y);
	if (isless(large, small)) {
		double other = large;
		large = small;
		small = other;
	}
	if (__builtin_expect(isless(large, 0x1p500) && isgreater(small, 0x1p-450), 1))
		return root(large, small);
	if (isinf(x) || isinf(y))
		return INFINITY;
	if (isnan(x) || isnan(y))
		return x + y;
	if (small <= large * 0x1p-54)
		return large + small;
	double scale = large > 1 ? 0x1p-600 : 0x1p600;
	double result = root(large * scale, small * scale) / scale;
	if (isinf(result))
		errno = ERANGE;
	return result;
}
