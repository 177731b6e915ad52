/* What math_errhandling promises (C17 7.12.1): errno is EDOM for arguments outside of a function's domain,
 * ERANGE at a pole and for a result that overflows.
 *
 * The functions of libm.a that leave errno alone, or set it wrongly, are called `__libm_NAME` there: the
 * recipe renames what this file calls so. In each of these functions, all arguments but NaN have a result
 * that is no NaN, or they are outside of the domain; and a result is infinite for an infinite argument, or
 * because of a pole or an overflow. */
#include <errno.h>
#include <limits.h>
#include <math.h>

#define WEAK	__attribute__((weak))
#define SLOW	__attribute__((noinline, cold))

/* `arguments`: the sum of the arguments' absolute values; a NaN if one of them is one, else infinite if one
 * of them is or they are large. */
static SLOW void problem(long double result, long double arguments)
{
	if (isnan(result)) {
		if (!isnan(arguments))
			errno = EDOM;
	} else if (isfinite(arguments)) {
		errno = ERANGE;
	}
}

/* In long double a sum of two is not finite for finite ones near the largest. */
static long double sum(long double x, long double y)
{
	return x / 4 + y / 4;
}

#define ONE(name, type, suffix)							\
	type __libm_##name##suffix(type);					\
	WEAK type name##suffix(type x)						\
	{									\
		type result = __libm_##name##suffix(x);				\
		if (__builtin_expect(!isfinite(result), 0))			\
			problem(result, fabsl(x));				\
		return result;							\
	}

#define TWO(name, type, second, suffix)						\
	type __libm_##name##suffix(type, second);				\
	WEAK type name##suffix(type x, second y)				\
	{									\
		type result = __libm_##name##suffix(x, y);			\
		if (__builtin_expect(!isfinite(result), 0))			\
			problem(result, sum(fabsl(x), fabsl(y)));		\
		return result;							\
	}

/* The second argument only says how, or where to. */
#define WITH(name, type, second, suffix)					\
	type __libm_##name(type, second);					\
	WEAK type name(type x, second y)					\
	{									\
		type result = __libm_##name(x, y);				\
		if (__builtin_expect(!isfinite(result), 0))			\
			problem(result, fabsl(x));				\
		return result;							\
	}

#define ONES(name)								\
	ONE(name, float, f)							\
	ONE(name, double, )							\
	ONE(name, long double, l)
#define TWOS(name)								\
	TWO(name, float, float, f)						\
	TWO(name, double, double, )						\
	TWO(name, long double, long double, l)

ONES(atanh)
ONES(lgamma)
ONES(tan)
ONES(tgamma)
ONE(acos, double, )
ONE(acos, long double, l)
ONE(acosh, long double, l)
ONE(asin, double, )
ONE(asin, long double, l)
ONE(cos, double, )
ONE(cos, long double, l)
ONE(cosh, long double, l)
ONE(exp, long double, l)
ONE(exp2, long double, l)
ONE(expm1, long double, l)
ONE(log, long double, l)
ONE(log10, long double, l)
ONE(log1p, long double, l)
ONE(log2, long double, l)
ONE(sin, double, )
ONE(sin, long double, l)
ONE(sinh, long double, l)
ONE(sqrt, long double, l)
ONE(y0, double, )
ONE(y1, double, )

TWOS(fdim)
TWOS(fmod)
TWO(hypot, long double, long double, l)
TWO(pow, long double, long double, l)

WITH(ldexp, double, int, )
WITH(ldexpl, long double, int, )
WITH(scalbn, double, int, )
WITH(scalbnf, float, int, )
WITH(scalbnl, long double, int, )
WITH(scalbln, double, long, )
WITH(scalblnf, float, long, )
WITH(scalblnl, long double, long, )
WITH(lgamma_r, double, int *, )
WITH(lgammaf_r, float, int *, )
WITH(lgammal_r, long double, int *, )

/* From the largest number on, towards infinity. */
#define NEXT(name, type, second)						\
	type __libm_##name(type, second);					\
	WEAK type name(type x, second y)					\
	{									\
		type result = __libm_##name(x, y);				\
		if (__builtin_expect(isinf(result), 0) && isfinite(x))		\
			errno = ERANGE;						\
		return result;							\
	}

NEXT(nextafterf, float, float)
NEXT(nextafter, double, double)
NEXT(nextafterl, long double, long double)
NEXT(nexttowardf, float, long double)
NEXT(nexttoward, double, long double)
NEXT(nexttowardl, long double, long double)

/* Newlib's takes a NaN by 0 for an error. */
#define REMAINDER(name, type)							\
	type __libm_##name(type, type);						\
	WEAK type name(type x, type y)						\
	{									\
		if (isnan(x) || isnan(y))					\
			return x + y;						\
		type result = __libm_##name(x, y);				\
		if (__builtin_expect(isnan(result), 0))				\
			errno = EDOM;						\
		return result;							\
	}

REMAINDER(remainderf, float)
REMAINDER(remainder, double)
REMAINDER(remainderl, long double)

/* musl's numbers for the cases without a logarithm are not those of our math.h. */
#define ILOGB(name, type)							\
	int __libm_##name(type);						\
	WEAK int name(type x)							\
	{									\
		int result = __libm_##name(x);					\
		if (x != 0 && isfinite(x))					\
			return result;						\
		errno = EDOM;							\
		return x == 0 ? FP_ILOGB0 : isnan(x) ? FP_ILOGBNAN : INT_MAX;	\
	}

ILOGB(ilogbf, float)
ILOGB(ilogb, double)
ILOGB(ilogbl, long double)

void __libm_sincos(double, double *, double *);

WEAK void sincos(double x, double *sine, double *cosine)
{
	__libm_sincos(x, sine, cosine);
	if (__builtin_expect(isnan(*sine), 0))
		problem(*sine, fabsl(x));
}

double __libm_yn(int, double);

WEAK double yn(int n, double x)
{
	double result = __libm_yn(n, x);
	if (__builtin_expect(!isfinite(result), 0))
		problem(result, fabsl(x));
	return result;
}
