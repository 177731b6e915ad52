/* Functions for which the processor has an instruction, and those that are compiled a second time for its
 * multiplication with addition. SSE2 is always there; between functions that need a later extension and those for
 * any processor, which are called `__basic_NAME` here, start-up chooses: they are GNU's indirect functions
 * (`STT_GNU_IFUNC` of the psABI). */
#include <errno.h>
#include <immintrin.h>
#include <math.h>

#define WEAK	__attribute__((weak))

/* What newlib's other functions call. */
double __ieee754_sqrt(double x)
{
	return _mm_cvtsd_f64(_mm_sqrt_sd(_mm_set_sd(x), _mm_set_sd(x)));
}

float __ieee754_sqrtf(float x)
{
	return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}

WEAK double sqrt(double x)
{
	if (__builtin_expect(isless(x, 0), 0))
		errno = EDOM;
	return __ieee754_sqrt(x);
}

WEAK float sqrtf(float x)
{
	if (__builtin_expect(isless(x, 0), 0))
		errno = EDOM;
	return __ieee754_sqrtf(x);
}

/* A NaN is no candidate. */
#define EXTREME(name, type, beyond)						\
	WEAK type name(type x, type y)						\
	{									\
		return isnan(y) || beyond(x, y) ? x : y;			\
	}

EXTREME(fmax, double, isgreater)
EXTREME(fmaxf, float, isgreater)
EXTREME(fmin, double, isless)
EXTREME(fminf, float, isless)

#define CHOICE(name, type, parameters, extension, better)			\
	type __basic_##name parameters;						\
	static __typeof__(&__basic_##name) name##_choice(void)			\
	{									\
		__builtin_cpu_init();						\
		return __builtin_cpu_supports(extension) ? better		\
							 : __basic_##name;	\
	}									\
	__attribute__((ifunc(#name "_choice"))) type name parameters;

#define INSTRUCTION(name, type, parameters, extension, ...)			\
	static __attribute__((target(extension))) type name##_here parameters	\
	{									\
		return __VA_ARGS__;						\
	}									\
	CHOICE(name, type, parameters, extension, name##_here)

#define ROUNDING(name, mode)							\
	INSTRUCTION(name, double, (double x), "sse4.1",				\
	       _mm_cvtsd_f64(_mm_round_sd(_mm_set_sd(x), _mm_set_sd(x), mode)))	\
	INSTRUCTION(name##f, float, (float x), "sse4.1",				\
	       _mm_cvtss_f32(_mm_round_ss(_mm_set_ss(x), _mm_set_ss(x), mode)))

ROUNDING(ceil, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC)
ROUNDING(floor, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)
ROUNDING(nearbyint, _MM_FROUND_CUR_DIRECTION | _MM_FROUND_NO_EXC)
ROUNDING(rint, _MM_FROUND_CUR_DIRECTION)
ROUNDING(trunc, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)

INSTRUCTION(fma, double, (double x, double y, double z), "fma", __builtin_fma(x, y, z))
INSTRUCTION(fmaf, float, (float x, float y, float z), "fma", __builtin_fmaf(x, y, z))

/* Compiled by the recipe: see `FUSED` there. */
#define FUSED(name, type, ...)							\
	type __fused_##name(__VA_ARGS__);					\
	CHOICE(name, type, (__VA_ARGS__), "fma", __fused_##name)

FUSED(cosf, float, float)
FUSED(exp, double, double)
FUSED(exp2, double, double)
FUSED(exp2f, float, float)
FUSED(expf, float, float)
FUSED(log, double, double)
FUSED(log2, double, double)
FUSED(log2f, float, float)
FUSED(logf, float, float)
FUSED(pow, double, double, double)
FUSED(powf, float, float, float)
FUSED(sincosf, void, float, float *, float *)
FUSED(sinf, float, float)
