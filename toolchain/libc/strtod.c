/* Numbers with a point out of text. Of up to 19 digits and a small power of ten, which is most of what is read, a
 * multiplication or division of long double gives the nearest; with another power a multiplication by 128 bits of it says
 * almost always how to round. All others are left to musl's function, which needs no memory. NaNs are read here, for the
 * sake of what may stand in their parentheses.
 *
 * Every locale of this library has `.` for a point. */
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <reent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

long double __musl_strtold(const char *restrict, char **restrict);

/* musl's way to the next bytes of a stream: what the function above reads is a text, which has none. */
int __musl_uflow(void *stream)
{
	(void)stream;
	return -1;
}

static const char *after_blanks(const char *text)
{
	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		text++;
	return text;
}

static int is_digit(char byte)
{
	return (unsigned)byte - '0' < 10;
}

/* These powers of ten are exact. */
static const long double powers[] = { 1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L, 1e9L, 1e10L, 1e11L, 1e12L, 1e13L,
	1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L };
enum { POWERS = sizeof powers / sizeof *powers, DIGITS = 19 };

/* A decimal number: digits * 10^exponent, or a little more if not all digits fit. */
struct decimal {
	uint64_t	digits;
	int		exponent, negative, more;
	const char	*end;
};

/* Reads one; 0 if that is none, or has an exponent of more digits than any number needs. */
static inline __attribute__((always_inline)) int read_decimal(const char *text, struct decimal *number)
{
	text = after_blanks(text);
	*number = (struct decimal){ .negative = *text == '-' };
	text += *text == '-' || *text == '+';
	if (text[0] == '0' && (text[1] | 32) == 'x')
		return 0;
	const char *first = text;
	uint64_t digits = 0;
	int count = 0, exponent = 0, more = 0, point = 0;
	while (*text == '0')
		text++;
	for (; is_digit(*text); text++) {
		if (count < DIGITS) {
			digits = digits * 10 + (unsigned)(*text - '0');
			count++;
		} else {
			more |= *text != '0';
			exponent++;
		}
	}
	if (*text == '.') {
		point = 1;
		text++;
		for (; count == 0 && *text == '0'; text++)
			exponent--;
		for (; is_digit(*text); text++) {
			if (count < DIGITS) {
				digits = digits * 10 + (unsigned)(*text - '0');
				count++;
				exponent--;
			} else {
				more |= *text != '0';
			}
		}
	}
	int any = text - first > point;
	if (!any)
		return 0;
	if ((*text | 32) == 'e') {
		const char *next = text + 1;
		int down = *next == '-';
		next += *next == '-' || *next == '+';
		if (is_digit(*next)) {
			int given = 0;
			for (; is_digit(*next); next++) {
				given = given * 10 + (*next - '0');
				if (given > 9999)
					return 0;
			}
			exponent += down ? -given : given;
			text = next;
		}
	}
	number->digits = digits;
	number->exponent = exponent;
	number->more = more;
	number->end = text;
	return 1;
}

/* The number in the precision of long double, rounded once; 0 if that is not so easy. */
static inline __attribute__((always_inline)) int is_small(const struct decimal *number, long double *result)
{
	int exponent = number->digits == 0 ? 0 : number->exponent;
	if (number->more || exponent <= -POWERS || exponent >= POWERS)
		return 0;
	/* With its sign, because a rounding mode may look at that. */
	long double value = number->negative ? -(long double)number->digits : (long double)number->digits;
	*result = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
	return 1;
}

/* The bits of a long double's significand. */
static uint64_t bits_of(long double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

/* 5^28 to the powers of -13 to 11: the upper 128 bits, without what is behind, and the power of two that they are times. */
static const struct { uint64_t high, low; int exponent; } fives[] = {
	{ 0xe1afa13afbd14d6d, 0x82189c09a3a1ec21, -973 }, { 0xe3e27a444d8d98b7, 0xfd1b1b2308169b25, -908 },
	{ 0xe61acf033d1a45df, 0x6fb92487298e33bd, -843 }, { 0xe858ad248f5c22c9, 0xd1b3400f8f9cff68, -778 },
	{ 0xea9c227723ee8bcb, 0x465e15a979c1cadc, -713 }, { 0xece53cec4a314ebd, 0xa4f8bf5635246428, -648 },
	{ 0xef340a98172aace4, 0x86fb897116c87c34, -583 }, { 0xf18899b1bc3f8ca1, 0xdc44e6c3cb279ac1, -518 },
	{ 0xf3e2f893dec3f126, 0x5a89dba3c3efccfa, -453 }, { 0xf64335bcf065d37d, 0x4d4617b5ff4a16d5, -388 },
	{ 0xf8a95fcf88747d94, 0x75a44c6397ce912a, -323 }, { 0xfb158592be068d2e, 0xeed6e2f0f0d56712, -258 },
	{ 0xfd87b5f28300ca0d, 0x8bca9d6e188853fc, -193 }, { 0x8000000000000000, 0x0000000000000000, -127 },
	{ 0x813f3978f8940984, 0x4000000000000000, -62 }, { 0x82818f1281ed449f, 0xbff8f10e7a8921a4, 3 },
	{ 0x83c7088e1aab65db, 0x792667c6da79e0fa, 68 }, { 0x850fadc09923329e, 0x03e2cf6bc604ddb0, 133 },
	{ 0x865b86925b9bc5c2, 0x0b8a2392ba45a9b2, 198 }, { 0x87aa9aff79042286, 0x90fb44d2f05d0842, 263 },
	{ 0x88fcf317f22241e2, 0x441fece3bdf81f03, 328 }, { 0x8a5296ffe33cc92f, 0x82bd6b70d99aaa6f, 393 },
	{ 0x8bab8eefb6409c1a, 0x1ad089b6c2f7548e, 458 }, { 0x8d07e33455637eb2, 0xdb0b487b6423e1e8, 523 },
	{ 0x8e679c2f5e44ff8f, 0x570f09eaa7ea7648, 588 },
};
enum { STEP = 28, LEAST = -13, FIVES = sizeof fives / sizeof *fives };

/* digits * 10^exponent, cut to the precision of long double, with its last bit set since it is not exact (5^28 is no factor
 * of 64 bits, nor does it fit in them); 0 if the power is not here, or 128 bits of it do not tell the 64 bits. */
static int scale(uint64_t digits, int exponent, int negative, long double *result)
{
	static const uint64_t small[STEP] = { 1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625, 30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625, 476837158203125, 2384185791015625, 11920928955078125, 59604644775390625, 298023223876953125, 1490116119384765625, 7450580596923828125 };
	int row = exponent >= 0 ? exponent / STEP : -((STEP - 1 - exponent) / STEP);
	if (row < LEAST || row >= LEAST + FIVES || digits == 0)
		return 0;
	/* 5^exponent, which is at most three too small in the last of 128 bits. */
	uint64_t factor = small[exponent - row * STEP], high = fives[row - LEAST].high, low = fives[row - LEAST].low;
	unsigned __int128 lower = (unsigned __int128)low * factor, upper = (unsigned __int128)high * factor + (lower >> 64);
	uint64_t lowest = (uint64_t)lower;
	int zeroes = upper >> 64 ? __builtin_clzll((uint64_t)(upper >> 64)) : 64;
	unsigned __int128 power = zeroes == 64 ? upper << 64 | lowest : zeroes ? upper << zeroes | lowest >> (64 - zeroes) : upper;
	int two = fives[row - LEAST].exponent + 64 - zeroes + exponent;
	/* Times the digits; what is missing is less than four, and less than eight after the shift. */
	int unused = __builtin_clzll(digits);
	digits <<= unused;
	lower = (unsigned __int128)digits * (uint64_t)power;
	unsigned __int128 product = (unsigned __int128)digits * (uint64_t)(power >> 64) + (lower >> 64);
	two += 128 - unused;
	if (!(product >> 127)) {
		product = product << 1 | (lower >> 63 & 1);
		two--;
	}
	uint64_t bits = (uint64_t)(product >> 64);
	int biased = two + 63 + 16383;
	if ((uint64_t)((product + 8) >> 64) != bits || biased < 1 || biased > 32766)
		return 0;
	struct { uint64_t bits; uint16_t exponent; } parts = { bits | 1, (uint16_t)(biased | negative << 15) };
	memcpy(result, &parts, 10);
	return 1;
}

/* The number so that it rounds to a type with fewer bits as the text does, for which `narrow` stands; 0 if that is not so
 * easy. Of more digits than fit, the number is between two, which must not differ then. */
#define SCALED(number, type, result)										\
	({													\
		long double above_;										\
		scale((number)->digits, (number)->exponent, (number)->negative, result) &&			\
			(!(number)->more || (scale((number)->digits + 1, (number)->exponent, (number)->negative, &above_) &&	\
					     (type)*(result) == (type)above_));					\
	})

/* Whether rounding a number, which is one of long double rounded already, to fewer bits gives what rounding once would:
 * it lies not just between two of the numbers with fewer bits. */
static int may_round(long double value, int bits)
{
	uint64_t lost = ((uint64_t)1 << (LDBL_MANT_DIG - bits)) - 1;
	return (bits_of(value) & lost) != (lost >> 1) + 1;
}

/* Reads `nan` and `nan(WORD)`; 0 if it is something else. A word that is a number is the NaN's payload. */
static int read_nan(const char *text, char **end, int *negative, uint64_t *payload)
{
	text = after_blanks(text);
	*negative = *text == '-';
	text += *text == '-' || *text == '+';
	if ((*text | 32) != 'n' || strncasecmp(text, "nan", 3) != 0)
		return 0;
	text += 3;
	*payload = 0;
	if (*text == '(') {
		const char *word = text + 1, *next = word;
		while (isalnum((unsigned char)*next) || *next == '_')
			next++;
		if (*next == ')') {
			char *rest;
			int saved = errno;
			uint64_t number = strtoull(word, &rest, 0);
			errno = saved;
			*payload = rest == next ? number : 0;
			text = next + 1;
		}
	}
	if (end)
		*end = (char *)text;
	return 1;
}

/* musl's function, which loses the sign of what is rounded to zero, and sets errno for what is no number, which POSIX lets
 * it do but the GNU library does not. */
static long double read_any(const char *text, char **end)
{
	char *behind;
	int saved = errno;
	long double value = __musl_strtold(text, &behind);
	if (behind == text)
		errno = saved;
	else
		value = *after_blanks(text) == '-' ? -fabsl(value) : fabsl(value);
	if (end)
		*end = behind;
	return value;
}

static void set_control(unsigned short control)
{
	__asm__ volatile("fldcw %0" : : "m"(control) : "memory");
}

/* Any number, with as many bits as a long double has, of which the last is set if it is not exact: such a number rounds to
 * fewer bits as the text does, in every direction. */
static long double read_odd(const char *text, char **end)
{
	enum { DOWN = 0x400, UP = 0x800, CUT = 0xc00 };
	unsigned short control;
	__asm__ volatile("fnstcw %0" : "=m"(control));
	set_control(control | CUT);
	long double value = read_any(text, end);
	uint64_t bits = bits_of(value);
	if (isfinite(value) && !(bits & 1)) {
		set_control((unsigned short)((control & ~CUT) | (signbit(value) ? DOWN : UP)));
		if (read_any(text, NULL) != value) {
			bits |= 1;
			memcpy(&value, &bits, sizeof bits);
		}
	}
	set_control(control);
	return value;
}

/* Whether rounding to a type has left its range: `normal` is what it would be without a least exponent, by 2^64. */
static int out_of_range(long double exact, long double rounded, long double normal, long double least, long double too_large)
{
	return isfinite(exact) && (isinf(rounded) || fabsl(exact) >= too_large ||
				   (exact != rounded && fabsl(normal) < least * 0x1p64L));
}

long double strtold(const char *restrict text, char **restrict end)
{
	long double value;
	struct decimal number;
	int negative;
	uint64_t payload;
	if (read_decimal(text, &number) && is_small(&number, &value)) {
		if (end)
			*end = (char *)number.end;
		return value;
	}
	if (read_nan(text, end, &negative, &payload)) {
		value = negative ? -(long double)NAN : (long double)NAN;
		payload = bits_of(value) | (payload & 0x3fffffffffffffff);
		memcpy(&value, &payload, sizeof payload);
		return value;
	}
	return read_any(text, end);
}

/* strtod() and strtof(). Of the types' ranges only float's can be left by a number that is small here. */
#define NARROW(name, type, word, prefix)												\
	type name(const char *restrict text, char **restrict end)								\
	{															\
		long double small;												\
		int negative;													\
		uint64_t payload;												\
		struct decimal number;												\
		int decimal = read_decimal(text, &number);									\
		if (decimal && is_small(&number, &small) && may_round(small, prefix##_MANT_DIG) &&				\
		    (prefix##_MAX_10_EXP > DIGITS + POWERS || small == 0 ||							\
		     (fabsl(small) >= prefix##_MIN && fabsl(small) <= prefix##_MAX))) {						\
			if (end)												\
				*end = (char *)number.end;									\
			return (type)small;											\
		}														\
		if (read_nan(text, end, &negative, &payload)) {									\
			const word top = (word)1 << (prefix##_MANT_DIG - 2);							\
			union { word bits; type value; } nan;									\
			nan.bits = (word)((word)-top << 1 >> 1 | (payload & (top - 1)));					\
			return negative ? -nan.value : nan.value;								\
		}														\
		int saved = errno;												\
		if (decimal && (number.exponent <= -POWERS || number.exponent >= POWERS || number.more) &&			\
		    SCALED(&number, type, &small)) {										\
			if (end)												\
				*end = (char *)number.end;									\
		} else {													\
			small = read_odd(text, end);										\
		}														\
		type value = (type)small;											\
		errno = out_of_range(small, value, (type)(small * 0x1p64L), prefix##_MIN, 2 * __builtin_ldexpl(1, prefix##_MAX_EXP - 1))	\
			? ERANGE : saved;											\
		return value;													\
	}

NARROW(strtod, double, uint64_t, DBL)
NARROW(strtof, float, uint32_t, FLT)

long double strtold_l(const char *restrict text, char **restrict end, locale_t locale)
{
	(void)locale;
	return strtold(text, end);
}

double strtod_l(const char *restrict text, char **restrict end, locale_t locale)
{
	(void)locale;
	return strtod(text, end);
}

float strtof_l(const char *restrict text, char **restrict end, locale_t locale)
{
	(void)locale;
	return strtof(text, end);
}

/* The names by which the rest of newlib calls them. */

long double _strtold_r(struct _reent *reent, const char *restrict text, char **restrict end)
{
	(void)reent;
	return strtold(text, end);
}

double _strtod_r(struct _reent *reent, const char *restrict text, char **restrict end)
{
	(void)reent;
	return strtod(text, end);
}

double _strtod_l(struct _reent *reent, const char *restrict text, char **restrict end, locale_t locale)
{
	(void)reent, (void)locale;
	return strtod(text, end);
}

/* FLT_ROUNDS of newlib's <float.h>, in the order of the processor's rounding control: nearest, down, up, to zero. */
int __flt_rounds(void)
{
	unsigned short control;
	__asm__("fnstcw %0" : "=m"(control));
	return "\1\3\2"[control >> 10 & 3];
}
