/* strtof(), rounded once: newlib's goes by way of double, which rounds twice. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <reent.h>
#include <stdint.h>
#include <stdlib.h>

/* What newlib's conversion is told of a format: its bits, exponents of the least bit, and how to round. */
struct format {
	int	bits, least, most, nearest, sudden_underflow;
};

int _strtodg_l(struct _reent *, const char *, char **, const struct format *, int32_t *, uint32_t *, locale_t);

/* Kinds of result. */
enum { ZERO, NORMAL, DENORMAL, INFINITE, NOT_A_NUMBER, BITS_OF_NAN, NO_NUMBER, KIND = 0xf, OUT_OF_RANGE = 0xc0, NEGATIVE = 0x100 };

float strtof_l(const char *restrict text, char **restrict end, locale_t locale) {
	static const struct format single = { 24, 1 - 127 - 23, 254 - 127 - 23, 1, 0 };
	int32_t exponent = 0;
	uint32_t bits[2] = { 0 };
	int saved = errno;
	errno = 0;
	int kind = _strtodg_l(_REENT, text, end, &single, &exponent, bits, locale);
	union { uint32_t bits; float value; } result = { 0 };
	switch (kind & KIND) {
	case NORMAL:
		result.bits = (bits[0] & 0x7fffff) | (uint32_t)(exponent + 127 + 23) << 23;
		break;
	case DENORMAL:
		result.bits = bits[0];
		break;
	case INFINITE:
		result.value = INFINITY;
		break;
	case NOT_A_NUMBER:
	case BITS_OF_NAN:
		result.value = NAN;
		break;
	}
	if ((kind & NEGATIVE) && (kind & KIND) != NO_NUMBER)
		result.bits |= 0x80000000;
	if (kind & OUT_OF_RANGE)
		errno = ERANGE;
	if (errno == 0)
		errno = saved;
	return result.value;
}

extern struct __locale_t __global_locale;

float strtof(const char *restrict text, char **restrict end) {
	locale_t locale = uselocale((locale_t)0);
	return strtof_l(text, end, locale == LC_GLOBAL_LOCALE ? &__global_locale : locale);
}
