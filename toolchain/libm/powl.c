/* powl(): newlib's own loses ten bits where the result is large or small, and most special cases of
 * C17 F.10.4.4. The recipe calls this function `__libm_powl` (errno.c).
 *
 * x^y is 2^(y log2 x), and an error in that exponent, of up to 14 bits before the point, is one of the result: the
 * logarithm is computed as a sum of two long doubles, good to about 80 bits. */
#include <math.h>

/* The sum of two long doubles, the second of them half a unit of the first at most. */
struct pair {
	long double high, low;
};

/* Exact. */
static struct pair sum(long double a, long double b)
{
	long double s = a + b, t = s - a;
	return (struct pair){ s, (a - (s - t)) + (b - t) };
}

/* T. J. Dekker, "A Floating-Point Technique for Extending the Available Precision", 1971: exact. */
static struct pair product(long double a, long double b)
{
	const long double splitter = 0x1p32L + 1;
	long double t = a * splitter, a1 = t - (t - a), a2 = a - a1;
	t = b * splitter;
	long double b1 = t - (t - b), b2 = b - b1;
	long double p = a * b;
	return (struct pair){ p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2 };
}

enum { FIRST = 22, STEPS = 32 };

/* log2(n / STEPS) from n = FIRST on. */
static const struct pair logarithms[] = {
	{ -0x8a62b07f3457c407p-64L, -0xa0f337d555652818p-133L },
	{ -0xf3efaff29c559a78p-65L, 0x95d4a6d897785542p-131L },
	{ -0xd47fcb8c0852f0c1p-65L, 0x802c48281a2eb745p-130L },
	{ -0xb6587b432e47501bp-65L, -0xda8120164a049665p-130L },
	{ -0x995ff71b8773432dp-65L, -0x925e378d67caee1ep-132L },
	{ -0xfafec54831f1a484p-66L, -0xfef64f0f62e7b465p-131L },
	{ -0xc544c055fde99333p-66L, -0xa9b7e2df60d2bdc6p-131L },
	{ -0x916d6e1559a4b697p-66L, 0xdc50cd8e31bb38f8p-131L },
	{ -0xbeb024b67dda633ap-67L, 0x975dc0e7a9636091p-133L },
	{ -0xbb9ca64ecac6aaefp-68L, -0xb8701fc10e3aeafep-134L },
	{ 0, 0 },
	{ 0xb5d69bac77ec398ap-68L, -0x9f90f69483ef6df4p-133L },
	{ 0xb31fb7d64898b3e6p-67L, 0xc53826144575ac3dp-132L },
	{ 0x8462c466d3cf1cb1p-66L, 0xf78dfa14aa5157aap-132L },
	{ 0xae00d1cfdeb43cfdp-66L, 0xb120a068badd124fp-139L },
	{ 0xd67af16da7649f7fp-66L, 0x8f65e00c1b1a5a90p-134L },
	{ 0xfde0b5c81340511dp-66L, 0x8d998a784ef35f25p-131L },
	{ 0x92203d587039cc12p-65L, 0xb72974898077f77ap-131L },
	{ 0xa4d3c25e68dc57f2p-65L, 0x92bf6ff4dafdb4cep-130L },
	{ 0xb7110e6ce866f2bcp-65L, 0xd520b44f703c4432p-130L },
	{ 0xc8ddd448f8b845a6p-65L, -0xd4afa947963aa79fp-130L },
	{ 0xda3f5fb9c4150521p-65L, -0xb91070275d871524p-130L },
	{ 0xeb3a9f01975077f2p-65L, -0xa0f337d555652818p-133L },
	{ 0xfbd42b4658367671p-65L, -0xd9cfff75e149b953p-131L },
	{ 0x86082806b1d532c4p-64L, 0x95d4a6d897785542p-131L },
};

/* 2 / log 2 */
static const struct pair two_over_ln2 = { 0xb8aa3b295c17f0bcp-62L, -0x82f0025f2dc582eep-127L };

/* log2 of a positive number. */
static struct pair log2_pair(long double x)
{
	int exponent;
	long double m = frexpl(x, &exponent);
	if (m < 0.707106781186547524400844362104849039L) {
		m *= 2;
		exponent--;
	}
	int n = (int)(m * STEPS + 0.5L);
	long double near = (long double)n / STEPS;
	/* log(m / near) = 2 atanh(s); |s| is below 2^-6. The difference is exact. */
	long double difference = m - near;
	struct pair twice = sum(m, near);
	long double s = difference / twice.high;
	struct pair check = product(s, twice.high);
	long double rest = ((difference - check.high) - check.low - s * twice.low) / twice.high;
	long double q = s * s;
	long double tail = s * q * (1 / 3.0L + q * (1 / 5.0L + q * (1 / 7.0L + q * (1 / 9.0L + q * (1 / 11.0L + q / 13)))));
	struct pair series = sum(s, rest + tail);
	struct pair log = product(series.high, two_over_ln2.high);
	log.low += series.high * two_over_ln2.low + series.low * two_over_ln2.high;
	struct pair table = logarithms[n - FIRST];
	struct pair whole = sum(exponent, table.high);
	struct pair result = sum(whole.high, log.high);
	return sum(result.high, result.low + (whole.low + table.low + log.low));
}

/* Of a positive number. */
static long double positive(long double x, long double y)
{
	volatile long double largest = 0x1.fffffffffffffffep16383L, least = 0x1p-16445L;
	struct pair log = log2_pair(x);
	long double estimate = log.high * y;
	/* With the exceptions of both. */
	if (estimate > 16385)
		return largest * largest;
	if (estimate < -16447)
		return least * least;
	struct pair exponent = product(log.high, y);
	exponent.low += log.low * y;
	long double whole = rintl(exponent.high);
	return scalbnl(exp2l((exponent.high - whole) + exponent.low), (int)whole);
}

/* An integer that is odd: beyond 2^64 all are even. */
static int is_odd(long double y)
{
	return fabsl(y) < 0x1p64L && y == truncl(y) && fmodl(y, 2) != 0;
}

long double powl(long double x, long double y)
{
	volatile long double zero = 0;
	if (x == 1 || y == 0)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	long double base = fabsl(x);
	if (isinf(y)) {
		if (base == 1)
			return 1;
		return (base > 1) == (y > 0) ? INFINITY : 0;
	}
	long double sign = signbit(x) && is_odd(y) ? -1 : 1;
	if (base == 0)
		return y < 0 ? sign / zero : sign * 0;
	if (isinf(x))
		return y > 0 ? sign * INFINITY : sign * 0;
	if (x < 0 && y != truncl(y))
		return zero / zero;
	if (base == 1)
		return sign;
	/* So large that Dekker's product would overflow; and the power does, for no number is nearer to 1. */
	if (fabsl(y) > 0x1p100L)
		y = copysignl(0x1p100L, y);
	return sign * positive(base, y);
}
