/* Decimal digits of floating-point numbers, as newlib's printf() asks for them: exact ones, rounded once, as
 * fesetround() says. A number is a row of limbs of nine digits. Those before the point come of multiplying by powers of
 * two, those behind it one after the other as far as they are wanted. No memory is taken but for the result. */
#include <limits.h>
#include <reent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE = 1000000000, LIMB = 9 };

/* Each thread's result, which _reclaim_reent() frees, and how large that is. */
_Thread_local struct _Bigint *_tls_mp_result;
_Thread_local int _tls_mp_result_k;

/* The part of a number behind the point: `rest` over 2 to the power of `bits`, of which there are at most 98, or limbs
 * that are there already, and perhaps more behind them. */
struct fraction {
	unsigned __int128	rest;
	int			bits, more;
	const uint32_t		*limb, *end;
};

static int is_zero(const struct fraction *fraction)
{
	return fraction->rest == 0 && fraction->limb == fraction->end && !fraction->more;
}

static uint32_t next_limb(struct fraction *fraction)
{
	if (fraction->limb != fraction->end)
		return *fraction->limb++;
	if (fraction->rest == 0)
		return 0;
	fraction->rest *= BASE;
	uint32_t limb = (uint32_t)(fraction->rest >> fraction->bits);
	fraction->rest &= ((unsigned __int128)1 << fraction->bits) - 1;
	return limb;
}

/* Limbs of number * 2^exponent, the least first; returns how many. */
static int multiplied(uint64_t number, int exponent, uint32_t *limbs)
{
	int count = 0;
	for (; number; number /= BASE)
		limbs[count++] = (uint32_t)(number % BASE);
	for (int step; exponent > 0; exponent -= step) {
		step = exponent < 32 ? exponent : 32;
		uint64_t carry = 0;
		for (int i = 0; i < count; i++) {
			carry += (uint64_t)limbs[i] << step;
			limbs[i] = (uint32_t)(carry % BASE);
			carry /= BASE;
		}
		for (; carry; carry /= BASE)
			limbs[count++] = (uint32_t)(carry % BASE);
	}
	return count;
}

/* Limbs of number / 2^bits: first WHOLE before the point, then those behind it, of which there are at most so many as
 * `room` says; returns how many there are in all, and whether anything is behind them. */
enum { WHOLE = 3 };
static int divided(uint64_t number, int bits, uint32_t *limbs, int room, int *more)
{
	for (int i = WHOLE; i-- > 0; number /= BASE)
		limbs[i] = (uint32_t)(number % BASE);
	int first = 0, count = WHOLE;
	*more = 0;
	for (int step; bits > 0; bits -= step) {
		step = bits < 32 ? bits : 32;
		uint64_t mask = ((uint64_t)1 << step) - 1, rest = 0;
		for (int i = first; i < count; i++) {
			rest = rest * BASE + limbs[i];
			limbs[i] = (uint32_t)(rest >> step);
			rest &= mask;
		}
		for (; rest && count < room; rest &= mask) {
			rest *= BASE;
			limbs[count++] = (uint32_t)(rest >> step);
		}
		*more |= rest != 0;
		while (first < count && limbs[first] == 0)
			first++;
	}
	return count;
}

/* How many digits a limb has without leading zeroes. */
static int digits_of(uint32_t limb)
{
	int digits = 0;
	for (; limb; limb /= 10)
		digits++;
	return digits;
}

static char *put(char *to, uint32_t limb, int digits)
{
	for (int i = digits; i-- > 0; limb /= 10)
		to[i] = (char)('0' + limb % 10);
	return to + digits;
}

static char *room_for(long size)
{
	if (size > _tls_mp_result_k) {
		size = size < 64 ? 64 : size;
		char *larger = malloc((size_t)size);
		if (!larger)
			return NULL;
		free(_tls_mp_result);
		_tls_mp_result = (struct _Bigint *)larger;
		_tls_mp_result_k = (int)size;
	}
	return (char *)_tls_mp_result;
}

/* Whether what is cut off rounds away from zero: `next` is its first digit, `more` whether any digit but 0 is behind. */
static int rounds_up(int negative, int last, int next, int more)
{
	unsigned short control;
	__asm__("fnstcw %0" : "=m"(control));
	switch (control >> 10 & 3) {
	case 0:
		return next > 5 || (next == 5 && (more || (last & 1)));
	case 1:
		return negative && (next || more);
	case 2:
		return !negative && (next || more);
	default:
		return 0;
	}
}

static char *word(const char *text, char **end)
{
	char *result = room_for(1);
	if (result && end)
		*end = result + strlen(text);
	return result ? strcpy(result, text) : NULL;
}

/* The digits of a number, without a sign, without zeroes at either end, and where among them the point is: with mode 2
 * so many digits, with mode 3 so many behind the point (which may be none at all). NULL without memory. */
char *_ldtoa_r(struct _reent *reent, long double value, int mode, int digits, int *point, int *sign, char **end)
{
	(void)reent;
	struct { uint64_t number; uint16_t exponent; } parts;
	memcpy(&parts, &value, 10);
	int exponent = parts.exponent & 0x7fff;
	uint64_t number = parts.number;
	int negative = *sign = parts.exponent >> 15;
	if (exponent == 0x7fff) {
		*point = INT_MAX;
		return word(number << 1 ? "NaN" : "Infinity", end);
	}
	*point = 1;
	if (number == 0)
		return word("0", end);
	exponent = (exponent ? exponent : 1) - 16383 - 63 + __builtin_ctzll(number);
	number >>= __builtin_ctzll(number);

	int bits = exponent < 0 ? -exponent : 0;
	/* Of the limbs behind the point those that are wanted, and two: as many as there are zeroes before the first digit (a
	 * bit is 0.30103 digits) and then the digits, or as many digits as are wanted behind the point. */
	long zeroes = (bits - (64 - __builtin_clzll(number))) * 30103L / 100000;
	long room = WHOLE + 2 + ((mode == 3 ? 0 : zeroes > 0 ? zeroes : 0) + (digits > 0 ? digits : 0)) / LIMB + 1;
	if (room > WHOLE + (bits + LIMB - 1) / LIMB)
		room = WHOLE + (bits + LIMB - 1) / LIMB;
	uint32_t before[exponent > 0 ? (64 + exponent) / 29 + 2 : WHOLE], behind[bits > 98 ? room : 1];
	struct fraction fraction = { .bits = bits };
	int whole;
	if (bits > 98) {
		whole = 0;
		fraction.limb = behind + WHOLE;
		fraction.end = behind + divided(number, bits, behind, (int)room, &fraction.more);
	} else {
		whole = multiplied(bits == 0 ? number : bits < 64 ? number >> bits : 0, exponent, before);
		fraction.rest = bits < 64 ? number & (((uint64_t)1 << bits) - 1) : number;
	}
	uint32_t limb;
	long where;
	if (whole) {
		limb = before[--whole];
		where = whole * LIMB + digits_of(limb);
	} else {
		where = LIMB;
		do {
			limb = next_limb(&fraction);
			where -= LIMB;
		} while (limb == 0 && (fraction.rest || fraction.limb != fraction.end));
		where -= LIMB - digits_of(limb);
		/* Every digit that is wanted is 0. */
		if (limb == 0)
			where = -(long)digits - 1;
	}
	long wanted = mode == 3 ? where + digits : digits > 1 ? digits : 1;
	/* There are no more digits behind the point than bits. */
	if (wanted > where + bits)
		wanted = where + bits;
	char *result = room_for(wanted < 0 ? 2 : wanted + 2 * LIMB + 2);
	if (!result)
		return NULL;

	char *to = result;
	int last = 0, next = 0, more = 1;
	if (wanted >= 0) {
		to = put(to, limb, digits_of(limb));
		while (to - result <= wanted && (whole || !is_zero(&fraction)))
			to = put(to, whole ? before[--whole] : next_limb(&fraction), LIMB);
		more = !is_zero(&fraction);
		while (whole && !more)
			more = before[--whole] != 0;
		char *cut = to - result > wanted ? result + wanted : to;
		next = cut < to ? *cut - '0' : 0;
		last = cut > result ? cut[-1] - '0' : 0;
		for (char *other = cut + 1; other < to && !more; other++)
			more = *other != '0';
		to = cut;
	}
	if (rounds_up(negative, last, next, more)) {
		if (wanted < 0)
			where = -(long)digits;
		while (to > result && to[-1] == '9')
			to--;
		if (to == result) {
			*to++ = '1';
			where++;
		} else {
			to[-1]++;
		}
	}
	while (to > result && to[-1] == '0')
		to--;
	*to = 0;
	*point = to == result ? -digits : (int)where;
	if (end)
		*end = to;
	return result;
}

/* The same of a double; with mode 0 as few digits as tell it from all others. */
char *_dtoa_r(struct _reent *reent, double value, int mode, int digits, int *point, int *sign, char **end)
{
	char *result;
	if (mode < 2) {
		char text[40];
		digits = 0;
		do {
			result = _ldtoa_r(reent, value, 2, ++digits, point, sign, end);
			if (!result || *point == INT_MAX)
				break;
			snprintf(text, sizeof text, "%s.%se%d", *sign ? "-" : "", result, *point);
		} while (digits < 17 && strtod(text, NULL) != value);
	} else {
		result = _ldtoa_r(reent, value, mode, digits, point, sign, end);
	}
	if (*point == INT_MAX)
		*point = 9999;
	return result;
}

/* What a number is besides a number: 1 for none, 2 for an infinite one. */
int _ldcheck(long double *value)
{
	return __builtin_isnan(*value) ? 1 : __builtin_isinf(*value) ? 2 : 0;
}
