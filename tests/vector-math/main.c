/* The functions for vectors that -ffast-math has loops call: by their names, for each instruction set that the
 * processor has, against the scalar functions of long double; and that a compiled loop calls them. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "check.h"

/* In units of the last place: what glibc promises of its own. */
#define BOUND	4
#define COUNT	4096

static _Alignas(64) double wide_in[COUNT], wide_with[COUNT], wide_out[COUNT];
static _Alignas(64) float in[COUNT], with[COUNT], out[COUNT];

static double difference(double got, long double expected, int bits, int lowest)
{
	if (isnan(expected))
		return isnan(got) ? 0 : INFINITY;
	if (got == (bits == 24 ? (float)expected : (double)expected))
		return 0;
	int exponent = expected == 0 || isinf(expected) ? lowest : ilogbl(expected);
	if (exponent < lowest)
		exponent = lowest;
	return (double)fabsl(((long double)got - expected) / ldexpl(1, exponent - bits + 1));
}

#define COMPARE(what, got, expected, bits, lowest, ...)							\
	for (int i = 0; i < COUNT; i++) {								\
		double apart = difference(got[i], expected, bits, lowest);				\
		if (!CHECK(apart <= BOUND))								\
			fprintf(stderr, what "(%a) is %a, %g units away\n", (double)__VA_ARGS__[i],	\
				(double)got[i], apart);							\
	}

#define WIDE(set, number, target_, type, name)								\
	type _ZGV##set##N##number##v_##name(type);							\
	static __attribute__((target(target_))) void set##name(void)					\
	{												\
		for (int i = 0; i < COUNT; i += number)							\
			*(type *)(wide_out + i) = _ZGV##set##N##number##v_##name(*(type *)(wide_in + i)); \
		COMPARE(#set " " #name, wide_out, name##l(wide_in[i]), 53, -1022, wide_in)		\
	}

#define NARROW(set, number, target_, type, name)							\
	type _ZGV##set##N##number##v_##name##f(type);							\
	static __attribute__((target(target_))) void set##name##f(void)					\
	{												\
		for (int i = 0; i < COUNT; i += number)							\
			*(type *)(out + i) = _ZGV##set##N##number##v_##name##f(*(type *)(in + i));	\
		COMPARE(#set " " #name "f", out, name##l(in[i]), 24, -126, in)				\
	}

#define SET(set, number, number_floats, target_, type, type_floats)					\
	WIDE(set, number, target_, type, sin)								\
	WIDE(set, number, target_, type, cos)								\
	WIDE(set, number, target_, type, tan)								\
	WIDE(set, number, target_, type, exp)								\
	WIDE(set, number, target_, type, exp2)								\
	WIDE(set, number, target_, type, log)								\
	WIDE(set, number, target_, type, log2)								\
	WIDE(set, number, target_, type, log10)								\
	NARROW(set, number_floats, target_, type_floats, sin)						\
	NARROW(set, number_floats, target_, type_floats, cos)						\
	NARROW(set, number_floats, target_, type_floats, tan)						\
	NARROW(set, number_floats, target_, type_floats, exp)						\
	NARROW(set, number_floats, target_, type_floats, exp2)						\
	NARROW(set, number_floats, target_, type_floats, log)						\
	NARROW(set, number_floats, target_, type_floats, log2)						\
	NARROW(set, number_floats, target_, type_floats, log10)						\
	type _ZGV##set##N##number##vv_pow(type, type);							\
	static __attribute__((target(target_))) void set##pow(void)					\
	{												\
		for (int i = 0; i < COUNT; i += number)							\
			*(type *)(wide_out + i) = _ZGV##set##N##number##vv_pow(				\
				*(type *)(wide_in + i), *(type *)(wide_with + i));			\
		COMPARE(#set " pow", wide_out, powl(wide_in[i], wide_with[i]), 53, -1022, wide_in)	\
	}												\
	type_floats _ZGV##set##N##number_floats##vv_powf(type_floats, type_floats);			\
	static __attribute__((target(target_))) void set##powf(void)					\
	{												\
		for (int i = 0; i < COUNT; i += number_floats)						\
			*(type_floats *)(out + i) = _ZGV##set##N##number_floats##vv_powf(		\
				*(type_floats *)(in + i), *(type_floats *)(with + i));			\
		COMPARE(#set " powf", out, powl(in[i], with[i]), 24, -126, in)				\
	}												\
	static void set##_all(void)									\
	{												\
		angles(1);										\
		set##sin(), set##cos(), set##tan(), set##sinf(), set##cosf(), set##tanf();		\
		angles(1e5);										\
		set##sin(), set##cos(), set##tan(), set##sinf(), set##cosf(), set##tanf();		\
		exponents(1);										\
		set##exp(), set##exp2(), set##expf(), set##exp2f();					\
		exponents(800);										\
		set##exp(), set##exp2(), set##expf(), set##exp2f();					\
		bases();										\
		set##log(), set##log2(), set##log10(), set##logf(), set##log2f(), set##log10f(), set##powf(); \
		set##pow();										\
	}

static double uniform(double limit)
{
	return limit * (2. * (double)random() / 0x7fffffff - 1);
}

static void special(int from)
{
	static const double values[] = { 0, -0., 1, -1, INFINITY, -INFINITY, NAN, 1e300, -1e300, 1e-310, 0x1p-1022, 1e30,
					 3.141592653589793, 1.5707963267948966, 709.7, -745, 0x1p-150, 104, -104, 2, 10 };
	for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++)
		wide_in[from + (int)i * 7] = values[i];
}

static void narrow(void)
{
	for (int i = 0; i < COUNT; i++)
		in[i] = (float)wide_in[i];
}

static void angles(double limit)
{
	for (int i = 0; i < COUNT; i++)
		wide_in[i] = i % 3 ? uniform(limit) : 1.5707963267948966 * (double)(int)uniform(limit);
	special(100);
	/* What is an angle of no meaning is not promised: 1e300's. */
	for (int i = 0; i < COUNT; i++)
		if (fabs(wide_in[i]) > 1e20)
			wide_in[i] = 0;
	narrow();
}

static void exponents(double limit)
{
	for (int i = 0; i < COUNT; i++)
		wide_in[i] = uniform(limit);
	special(200);
	narrow();
}

static void bases(void)
{
	for (int i = 0; i < COUNT; i++) {
		wide_in[i] = i % 2 ? exp(uniform(700)) : 1 + uniform(0.4);
		wide_with[i] = i % 5 ? uniform(20) : (int)uniform(9);
		if (i % 7 == 1)
			wide_with[i] = uniform(1100) / log2(wide_in[i]);
		with[i] = (float)wide_with[i];
	}
	special(300);
	narrow();
	for (int i = 0; i < COUNT; i += 2)
		in[i] = (float)exp(uniform(4));
}

SET(b, 2, 4, "sse2", __m128d, __m128)
SET(c, 4, 8, "avx", __m256d, __m256)
SET(d, 4, 8, "avx2,fma", __m256d, __m256)
SET(e, 8, 16, "avx512f", __m512d, __m512)

double summed(const double *x, int count);
float summed_floats(const float *x, int count);

int main(void)
{
	b_all();
	if (__builtin_cpu_supports("avx"))
		c_all();
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		d_all();
	if (__builtin_cpu_supports("avx512f"))
		e_all();
	for (int i = 0; i < COUNT; i++) {
		wide_in[i] = 0.5 + i / (double)COUNT;
		in[i] = (float)wide_in[i];
	}
	double sum = 0;
	float least = INFINITY;
	for (int i = 0; i < COUNT; i++) {
		sum += sin(wide_in[i]) * exp(wide_in[i]) + log(wide_in[i]);
		least = fminf(least, powf(in[i], 1.5f) + cosf(in[i]));
	}
	CHECK(fabs(summed(wide_in, COUNT) / sum - 1) < 1e-12);
	CHECK(fabsf(summed_floats(in, COUNT) / least - 1) < 1e-5f);
	return check_done();
}
