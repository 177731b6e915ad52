/* The functions of string.h and strings.h (C17 7.24, POSIX.1-2017, BSD) that are others put together, and those that
 * look for a set of bytes. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* strlen(), unknown to the compiler, which would make calls of these functions out of what they do with it. */
extern size_t length(const char *s) __asm__("strlen");

#define INLINE	static inline __attribute__((always_inline))

typedef const unsigned char *Bytes;

void *mempcpy(void *restrict to, const void *restrict from, size_t len)
{
	return (char *)memcpy(to, from, len) + len;
}

void bcopy(const void *from, void *to, size_t len)
{
	memmove(to, from, len);
}

void bzero(void *at, size_t len)
{
	memset(at, 0, len);
}

int bcmp(const void *a, const void *b, size_t len)
{
	return memcmp(a, b, len);
}

char *index(const char *s, int character)
{
	return strchr(s, character);
}

char *strrchr(const char *s, int character)
{
	return memrchr(s, character, length(s) + 1);
}

char *rindex(const char *s, int character)
{
	return strrchr(s, character);
}

/* In the C locale and in UTF-8 the order is that of the bytes. */
int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t len = length(from);
	return (char *)memcpy(to, from, len + 1) + len;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, length(from) + 1);
}

char *strcat(char *restrict to, const char *restrict from)
{
	memcpy(to + length(to), from, length(from) + 1);
	return to;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t max)
{
	size_t len = strnlen(from, max);
	memcpy(to, from, len);
	return memset(to + len, 0, max - len);
}

char *strncpy(char *restrict to, const char *restrict from, size_t max)
{
	stpncpy(to, from, max);
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t max)
{
	size_t len = strnlen(from, max);
	char *end = memcpy(to + length(to), from, len);
	end[len] = 0;
	return to;
}

/* Bytes as bits of a set. */
typedef struct { uint64_t words[4]; } Set;

INLINE Set set_of(Bytes members)
{
	Set set = { { 0 } };
	for (; *members; members++)
		set.words[*members / 64] |= 1ULL << *members % 64;
	return set;
}

INLINE int has(const Set *set, unsigned char byte)
{
	return set->words[byte / 64] >> byte % 64 & 1;
}

size_t strspn(const char *s, const char *accepted)
{
	Set set = set_of((Bytes)accepted);
	Bytes at = (Bytes)s;
	while (has(&set, *at))
		at++;
	return at - (Bytes)s;
}

size_t strcspn(const char *s, const char *refused)
{
	Set set = set_of((Bytes)refused);
	set.words[0] |= 1;
	Bytes at = (Bytes)s;
	while (!has(&set, *at))
		at++;
	return at - (Bytes)s;
}

char *strpbrk(const char *s, const char *wanted)
{
	s += strcspn(s, wanted);
	return *s ? (char *)s : NULL;
}
