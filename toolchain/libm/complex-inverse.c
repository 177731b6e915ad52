/* The inverse trigonometric and hyperbolic functions of complex.h (C17 7.3.5, 7.3.6), and clog(), in all three
 * types; newlib's lack the special cases of C17 Annex G, overflow for arguments beyond a square root's reach, and
 * lose all digits near their branch points.
 *
 * The formulas are W. Kahan's, "Branch Cuts for Complex Elementary Functions", 1987. Those of float and double
 * go by way of long double, whose exponents leave nothing to overflow. */
#include <complex.h>
#include <math.h>

#define WEAK	__attribute__((weak))

#define PI	3.141592653589793238462643383279502884L
#define LN2	0.6931471805599453094172321214581765681L

/* Beyond this, 1 is nothing beside the square. */
#define LARGE	0x1p70L

static int is_large(long double x, long double y)
{
	return fabsl(x) > LARGE || fabsl(y) > LARGE;
}

/* log |2z|, where that may overflow. */
static long double log_twice(long double x, long double y)
{
	return logl(hypotl(x / 2, y / 2)) + 2 * LN2;
}

static long double complex asinh_(long double x, long double y)
{
	if (isnan(x) || isnan(y)) {
		if (isinf(x) || isinf(y))
			return CMPLXL(isinf(x) ? x : y * y, NAN);
		return CMPLXL(x + y, y == 0 ? y : x + y);
	}
	if (isinf(x))
		return CMPLXL(x, copysignl(isinf(y) ? PI / 4 : 0, y));
	if (isinf(y))
		return CMPLXL(copysignl(INFINITY, x), copysignl(PI / 2, y));
	if (is_large(x, y))
		return CMPLXL(copysignl(log_twice(x, y), x), atan2l(y, fabsl(x)));
	/* The arc sine of -y + ix, turned back. */
	long double complex plus = csqrtl(CMPLXL(1 - y, x)), minus = csqrtl(CMPLXL(1 + y, -x));
	long double real = creall(plus) * creall(minus) - cimagl(plus) * cimagl(minus);
	long double imaginary = creall(minus) * cimagl(plus) - cimagl(minus) * creall(plus);
	return CMPLXL(asinhl(imaginary), copysignl(atan2l(fabsl(y), real), y));
}

static long double complex acos_(long double x, long double y)
{
	if (isnan(x) || isnan(y)) {
		if (isinf(x) || isinf(y))
			return CMPLXL(NAN, isinf(y) ? -y : x);
		return CMPLXL(x == 0 ? PI / 2 : x + y, x + y);
	}
	if (isinf(x) || isinf(y)) {
		long double angle = isinf(y) ? PI / 2 : x < 0 ? PI : 0;
		if (isinf(x) && isinf(y))
			angle = x < 0 ? 3 * PI / 4 : PI / 4;
		return CMPLXL(angle, -copysignl(INFINITY, y));
	}
	if (is_large(x, y))
		return CMPLXL(atan2l(fabsl(y), x), -copysignl(log_twice(x, y), y));
	long double complex plus = csqrtl(CMPLXL(1 + x, y)), minus = csqrtl(CMPLXL(1 - x, -y));
	long double imaginary = creall(plus) * cimagl(minus) - cimagl(plus) * creall(minus);
	return CMPLXL(2 * atan2l(creall(minus), creall(plus)), copysignl(asinhl(fabsl(imaginary)), -y));
}

static long double complex acosh_(long double x, long double y)
{
	long double complex arc = acos_(x, y);
	return CMPLXL(fabsl(cimagl(arc)), copysignl(creall(arc), y));
}

static long double complex atanh_(long double x, long double y)
{
	long double size = fabsl(x);
	if (isinf(y) || (isinf(x) && !isnan(y)))
		return CMPLXL(copysignl(0, x), copysignl(PI / 2, y));
	if (isnan(x) || isnan(y))
		return CMPLXL(x == 0 || isinf(x) ? copysignl(0, x) : x + y, x + y);
	if (is_large(x, y)) {
		/* x / (x^2 + y^2) */
		long double distance = hypotl(x / 2, y / 2);
		return CMPLXL(x / distance / distance / 4, copysignl(PI / 2, y));
	}
	long double real;
	if (size != 1 || fabsl(y) > 1)
		real = log1pl(4 * size / ((1 - size) * (1 - size) + y * y)) / 4;
	else if (y != 0)
		real = (logl(hypotl(2, y)) - logl(fabsl(y))) / 2;
	else
		real = 1 / fabsl(y);
	return CMPLXL(copysignl(real, x), atan2l(2 * y, (1 - x) * (1 + x) - y * y) / 2);
}

/* asin z = -i asinh iz, and so on. */
static long double complex asin_(long double x, long double y)
{
	long double complex turned = asinh_(-y, x);
	return CMPLXL(cimagl(turned), -creall(turned));
}

static long double complex atan_(long double x, long double y)
{
	long double complex turned = atanh_(-y, x);
	return CMPLXL(cimagl(turned), -creall(turned));
}

#define ALL(name)										\
	WEAK long double complex c##name##l(long double complex z)				\
	{											\
		return name##_(creall(z), cimagl(z));						\
	}											\
	WEAK double complex c##name(double complex z)						\
	{											\
		return name##_(creal(z), cimag(z));						\
	}											\
	WEAK float complex c##name##f(float complex z)						\
	{											\
		return name##_(crealf(z), cimagf(z));						\
	}

ALL(asin)
ALL(acos)
ALL(atan)
ALL(asinh)
ALL(acosh)
ALL(atanh)

WEAK double complex clog(double complex z)
{
	return clogl(z);
}

WEAK float complex clogf(float complex z)
{
	return clogl(z);
}
