/* The complex functions of long double (C17 7.3), which newlib 4.5.0 lacks or has without the special cases of
 * C17 Annex G.
 *
 * Each is the textbook formula on the real functions, arranged so that large arguments do not overflow
 * on the way and branch cuts follow the sign of zero. They are weak: a program may have its own. The inverse
 * functions are in complex-inverse.c. */
#include <complex.h>
#include <math.h>

#define WEAK __attribute__((weak))

WEAK long double cargl(long double complex z) {
	return atan2l(cimagl(z), creall(z));
}

WEAK long double complex cprojl(long double complex z) {
	if (isinf(creall(z)) || isinf(cimagl(z)))
		return CMPLXL(INFINITY, copysignl(0, cimagl(z)));
	return z;
}

WEAK long double complex clogl(long double complex z) {
	long double x = fabsl(creall(z)), y = fabsl(cimagl(z)), angle = cargl(z);
	if (x < y) {
		long double t = x;
		x = y, y = t;
	}
	/* Near the unit circle the logarithm is small, and its argument's distance from 1 is what counts. */
	if (x > 0.5L && x < 2 && y < 2)
		return CMPLXL(log1pl((x - 1) * (x + 1) + y * y) / 2, angle);
	/* The absolute value itself could overflow, or be denormal. */
	if (isfinite(x) && (x > 0x1p16000L || (x < 0x1p-16000L && x > 0)))
		return CMPLXL(logl(hypotl(scalbnl(x, x > 1 ? -2 : 400), scalbnl(y, x > 1 ? -2 : 400))) +
			(x > 1 ? 2 : -400) * 0.6931471805599453094172321214581765681L, angle);
	return CMPLXL(logl(hypotl(x, y)), angle);
}

/* e^x times cos y and sin y; where e^x alone would overflow, in two steps. */
static long double complex scaled(long double x, long double cosine, long double sine) {
	if (x > 11356) {
		long double half = expl(x / 2);
		return CMPLXL(half * cosine * half, half * sine * half);
	}
	long double e = expl(x);
	return CMPLXL(e * cosine, e * sine);
}

WEAK long double complex cexpl(long double complex z) {
	long double x = creall(z), y = cimagl(z);
	if (y == 0)
		return CMPLXL(expl(x), y);
	if (isinf(x) && !isfinite(y)) {
		/* C17 G.6.3.1: 0 with any signs, or infinity with a NaN. */
		return x < 0 ? CMPLXL(0, 0) : CMPLXL(INFINITY, NAN);
	}
	return scaled(x, cosl(y), sinl(y));
}

WEAK long double complex csqrtl(long double complex z) {
	long double x = creall(z), y = cimagl(z);
	if (x == 0 && y == 0)
		return CMPLXL(0, y);
	if (isinf(y))
		return CMPLXL(INFINITY, y);
	if (isnan(x))
		return CMPLXL(x, x);
	if (isinf(x)) {
		if (x > 0)
			return CMPLXL(x, isnan(y) ? y : copysignl(0, y));
		return CMPLXL(isnan(y) ? y : 0, copysignl(INFINITY, y));
	}
	/* A quarter of the argument, twice the result: the sum below does not overflow. */
	int large = fabsl(x) > 0x1p16380L || fabsl(y) > 0x1p16380L;
	if (large)
		x /= 4, y /= 4;
	long double root = sqrtl((fabsl(x) + hypotl(x, y)) / 2);
	long double other = fabsl(y) / (2 * root);
	long double re = x >= 0 ? root : other, im = x >= 0 ? other : root;
	if (large)
		re *= 2, im *= 2;
	return CMPLXL(re, copysignl(im, y));
}

WEAK long double complex cpowl(long double complex base, long double complex power) {
	if (base == 0) {
		if (power == 0)
			return 1;
		if (creall(power) > 0)
			return 0;
	}
	return cexpl(power * clogl(base));
}

/* cosh x and sinh x times a factor, past the point where they overflow alone. */
static long double cosh_times(long double x, long double factor) {
	if (fabsl(x) <= 11356)
		return coshl(x) * factor;
	long double half = expl(fabsl(x) / 2);
	return half / 2 * factor * half;
}

static long double sinh_times(long double x, long double factor) {
	if (fabsl(x) <= 11356)
		return sinhl(x) * factor;
	return copysignl(1, x) * cosh_times(x, factor);
}

WEAK long double complex ccoshl(long double complex z) {
	long double x = creall(z), y = cimagl(z);
	if (!isfinite(y) && (x == 0 || !isfinite(x)))
		return x == 0 ? CMPLXL(y - y, 0) : CMPLXL(x * x, y - y);
	if (y == 0)
		return CMPLXL(coshl(x), copysignl(1, x) * y);
	if (x == 0)
		return CMPLXL(cosl(y), copysignl(0, x) * sinl(y));
	return CMPLXL(cosh_times(x, cosl(y)), sinh_times(x, sinl(y)));
}

WEAK long double complex csinhl(long double complex z) {
	long double x = creall(z), y = cimagl(z);
	if (!isfinite(y) && (x == 0 || !isfinite(x)))
		return CMPLXL(x, y - y);
	if (y == 0)
		return CMPLXL(sinhl(x), y);
	if (x == 0)
		return CMPLXL(x * cosl(y), sinl(y));
	return CMPLXL(sinh_times(x, cosl(y)), cosh_times(x, sinl(y)));
}

/* W. Kahan, "Branch Cuts for Complex Elementary Functions", 1987: no cancellation near the poles. */
WEAK long double complex ctanhl(long double complex z) {
	long double x = creall(z), y = cimagl(z);
	if (isinf(x))
		return CMPLXL(copysignl(1, x), copysignl(0, isfinite(y) ? sinl(2 * y) : y));
	if (!isfinite(y))
		return CMPLXL(x == 0 ? x : y - y, y - y);
	if (y == 0)
		return CMPLXL(tanhl(x), y);
	if (fabsl(x) > 25)
		return CMPLXL(copysignl(1, x), 4 * sinl(y) * cosl(y) * expl(-2 * fabsl(x)));
	long double t = tanl(y), s = sinhl(x);
	long double beta = 1 + t * t, rho = sqrtl(1 + s * s);
	if (isinf(t))
		return CMPLXL(rho / s, 1 / t);
	long double denominator = 1 + beta * s * s;
	return CMPLXL(beta * rho * s / denominator, t / denominator);
}

/* cos z = cosh iz, sin z = -i sinh iz, tan z = -i tanh iz, atan z = -i atanh iz. */
static long double complex times_i(long double complex z) {
	return CMPLXL(-cimagl(z), creall(z));
}

static long double complex over_i(long double complex z) {
	return CMPLXL(cimagl(z), -creall(z));
}

WEAK long double complex ccosl(long double complex z) { return ccoshl(times_i(z)); }
WEAK long double complex csinl(long double complex z) { return over_i(csinhl(times_i(z))); }
WEAK long double complex ctanl(long double complex z) { return over_i(ctanhl(times_i(z))); }
