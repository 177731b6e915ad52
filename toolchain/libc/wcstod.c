/* Numbers with a point out of wide text: the characters that a number may have are handed to strtod() and its like. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

struct bytes {
	const wchar_t	*start;
	char		*text, small[200];
};

/* The text that may be a number, as bytes; without memory for a long one it is none. */
static void begin(struct bytes *bytes, const wchar_t *text)
{
	size_t count = 0;
	while (iswspace((wint_t)*text))
		text++;
	while (text[count] > 0 && text[count] < 128 && (isalnum((int)text[count]) || strchr("+-._()", (int)text[count])))
		count++;
	bytes->start = text;
	bytes->text = count < sizeof bytes->small ? bytes->small : malloc(count + 1);
	if (!bytes->text) {
		bytes->text = bytes->small;
		count = 0;
	}
	for (size_t i = 0; i < count; i++)
		bytes->text[i] = (char)text[i];
	bytes->text[count] = 0;
}

static void finish(struct bytes *bytes, const char *behind, const wchar_t *text, wchar_t **end)
{
	if (end)
		*end = (wchar_t *)(behind == bytes->text ? text : bytes->start + (behind - bytes->text));
	if (bytes->text != bytes->small)
		free(bytes->text);
}

#define FROM_WIDE(type, name, from_bytes)							\
	type name(const wchar_t *restrict text, wchar_t **restrict end)			\
	{											\
		struct bytes bytes;								\
		char *behind;									\
		begin(&bytes, text);								\
		type value = from_bytes(bytes.text, &behind);					\
		finish(&bytes, behind, text, end);						\
		return value;									\
	}											\
	type name##_l(const wchar_t *restrict text, wchar_t **restrict end, locale_t locale)	\
	{											\
		(void)locale;									\
		return name(text, end);								\
	}

FROM_WIDE(long double, wcstold, strtold)
FROM_WIDE(double, wcstod, strtod)
FROM_WIDE(float, wcstof, strtof)

/* The name by which the rest of newlib calls it. */
double _wcstod_l(struct _reent *reent, const wchar_t *restrict text, wchar_t **restrict end, locale_t locale)
{
	(void)reent;
	return wcstod_l(text, end, locale);
}
