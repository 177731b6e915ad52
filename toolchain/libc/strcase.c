/* strcasecmp() and its like compare bytes without signs, and strsep() tells an empty last part: newlib's do not. */
#define _GNU_SOURCE
#include <ctype.h>
#include <string.h>
#include <strings.h>

int strncasecmp(const char *one, const char *other, size_t size)
{
	for (; size > 0; size--, one++, other++) {
		unsigned char a = (unsigned char)*one, b = (unsigned char)*other;
		int difference = a == b ? 0 : tolower(a) - tolower(b);
		if (difference != 0 || a == 0)
			return difference;
	}
	return 0;
}

int strcasecmp(const char *one, const char *other)
{
	return strncasecmp(one, other, (size_t)-1);
}

int strncasecmp_l(const char *one, const char *other, size_t size, locale_t locale)
{
	for (; size > 0; size--, one++, other++) {
		unsigned char a = (unsigned char)*one, b = (unsigned char)*other;
		int difference = a == b ? 0 : tolower_l(a, locale) - tolower_l(b, locale);
		if (difference != 0 || a == 0)
			return difference;
	}
	return 0;
}

int strcasecmp_l(const char *one, const char *other, locale_t locale)
{
	return strncasecmp_l(one, other, (size_t)-1, locale);
}

char *strsep(char **restrict rest, const char *restrict delimiters)
{
	char *part = *rest;
	if (!part)
		return NULL;
	char *end = part + strcspn(part, delimiters);
	*rest = NULL;
	if (*end) {
		*end = 0;
		*rest = end + 1;
	}
	return part;
}
