/* Numbers for the scanf() family. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "scanf.h"

static int next(struct input *in)
{
	return take(in);
}

static void give_back(struct input *in, int character)
{
	unget(in, character);
}

static int digit_of(int character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	int letter = character | 32;
	return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : 99;
}

void __scan_store(const struct conversion *conversion, unsigned long long value)
{
	if (conversion->suppressed)
		return;
	switch (conversion->size) {
	case CHAR:
		*(char *)conversion->to = (char)value;
		break;
	case SHORT:
		*(short *)conversion->to = (short)value;
		break;
	case INT:
		*(int *)conversion->to = (int)value;
		break;
	case LONG:
	case LONG_LONG:
		*(long long *)conversion->to = (long long)value;
		break;
	}
}

/* An integer, which is cut to the greatest or least as strtoll() does it, or strtoull() without a sign. */
enum outcome __scan_integer(struct input *in, const struct conversion *conversion, int base, int is_signed)
{
	int character = next(in), negative = character == '-', any = 0, overflow = 0;
	if (character == END)
		return NO_INPUT;
	if (character == '-' || character == '+')
		character = next(in);
	if ((base == 0 || base == 16) && character == '0') {
		any = 1;
		character = next(in);
		if ((character | 32) == 'x' && character > 0) {
			int after = next(in);
			if (digit_of(after) < 16) {
				base = 16;
				character = after;
			} else {
				give_back(in, after);
				give_back(in, character);
				character = NONE;
			}
		} else if (base == 0) {
			base = 8;
		}
	}
	if (base == 0)
		base = 10;
	unsigned long long value = 0;
	for (int digit; (digit = digit_of(character)) < base; character = next(in)) {
		any = 1;
		if (value > (ULLONG_MAX - (unsigned)digit) / (unsigned)base)
			overflow = 1;
		value = value * (unsigned)base + (unsigned)digit;
	}
	give_back(in, character);
	if (!any)
		return NO_MATCH;
	unsigned long long most = is_signed ? (unsigned long long)LLONG_MAX + (unsigned)negative : ULLONG_MAX;
	if (overflow || value > most) {
		errno = ERANGE;
		value = most;
		negative &= is_signed;
	}
	__scan_store(conversion, negative ? -value : value);
	return MATCHED;
}

/* Text that grows. */
struct text {
	char	*bytes, small[200];
	size_t	used, size;
};

static int add(struct text *text, int character)
{
	if (text->used + 1 >= text->size) {
		char *larger = realloc(text->bytes == text->small ? NULL : text->bytes, text->size * 2);
		if (!larger)
			return 0;
		if (text->bytes == text->small)
			memcpy(larger, text->small, text->used);
		text->bytes = larger;
		text->size *= 2;
	}
	text->bytes[text->used++] = (char)character;
	text->bytes[text->used] = 0;
	return 1;
}

/* Takes letters of a word, of any case, as far as they go on; returns how many, the first of which is `character`. */
static int read_word(struct input *in, const char *word, int *character)
{
	int length = 0;
	while (word[length] && *character > 0 && *character < 128 && (*character | 32) == word[length]) {
		length++;
		*character = word[length] ? next(in) : NONE;
	}
	return length;
}

/* What may stand in parentheses behind `nan`: all of it or nothing is taken. */
static int read_nan_word(struct input *in, struct text *text)
{
	size_t before = text->used;
	int character = next(in);
	if (character == '(') {
		do {
			if (!add(text, character))
				return 0;
			character = next(in);
		} while (digit_of(character) < 36 || character == '_');
		if (character == ')')
			return add(text, character);
	}
	give_back(in, character);
	while (text->used > before)
		give_back(in, text->bytes[--text->used]);
	text->bytes[before] = 0;
	return 1;
}

/* A number with a point, as text; the outcome is FAILED without memory. */
static enum outcome read_number(struct input *in, struct text *text)
{
	int character = next(in), base = 10, digits = 0;
	if (character == END)
		return NO_INPUT;
	if (character == '-' || character == '+') {
		if (!add(text, character))
			return FAILED;
		character = next(in);
	}
	if (character == 'i' || character == 'I') {
		int length = read_word(in, "infinity", &character);
		give_back(in, character);
		return length != 3 && length != 8 ? NO_MATCH : add(text, 'i') && add(text, 'n') && add(text, 'f') ? MATCHED : FAILED;
	}
	if (character == 'n' || character == 'N') {
		int length = read_word(in, "nan", &character);
		give_back(in, character);
		if (length != 3)
			return NO_MATCH;
		return add(text, 'n') && add(text, 'a') && add(text, 'n') && read_nan_word(in, text) ? MATCHED : FAILED;
	}
	if (character == '0') {
		if (!add(text, character))
			return FAILED;
		character = next(in);
		digits = 1;
		if (character == 'x' || character == 'X') {
			if (!add(text, character))
				return FAILED;
			base = 16;
			digits = 0;
			character = next(in);
		}
	}
	for (int point = 0; digit_of(character) < base || (character == '.' && !point); character = next(in)) {
		if (!add(text, character))
			return FAILED;
		if (character == '.')
			point = 1;
		else
			digits = 1;
	}
	if (!digits) {
		give_back(in, character);
		return NO_MATCH;
	}
	if (character > 0 && (character | 32) == (base == 16 ? 'p' : 'e')) {
		int mark = character, sign = NONE;
		character = next(in);
		if (character == '-' || character == '+') {
			sign = character;
			character = next(in);
		}
		if (digit_of(character) >= 10) {
			give_back(in, character);
			give_back(in, sign);
			give_back(in, mark);
			return MATCHED;
		}
		if (!add(text, mark) || (sign != NONE && !add(text, sign)))
			return FAILED;
		for (; digit_of(character) < 10; character = next(in))
			if (!add(text, character))
				return FAILED;
	}
	give_back(in, character);
	return MATCHED;
}

enum outcome __scan_float(struct input *in, const struct conversion *conversion, int is_long_double)
{
	struct text text = { .bytes = text.small, .size = sizeof text.small };
	enum outcome outcome = read_number(in, &text);
	if (outcome == MATCHED && !conversion->suppressed) {
		if (is_long_double)
			*(long double *)conversion->to = strtold(text.bytes, NULL);
		else if (conversion->size == LONG)
			*(double *)conversion->to = strtod(text.bytes, NULL);
		else
			*(float *)conversion->to = strtof(text.bytes, NULL);
	}
	if (text.bytes != text.small)
		free(text.bytes);
	return outcome;
}
