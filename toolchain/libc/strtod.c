/* Numbers with a point out of text. Of up to 19 digits and a small power of ten, which is most of what is read, a
 * multiplication or division of long double gives the nearest; all others are left to musl's function, which needs no
 * memory. NaNs are read here, for the sake of what may stand in their parentheses.
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

/* Reads a decimal number, rounded once, to the precision of long double; 0 if that is not so easy. */
static int read_small(const char *text, char **end, long double *result)
{
	text = after_blanks(text);
	int negative = *text == '-';
	text += *text == '-' || *text == '+';
	if (text[0] == '0' && (text[1] | 32) == 'x')
		return 0;
	uint64_t number = 0;
	int digits = 0, exponent = 0, any = 0;
	for (; is_digit(*text); text++, any = 1) {
		number = number * 10 + (unsigned)(*text - '0');
		digits += number != 0;
		if (digits > DIGITS)
			return 0;
	}
	if (*text == '.') {
		if (!any && !is_digit(text[1]))
			return 0;
		for (text++; is_digit(*text); text++, any = 1) {
			number = number * 10 + (unsigned)(*text - '0');
			exponent--;
			digits += number != 0;
			if (digits > DIGITS)
				return 0;
		}
	}
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
	if (number == 0)
		exponent = 0;
	if (exponent <= -POWERS || exponent >= POWERS)
		return 0;
	/* With its sign, because a rounding mode may look at that. */
	long double value = negative ? -(long double)number : (long double)number;
	*result = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
	if (end)
		*end = (char *)text;
	return 1;
}

/* The bits of a long double's significand. */
static uint64_t bits_of(long double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

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

/* Whether rounding has left the range of a type: its least normal number, and the power of two that is too large. */
static int out_of_range(long double exact, long double rounded, long double least, long double too_large)
{
	return isfinite(exact) && (isinf(rounded) || fabsl(exact) >= too_large || (fabsl(exact) < least && exact != rounded));
}

long double strtold(const char *restrict text, char **restrict end)
{
	long double value;
	int negative;
	uint64_t payload;
	if (read_small(text, end, &value))
		return value;
	if (read_nan(text, end, &negative, &payload)) {
		value = negative ? -(long double)NAN : (long double)NAN;
		payload = bits_of(value) | (payload & 0x3fffffffffffffff);
		memcpy(&value, &payload, sizeof payload);
		return value;
	}
	return read_any(text, end);
}

double strtod(const char *restrict text, char **restrict end)
{
	long double small;
	int negative;
	uint64_t payload;
	if (read_small(text, end, &small) && may_round(small, DBL_MANT_DIG))
		return (double)small;
	if (read_nan(text, end, &negative, &payload)) {
		union { uint64_t bits; double value; } nan;
		nan.bits = 0x7ff8000000000000 | (payload & 0x7ffffffffffff) | (uint64_t)negative << 63;
		return nan.value;
	}
	int saved = errno;
	small = read_odd(text, end);
	double value = (double)small;
	errno = out_of_range(small, value, DBL_MIN, 0x1p1024L) ? ERANGE : saved;
	return value;
}

float strtof(const char *restrict text, char **restrict end)
{
	long double small;
	int negative;
	uint64_t payload;
	if (read_small(text, end, &small) && may_round(small, FLT_MANT_DIG) &&
	    (small == 0 || (fabsl(small) >= FLT_MIN && fabsl(small) <= FLT_MAX)))
		return (float)small;
	if (read_nan(text, end, &negative, &payload)) {
		union { uint32_t bits; float value; } nan;
		nan.bits = 0x7fc00000 | (payload & 0x3fffff) | (uint32_t)negative << 31;
		return nan.value;
	}
	int saved = errno;
	small = read_odd(text, end);
	float value = (float)small;
	errno = out_of_range(small, value, FLT_MIN, 0x1p128L) ? ERANGE : saved;
	return value;
}

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
