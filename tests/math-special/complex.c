/* Special values of complex.h. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include "lines.h"

static const double values[] = {
	0.0, -0.0, 1, -1, 0.5, -2, 3, 1e-8, 30, -30, 800, 1e10, 1e155, -1e300, 1e-300, INFINITY, -INFINITY, NAN,
};

enum { COUNT = sizeof values / sizeof *values };

static void show(const char *name, long double x, long double y, long double complex result, int digits)
{
	long double real = creall(result), imaginary = cimagl(result);
	/* Signs that Annex G leaves open: of what stands beside a NaN, and of a zero whose angle is unknown. */
	if (isnan(real) || isnan(imaginary) || (real == 0 && imaginary == 0 && !isfinite(y))) {
		real = fabsl(real);
		imaginary = fabsl(imaginary);
	}
	char arguments[80] = "";
	if (lines_wanted)
		snprintf(arguments, sizeof arguments, "%Lg, %Lg", x, y);
	say(name, "(%s) = %.*Lg %.*Lg\n", arguments, digits, isnan(real) ? NAN : real, digits, isnan(imaginary) ? NAN : imaginary);
}

#define TYPE(name, type, suffix, make, digits)							\
	for (int i = 0; i < COUNT; i++)								\
		for (int j = 0; j < COUNT; j++) {						\
			volatile type x = values[i], y = values[j];				\
			/* Some are infinite in a float. */					\
			if (isinf(x) == isinf(values[i]) && isinf(y) == isinf(values[j]))	\
				show(#name #suffix, x, y, (name##suffix)(make(x, y)), digits);	\
		}

#define ALL(name)						\
	TYPE(name, float, f, CMPLXF, 4)				\
	TYPE(name, double, , CMPLX, 11)				\
	TYPE(name, long double, l, CMPLXL, 13)

void complex_functions(void)
{
	ALL(cexp) ALL(clog) ALL(csqrt) ALL(cabs) ALL(carg) ALL(cproj) ALL(conj)
	ALL(csin) ALL(ccos) ALL(ctan) ALL(csinh) ALL(ccosh) ALL(ctanh)
	ALL(casin) ALL(cacos) ALL(catan) ALL(casinh) ALL(cacosh) ALL(catanh)
}
