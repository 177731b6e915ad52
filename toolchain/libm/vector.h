/* Functions of math.h for vectors, by the names of the x86-64 vector function ABI (`_ZGV`, instruction set, `N`, number
 * of elements, one `v` a parameter, `_name`), which GCC calls for the loops of programs compiled with -ffast-math:
 * `include/machine/fastmath.h` declares which. With rounding to the nearest they are within 4 units of the last place;
 * under that option nobody asks for errno or the sign of zero. Elements outside a function's plain range are given to
 * the scalar function.
 *
 * The including file sets SET, the letter of the instruction set, and LANES, the number of doubles. */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#define INLINE	static inline __attribute__((always_inline))

typedef double Doubles __attribute__((vector_size(8 * LANES)));
typedef float Floats __attribute__((vector_size(8 * LANES)));
typedef unsigned long Words __attribute__((vector_size(8 * LANES)));

#define JOIN_(a, b, c, d, e)	a##b##c##d##_##e
#define JOIN(a, b, c, d, e)	JOIN_(a, b, c, d, e)

/* Adding this to a number below 2^51 makes it an integer, in the lowest bits of the sum. */
#define TO_INTEGER	0x1.8p52

#if LANES == 2
#define NUMBER		2
#define NUMBER_FLOATS	4
#define SIGNS(words)	_mm_movemask_pd((Doubles)(words))
#define LOWER(x)	_mm_cvtps_pd(x)
#define UPPER(x)	_mm_cvtps_pd(_mm_movehl_ps(x, x))
#define FLOATS(l, u)	_mm_movelh_ps(_mm_cvtpd_ps(l), _mm_cvtpd_ps(u))
#elif LANES == 4
#define NUMBER		4
#define NUMBER_FLOATS	8
#define SIGNS(words)	_mm256_movemask_pd((Doubles)(words))
#define LOWER(x)	_mm256_cvtps_pd(_mm256_castps256_ps128(x))
#define UPPER(x)	_mm256_cvtps_pd(_mm256_extractf128_ps(x, 1))
#define FLOATS(l, u)	_mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(l)), _mm256_cvtpd_ps(u), 1)
#else
#define NUMBER		8
#define NUMBER_FLOATS	16
#define SIGNS(words)	_mm512_test_epi64_mask((__m512i)(words), _mm512_set1_epi64(1L << 63))
#define LOWER(x)	_mm512_cvtps_pd(_mm512_castps512_ps256(x))
#define UPPER(x)	_mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1)))
#define FLOATS(l, u)	_mm512_castpd_ps(_mm512_insertf64x4(_mm512_castpd256_pd512(			\
				_mm256_castps_pd(_mm512_cvtpd_ps(l))), _mm256_castps_pd(_mm512_cvtpd_ps(u)), 1))
#endif

#define EVERYWHERE	((1 << LANES) - 1)

INLINE Doubles all(double x)
{
	return x - (Doubles) { 0 };
}

INLINE Doubles magnitude(Doubles x)
{
	return (Doubles)((Words)x & ~(1UL << 63));
}

/* Puts the scalar function's result where the vector's does not hold. */
static __attribute__((noinline)) Doubles mend(Doubles result, Doubles x, int holds, double (*scalar)(double))
{
	for (int i = 0; i < LANES; i++)
		if (!(holds >> i & 1))
			result[i] = scalar(x[i]);
	return result;
}

/* The integer next to `x`, and its lowest bits. */
typedef struct { Doubles number; Words bits; } Integers;

INLINE Integers nearest(Doubles x)
{
	Doubles sum = x + TO_INTEGER;
	return (Integers) { sum - TO_INTEGER, (Words)sum };
}

/* 2^power * e^rest, where `rest` is at most ln(2) / 2: Taylor's series. */
INLINE Doubles raise(Words power, Doubles rest)
{
	Doubles sum = all(1 / 6227020800.);
	sum = sum * rest + 1 / 479001600.;
	sum = sum * rest + 1 / 39916800.;
	sum = sum * rest + 1 / 3628800.;
	sum = sum * rest + 1 / 362880.;
	sum = sum * rest + 1 / 40320.;
	sum = sum * rest + 1 / 5040.;
	sum = sum * rest + 1 / 720.;
	sum = sum * rest + 1 / 120.;
	sum = sum * rest + 1 / 24.;
	sum = sum * rest + 1 / 6.;
	sum = sum * rest + 1 / 2.;
	sum = 1 + (rest + rest * rest * sum);
	return (Doubles)((Words)sum + (power << 52));
}

/* ln(2) in two parts, the first of 42 bits. */
#define LN2		0x1.62e42fefa3800p-1
#define LN2_MORE	0x1.ef35793c76730p-45

INLINE Doubles exp_of(Doubles x, int *holds)
{
	*holds = SIGNS((Words)(magnitude(x) < 708));
	Integers power = nearest(x * M_LOG2E);
	return raise(power.bits, x - power.number * LN2 - power.number * LN2_MORE);
}

INLINE Doubles exp2_of(Doubles x, int *holds)
{
	*holds = SIGNS((Words)(magnitude(x) < 1021));
	Integers power = nearest(x);
	return raise(power.bits, (x - power.number) * M_LN2);
}

/* A positive number as 2^power * (1 + rest), from the root of 1/2 to that of 2. */
typedef struct { Doubles power, rest; } Parts;

INLINE Parts parts(Doubles x, int *holds)
{
	const unsigned long root = 0x3fe6a09e667f3bcd, one = 0x3ffUL << 52;
	*holds = SIGNS((Words)(x >= 0x1p-1022) & (Words)(x <= 0x1.fffffffffffffp1023));
	Words power = ((Words)x - root + one) >> 52;
	return (Parts) { (Doubles)(power + 0x4338000000000000) - (TO_INTEGER + 1023),
			 (Doubles)((Words)x - (power << 52) + one) - 1 };
}

/* The area tangent's series, twice, from its fifth power on, by that. */
INLINE Doubles area_tangent(Doubles square)
{
	Doubles sum = all(2 / 25.);
	sum = sum * square + 2 / 23.;
	sum = sum * square + 2 / 21.;
	sum = sum * square + 2 / 19.;
	sum = sum * square + 2 / 17.;
	sum = sum * square + 2 / 15.;
	sum = sum * square + 2 / 13.;
	sum = sum * square + 2 / 11.;
	sum = sum * square + 2 / 9.;
	sum = sum * square + 2 / 7.;
	return sum * square + 2 / 5.;
}

/* The logarithm of 1 + rest is rest - less(rest). */
INLINE Doubles less(Doubles rest)
{
	Doubles quotient = rest / (rest + 2), square = quotient * quotient;
	return quotient * (rest - square * (area_tangent(square) * square + 2 / 3.));
}

INLINE Doubles log_of(Doubles x, int *holds)
{
	Parts of = parts(x, holds);
	return of.power * LN2 - ((less(of.rest) - of.power * LN2_MORE) - of.rest);
}

INLINE Doubles log2_of(Doubles x, int *holds)
{
	Parts of = parts(x, holds);
	return of.power + (of.rest - less(of.rest)) * M_LOG2E;
}

INLINE Doubles log10_of(Doubles x, int *holds)
{
	Parts of = parts(x, holds);
	/* The decimal logarithm of 2 in two parts. */
	return of.power * 0x1.34413509f7800p-2 +
	       ((of.rest - less(of.rest)) * M_LOG10E + of.power * 0x1.fef311f12b358p-46);
}

/* Sine and cosine of what is left of an angle without its quarters of a turn. */
typedef struct { Words quarters; Doubles sine, cosine; } Angle;

INLINE Angle angle(Doubles x, int *holds)
{
	*holds = SIGNS((Words)(magnitude(x) < 0x1p20));
	Integers quarters = nearest(x * M_2_PI);
	/* A quarter in three parts, the first two of 33 bits: their products are exact. */
	Doubles rest = x - quarters.number * 0x1.921fb544p0 - quarters.number * 0x1.0b4611a6p-34;
	rest -= quarters.number * 0x1.3198a2e037073p-69;
	Doubles square = rest * rest;
	Doubles sine = all(1 / 355687428096000.);
	sine = sine * square - 1 / 1307674368000.;
	sine = sine * square + 1 / 6227020800.;
	sine = sine * square - 1 / 39916800.;
	sine = sine * square + 1 / 362880.;
	sine = sine * square - 1 / 5040.;
	sine = sine * square + 1 / 120.;
	sine = sine * square - 1 / 6.;
	Doubles cosine = all(1 / 20922789888000.);
	cosine = cosine * square - 1 / 87178291200.;
	cosine = cosine * square + 1 / 479001600.;
	cosine = cosine * square - 1 / 3628800.;
	cosine = cosine * square + 1 / 40320.;
	cosine = cosine * square - 1 / 720.;
	cosine = cosine * square + 1 / 24.;
	return (Angle) { quarters.bits, rest + rest * square * sine,
			 1 - (square * 0.5 - square * square * cosine) };
}

/* The sine after a number of quarters. */
INLINE Doubles turned(Angle angle, Words quarters)
{
	Words odd = -(quarters & 1);
	Words value = (odd & (Words)angle.cosine) | (~odd & (Words)angle.sine);
	return (Doubles)(value ^ (quarters & 2) << 62);
}

INLINE Doubles sin_of(Doubles x, int *holds)
{
	Angle a = angle(x, holds);
	return turned(a, a.quarters);
}

INLINE Doubles cos_of(Doubles x, int *holds)
{
	Angle a = angle(x, holds);
	return turned(a, a.quarters + 1);
}

INLINE Doubles tan_of(Doubles x, int *holds)
{
	Angle a = angle(x, holds);
	return turned(a, a.quarters) / turned(a, a.quarters + 1);
}

#define FUNCTION(name)										\
	INLINE Doubles name##_whole(Doubles x)							\
	{											\
		int holds;									\
		Doubles result = name##_of(x, &holds);						\
		return __builtin_expect(holds == EVERYWHERE, 1) ? result			\
								: mend(result, x, holds, name);	\
	}											\
	Doubles JOIN(_ZGV, SET, NUMBER, v, name)(Doubles x)					\
	{											\
		return name##_whole(x);								\
	}											\
	Floats JOIN(_ZGV, SET, NUMBER_FLOATS, v, name##f)(Floats x)				\
	{											\
		return FLOATS(name##_whole(LOWER(x)), name##_whole(UPPER(x)));			\
	}

FUNCTION(sin)
FUNCTION(cos)
FUNCTION(tan)
FUNCTION(exp)
FUNCTION(exp2)
FUNCTION(log)
FUNCTION(log2)
FUNCTION(log10)

#ifdef __FMA__
#if LANES == 4
#define PRODUCT_LESS(a, b, c)	((Doubles)_mm256_fmsub_pd(a, b, c))
#else
#define PRODUCT_LESS(a, b, c)	((Doubles)_mm512_fmsub_pd(a, b, c))
#endif

/* A sum of two doubles, the second of which is at most the first's rounding error, or about that. */
typedef struct { Doubles high, low; } Pair;

INLINE Pair pair(Doubles high, Doubles low)
{
	Doubles sum = high + low;
	return (Pair) { sum, high - sum + low };
}

INLINE Pair product(Pair a, Pair b)
{
	Doubles high = a.high * b.high;
	return (Pair) { high, PRODUCT_LESS(a.high, b.high, high) + (a.high * b.low + a.low * b.high) };
}

/* The logarithm with ten bits more than a double has: a power's exponent may have them before its point. */
INLINE Pair long_logarithm(Doubles x, int *holds)
{
	Parts of = parts(x, holds);
	Pair below = pair(all(2), of.rest), quotient;
	quotient.high = of.rest / below.high;
	Doubles remainder = -PRODUCT_LESS(quotient.high, below.high, of.rest);
	quotient.low = (remainder - quotient.high * below.low) / below.high;
	Pair square = product(quotient, quotient);
	Pair third = pair(all(2 / 3.), area_tangent(square.high) * square.high);
	third.low += 0x1.5555555555555p-55;
	third = product(square, third);
	Pair factor = pair(all(2), third.high);
	factor.low += third.low;
	Pair small = product(quotient, factor), whole = pair(of.power * LN2, small.high);
	whole.low += small.low + of.power * LN2_MORE;
	return whole;
}

INLINE Doubles pow_of(Doubles x, Doubles y, int *holds)
{
	Pair log = long_logarithm(x, holds);
	Doubles high = y * log.high, low = PRODUCT_LESS(y, log.high, high) + y * log.low;
	*holds &= SIGNS((Words)(magnitude(high) < 708));
	Integers power = nearest(high * M_LOG2E);
	return raise(power.bits, high - power.number * LN2 + (low - power.number * LN2_MORE));
}
#else
/* Without multiplication and addition in one step the scalar function is as fast. */
INLINE Doubles pow_of(Doubles x, Doubles y, int *holds)
{
	(void)y;
	*holds = 0;
	return x;
}
#endif

Doubles JOIN(_ZGV, SET, NUMBER, vv, pow)(Doubles x, Doubles y)
{
	int holds;
	Doubles result = pow_of(x, y, &holds);
	if (__builtin_expect(holds != EVERYWHERE, 0))
		for (int i = 0; i < LANES; i++)
			if (!(holds >> i & 1))
				result[i] = pow(x[i], y[i]);
	return result;
}

INLINE Doubles powf_of(Doubles x, Doubles y, int *holds)
{
	int small;
	Doubles result = exp_of(y * log_of(x, holds), &small);
	*holds &= small;
	return result;
}

/* In double precision a power of floats is exact enough by way of the logarithm. */
Floats JOIN(_ZGV, SET, NUMBER_FLOATS, vv, powf)(Floats x, Floats y)
{
	int lower, upper;
	Doubles low = powf_of(LOWER(x), LOWER(y), &lower), high = powf_of(UPPER(x), UPPER(y), &upper);
	Floats result = FLOATS(low, high);
	if (__builtin_expect((lower & upper) != EVERYWHERE, 0))
		for (int i = 0; i < 2 * LANES; i++)
			if (!((i < LANES ? lower >> i : upper >> (i - LANES)) & 1))
				result[i] = powf(x[i], y[i]);
	return result;
}
