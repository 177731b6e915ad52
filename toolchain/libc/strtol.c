/* Integers out of text, of bytes and of wide characters: newlib's know no wrong bases but for strtol() and wcstoull(),
 * and the widest set errno where there is no number. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <reent.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

#define INLINE static inline __attribute__((always_inline))

INLINE unsigned digit_of(unsigned character)
{
	if (character - '0' < 10)
		return character - '0';
	unsigned letter = (character | 32) - 'a';
	return letter < 26 ? letter + 10 : 99;
}

INLINE int is_blank(int wide, unsigned character)
{
	return character == ' ' || character - '\t' < 5 || (wide && character >= 0x80 && iswspace(character));
}

/* What a number is, without its sign and with it: at most `most`, or one more if it is negative. */
INLINE unsigned long long read_number(int wide, const void *text, void *end, int base, unsigned long long most, int is_signed)
{
	const unsigned char *bytes = text;
	const wchar_t *characters = text;
#define AT(i)	(wide ? (unsigned)characters[i] : bytes[i])
	size_t i = 0, behind = 0;
	unsigned long long value = 0;
	int negative = 0, overflow = 0;
	if (base < 0 || base == 1 || base > 36) {
		errno = EINVAL;
	} else {
		while (is_blank(wide, AT(i)))
			i++;
		if (AT(i) == '-' || AT(i) == '+')
			negative = AT(i++) == '-';
		if ((base == 0 || base == 16) && AT(i) == '0' && (AT(i + 1) | 32) == 'x' && digit_of(AT(i + 2)) < 16) {
			i += 2;
			base = 16;
		} else if (base == 0) {
			base = AT(i) == '0' ? 8 : 10;
		}
		for (unsigned digit; (digit = digit_of(AT(i))) < (unsigned)base; behind = ++i) {
			unsigned long long product;
			overflow |= __builtin_mul_overflow(value, (unsigned long long)base, &product);
			overflow |= __builtin_add_overflow(product, digit, &value);
		}
	}
#undef AT
	if (end) {
		if (wide)
			*(const wchar_t **)end = characters + behind;
		else
			*(const unsigned char **)end = bytes + behind;
	}
	if (is_signed)
		most += (unsigned)negative;
	if (overflow || value > most) {
		errno = ERANGE;
		return is_signed && negative ? -most : most;
	}
	return negative ? -value : value;
}

/* Each function, that with a locale (no locale has digits of its own), and the names by which the rest of newlib calls it. */
#define NUMBER(name, type, character, wide, most, is_signed)								\
	type name(const character *restrict text, character **restrict end, int base)					\
	{														\
		return (type)read_number(wide, text, end, base, most, is_signed);					\
	}														\
	type name##_l(const character *restrict text, character **restrict end, int base, locale_t locale)		\
	{														\
		(void)locale;												\
		return name(text, end, base);										\
	}														\
	type _##name##_r(struct _reent *reent, const character *restrict text, character **restrict end, int base)	\
	{														\
		(void)reent;												\
		return name(text, end, base);										\
	}														\
	type _##name##_l(struct _reent *reent, const character *restrict text, character **restrict end, int base,	\
		locale_t locale)											\
	{														\
		(void)reent, (void)locale;										\
		return name(text, end, base);										\
	}

#define BOTH(narrow, wide, type, most, is_signed)	\
	NUMBER(narrow, type, char, 0, most, is_signed)	\
	NUMBER(wide, type, wchar_t, 1, most, is_signed)

BOTH(strtol, wcstol, long, LONG_MAX, 1)
BOTH(strtoll, wcstoll, long long, LLONG_MAX, 1)
BOTH(strtoimax, wcstoimax, intmax_t, INTMAX_MAX, 1)
BOTH(strtoul, wcstoul, unsigned long, ULONG_MAX, 0)
BOTH(strtoull, wcstoull, unsigned long long, ULLONG_MAX, 0)
BOTH(strtoumax, wcstoumax, uintmax_t, UINTMAX_MAX, 0)
