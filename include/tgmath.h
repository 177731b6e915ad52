/* Functions by the type of their arguments (C99), by GCC's own means. newlib's macros take a long double for a
 * float. */
#ifndef _TGMATH_H
#define _TGMATH_H
#include <math.h>
#include <complex.h>

#ifdef __cplusplus
#error "<tgmath.h> is for C: <cmath> and <complex> overload their functions"
#endif

#define __tg_real(fn, ...)	__builtin_tgmath(fn##f, fn, fn##l, __VA_ARGS__)
#define __tg_full(fn, ...)	__builtin_tgmath(fn##f, fn, fn##l, c##fn##f, c##fn, c##fn##l, __VA_ARGS__)
#define __tg_complex(fn, x)	__builtin_tgmath(fn##f, fn, fn##l, x)

#define acos(x)		__tg_full(acos, x)
#define asin(x)		__tg_full(asin, x)
#define atan(x)		__tg_full(atan, x)
#define acosh(x)	__tg_full(acosh, x)
#define asinh(x)	__tg_full(asinh, x)
#define atanh(x)	__tg_full(atanh, x)
#define cos(x)		__tg_full(cos, x)
#define sin(x)		__tg_full(sin, x)
#define tan(x)		__tg_full(tan, x)
#define cosh(x)		__tg_full(cosh, x)
#define sinh(x)		__tg_full(sinh, x)
#define tanh(x)		__tg_full(tanh, x)
#define exp(x)		__tg_full(exp, x)
#define log(x)		__tg_full(log, x)
#define pow(x, y)	__tg_full(pow, x, y)
#define sqrt(x)		__tg_full(sqrt, x)
#define fabs(x)		__builtin_tgmath(fabsf, fabs, fabsl, cabsf, cabs, cabsl, x)

#define atan2(x, y)	__tg_real(atan2, x, y)
#define cbrt(x)		__tg_real(cbrt, x)
#define ceil(x)		__tg_real(ceil, x)
#define copysign(x, y)	__tg_real(copysign, x, y)
#define erf(x)		__tg_real(erf, x)
#define erfc(x)		__tg_real(erfc, x)
#define exp2(x)		__tg_real(exp2, x)
#define expm1(x)	__tg_real(expm1, x)
#define fdim(x, y)	__tg_real(fdim, x, y)
#define floor(x)	__tg_real(floor, x)
#define fma(x, y, z)	__tg_real(fma, x, y, z)
#define fmax(x, y)	__tg_real(fmax, x, y)
#define fmin(x, y)	__tg_real(fmin, x, y)
#define fmod(x, y)	__tg_real(fmod, x, y)
#define frexp(x, y)	__tg_real(frexp, x, y)
#define hypot(x, y)	__tg_real(hypot, x, y)
#define ilogb(x)	__tg_real(ilogb, x)
#define ldexp(x, y)	__tg_real(ldexp, x, y)
#define lgamma(x)	__tg_real(lgamma, x)
#define llrint(x)	__tg_real(llrint, x)
#define llround(x)	__tg_real(llround, x)
#define log10(x)	__tg_real(log10, x)
#define log1p(x)	__tg_real(log1p, x)
#define log2(x)		__tg_real(log2, x)
#define logb(x)		__tg_real(logb, x)
#define lrint(x)	__tg_real(lrint, x)
#define lround(x)	__tg_real(lround, x)
#define nearbyint(x)	__tg_real(nearbyint, x)
#define nextafter(x, y)	__tg_real(nextafter, x, y)
#define nexttoward(x, y)	__tg_real(nexttoward, x, y)
#define remainder(x, y)	__tg_real(remainder, x, y)
#define remquo(x, y, z)	__tg_real(remquo, x, y, z)
#define rint(x)		__tg_real(rint, x)
#define round(x)	__tg_real(round, x)
#define scalbln(x, y)	__tg_real(scalbln, x, y)
#define scalbn(x, y)	__tg_real(scalbn, x, y)
#define tgamma(x)	__tg_real(tgamma, x)
#define trunc(x)	__tg_real(trunc, x)

#define carg(x)		__tg_complex(carg, x)
#define cimag(x)	__tg_complex(cimag, x)
#define conj(x)		__tg_complex(conj, x)
#define cproj(x)	__tg_complex(cproj, x)
#define creal(x)	__tg_complex(creal, x)

#endif
