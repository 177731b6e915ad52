/* The scanf() family, of bytes and of wide characters, in place of newlib's: that knows no hexadecimal numbers with a
 * width, no words behind NaNs, rounds a float twice, and cuts long numbers.
 *
 * Where the standards call what is nearly a number no match, this is as lenient as other libraries are: of `0xg` as an
 * integer and of `1ex` the number before is taken, and the rest is left. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>
#include "scanf.h"

INLINE int is_blank(const struct input *in, int character)
{
	return character == ' ' || (character >= '\t' && character <= '\r') ||
	       (in->wide && character >= 0x80 && iswspace((wint_t)character));
}

static int skip_blanks(struct input *in)
{
	int character;
	do
		character = get(in);
	while (is_blank(in, character));
	unget(in, character);
	return character;
}

/* The scan set of a format, from behind `[` and `^` to before the last `]`. */
struct set {
	const void	*first, *end;
	int		inverted;
	unsigned char	has[256];
};

INLINE int at(int wide, const void *format, size_t i)
{
	return wide ? (int)((const wchar_t *)format)[i] : ((const unsigned char *)format)[i];
}

INLINE const void *behind(int wide, const void *format, size_t i)
{
	return wide ? (const void *)((const wchar_t *)format + i) : (const char *)format + i;
}

static int in_ranges(int wide, const struct set *set, int character)
{
	size_t count = wide ? (size_t)((const wchar_t *)set->end - (const wchar_t *)set->first)
			    : (size_t)((const char *)set->end - (const char *)set->first);
	for (size_t i = 0; i < count; i++) {
		int low = at(wide, set->first, i), high = low;
		if (i + 2 < count && at(wide, set->first, i + 1) == '-' && at(wide, set->first, i + 2) >= low) {
			high = at(wide, set->first, i + 2);
			i += 2;
		}
		if (character >= low && character <= high)
			return 1;
	}
	return 0;
}

/* Reads a set; returns what is behind its `]`, NULL if there is none. */
static const void *begin_set(int wide, const void *format, struct set *set)
{
	set->inverted = at(wide, format, 0) == '^';
	size_t i = (size_t)set->inverted;
	set->first = behind(wide, format, i);
	i += at(wide, format, i) == ']';
	while (at(wide, format, i) && at(wide, format, i) != ']')
		i++;
	if (!at(wide, format, i))
		return NULL;
	set->end = behind(wide, format, i);
	if (!wide)
		for (int byte = 0; byte < 256; byte++)
			set->has[byte] = in_ranges(0, set, byte) != set->inverted;
	return behind(wide, format, i + 1);
}

/* Where a string goes: the program's array, or one that grows. Characters are of the size that is wanted. */
struct target {
	char	*bytes;
	size_t	used, size, unit;
	int	grows, discards;
};

static int put_bytes(struct target *target, const void *bytes, size_t count)
{
	if (target->discards)
		return 1;
	if (target->grows && target->used + count + target->unit > target->size) {
		size_t size = target->size ? target->size * 2 : 64;
		char *larger = realloc(target->bytes, size);
		if (!larger)
			return 0;
		target->bytes = larger;
		target->size = size;
	}
	memcpy(target->bytes + target->used, bytes, count);
	target->used += count;
	return 1;
}

/* Strings, sets and characters: as they are, or wide characters out of bytes, or the other way round. */
static enum outcome read_string(struct input *in, const struct conversion *conversion, const struct set *set)
{
	int to_wide = conversion->size == LONG, any = 0;
	struct target target = { .unit = to_wide ? sizeof(wchar_t) : 1, .grows = conversion->allocates && !conversion->suppressed,
				 .discards = conversion->suppressed, .bytes = conversion->allocates ? NULL : conversion->to };
	mbstate_t state = { 0 };
	enum outcome outcome = MATCHED;
	int character, complete = 1;
	for (;;) {
		/* The rest of a character is no further one. */
		character = complete ? take(in) : get(in);
		if (character < 0)
			break;
		if (conversion->letter == 's' ? is_blank(in, character) : set && complete &&
		    !(in->wide ? in_ranges(1, set, character) != set->inverted : set->has[character])) {
			unget(in, character);
			break;
		}
		any = 1;
		if (to_wide == in->wide) {
			wchar_t wide = character;
			char byte = (char)character;
			if (!put_bytes(&target, to_wide ? (void *)&wide : &byte, target.unit))
				outcome = FAILED;
		} else if (to_wide) {
			wchar_t wide;
			char byte = (char)character;
			size_t length = mbrtowc(&wide, &byte, 1, &state);
			complete = length != (size_t)-2;
			if (length == (size_t)-1 || (complete && !put_bytes(&target, &wide, sizeof wide)))
				outcome = FAILED;
		} else {
			char bytes[MB_LEN_MAX];
			size_t length = wcrtomb(bytes, character, &state);
			if (length == (size_t)-1 || !put_bytes(&target, bytes, length))
				outcome = FAILED;
		}
		if (outcome != MATCHED)
			break;
	}
	if (outcome == MATCHED && !complete) {
		errno = EILSEQ;
		outcome = FAILED;
	}
	if (outcome == MATCHED && !any)
		outcome = character == END ? NO_INPUT : NO_MATCH;
	if (outcome == MATCHED && conversion->letter != 'c' && !put_bytes(&target, &(wchar_t){ 0 }, target.unit))
		outcome = FAILED;
	if (target.grows) {
		if (outcome != MATCHED)
			free(target.bytes);
		else
			*(char **)conversion->to = target.bytes;
	}
	return outcome;
}

static enum outcome convert(struct input *in, struct conversion *conversion, const struct set *set, int long_double)
{
	switch (conversion->letter) {
	case 'd':
		return __scan_integer(in, conversion, 10, 1);
	case 'i':
		return __scan_integer(in, conversion, 0, 1);
	case 'u':
		return __scan_integer(in, conversion, 10, 0);
	case 'o':
		return __scan_integer(in, conversion, 8, 0);
	case 'x':
		return __scan_integer(in, conversion, 16, 0);
	case 'f':
		return __scan_float(in, conversion, long_double);
	default:
		return read_string(in, conversion, set);
	}
}

/* The argument of a position, from 1. All of them are pointers. */
static void *argument(va_list arguments, int position)
{
	va_list copy;
	va_copy(copy, arguments);
	void *found;
	do
		found = va_arg(copy, void *);
	while (--position > 0);
	va_end(copy);
	return found;
}

struct arguments {
	va_list	next, all;
};

static int scan(FILE *file, int wide, int text, const void *format, struct arguments *arguments)
{
	struct input in = { .file = file, .wide = wide, .text = text };
	int assigned = 0;
	enum outcome outcome = MATCHED;
#define NOW	at(wide, format, 0)
#define ADVANCE	(format = behind(wide, format, 1))
	for (; NOW; ADVANCE) {
		in.width = LLONG_MAX;
		if (is_blank(&in, NOW)) {
			skip_blanks(&in);
			continue;
		}
		if (NOW != '%' || at(wide, format, 1) == '%') {
			if (NOW == '%') {
				ADVANCE;
				skip_blanks(&in);
			}
			int character = get(&in);
			if (character == NOW)
				continue;
			unget(&in, character);
			outcome = character == END ? NO_INPUT : NO_MATCH;
			break;
		}
		ADVANCE;
		struct conversion conversion = { .size = INT };
		int position = 0, long_double = 0;
		if (NOW == '*') {
			conversion.suppressed = 1;
			ADVANCE;
		}
		int number = 0, given = 0;
		for (;; ADVANCE) {
			if (NOW >= '0' && NOW <= '9') {
				number = number < INT_MAX / 10 ? number * 10 + NOW - '0' : INT_MAX;
				given = 1;
			} else if (NOW == '$' && given) {
				position = number;
				number = given = 0;
			} else if (NOW != '\'') {
				break;
			}
		}
		if (number > 0)
			in.width = number;
		if (NOW == 'm') {
			conversion.allocates = 1;
			ADVANCE;
		}
		switch (NOW) {
		case 'h':
			conversion.size = at(wide, format, 1) == 'h' ? CHAR : SHORT;
			if (conversion.size == CHAR)
				ADVANCE;
			ADVANCE;
			break;
		case 'l':
			conversion.size = at(wide, format, 1) == 'l' ? LONG_LONG : LONG;
			if (conversion.size == LONG_LONG)
				ADVANCE;
			ADVANCE;
			break;
		case 'L':
			long_double = 1;
			/* Before an integer it is `ll`, as with the GNU library. */
			/* fallthrough */
		case 'q':
		case 'j':
		case 'z':
		case 't':
			conversion.size = LONG_LONG;
			ADVANCE;
			break;
		}
		struct set set;
		int letter = NOW;
		conversion.letter = letter;
		switch (letter) {
		case 'd':
		case 'i':
		case 'u':
		case 'o':
		case 'x':
		case 's':
		case 'c':
		case 'n':
			break;
		case 'X':
			conversion.letter = 'x';
			break;
		case 'p':
			conversion.letter = 'x';
			conversion.size = LONG;
			break;
		case 'a':
		case 'A':
		case 'e':
		case 'E':
		case 'f':
		case 'F':
		case 'g':
		case 'G':
			conversion.letter = 'f';
			break;
		case 'S':
		case 'C':
			conversion.letter = letter | 32;
			conversion.size = LONG;
			break;
		case '[':
			ADVANCE;
			format = begin_set(wide, format, &set);
			if (!format)
				goto done;
			format = wide ? (const void *)((const wchar_t *)format - 1) : (const char *)format - 1;
			break;
		default:
			/* Nothing that is known. */
			goto done;
		}
		if (!conversion.suppressed)
			conversion.to = position ? argument(arguments->all, position) : va_arg(arguments->next, void *);
		if (letter == 'n') {
			__scan_store(&conversion, (unsigned long long)in.count);
			continue;
		}
		if (conversion.letter == 'c' && number == 0)
			in.width = 1;
		if (conversion.letter != 'c' && letter != '[' && skip_blanks(&in) == END) {
			outcome = NO_INPUT;
			break;
		}
		outcome = convert(&in, &conversion, letter == '[' ? &set : NULL, long_double);
		if (outcome != MATCHED)
			break;
		assigned += !conversion.suppressed;
	}
done:
	return assigned == 0 && (outcome == NO_INPUT || outcome == FAILED) ? EOF : assigned;
#undef NOW
#undef ADVANCE
}

/* From a stream. */
static int scan_stream(FILE *file, int wide, const void *format, struct arguments *arguments)
{
	int state;
	/* Who is ended while he waits for input would leave the stream locked. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	flockfile(file);
	int result = EOF;
	if (wide ? fwide(file, 1) > 0 : fwide(file, -1) < 0)
		result = scan(file, wide, 0, format, arguments);
	funlockfile(file);
	pthread_setcancelstate(state, &state);
	return result;
}

#define WITH(list, call)			\
	({					\
		struct arguments arguments;	\
		va_copy(arguments.next, list);	\
		va_copy(arguments.all, list);	\
		int result = call;		\
		va_end(arguments.next);		\
		va_end(arguments.all);		\
		result;				\
	})

int vfscanf(FILE *restrict file, const char *restrict format, va_list list)
{
	return WITH(list, scan_stream(file, 0, format, &arguments));
}

int vfwscanf(FILE *restrict file, const wchar_t *restrict format, va_list list)
{
	return WITH(list, scan_stream(file, 1, format, &arguments));
}

/* The names by which the rest of newlib calls them; those with `ss` read the text of a sscanf(). */

int __ssvfscanf_r(struct _reent *reent, FILE *file, const char *format, va_list list)
{
	(void)reent;
	return WITH(list, scan(file, 0, 1, format, &arguments));
}

int __ssvfwscanf_r(struct _reent *reent, FILE *file, const wchar_t *format, va_list list)
{
	(void)reent;
	return WITH(list, scan(file, 1, 1, format, &arguments));
}

#define OTHER_NAMES(name, inner, type)									\
	int inner(FILE *file, const type *format, va_list list)						\
	{												\
		return name(file, format, list);							\
	}												\
	int inner##_r(struct _reent *reent, FILE *file, const type *format, va_list list)		\
	{												\
		(void)reent;										\
		return name(file, format, list);							\
	}												\
	int _##name##_r(struct _reent *reent, FILE *file, const type *format, va_list list)		\
	{												\
		(void)reent;										\
		return name(file, format, list);							\
	}

OTHER_NAMES(vfscanf, __svfscanf, char)
OTHER_NAMES(vfwscanf, __svfwscanf, wchar_t)
