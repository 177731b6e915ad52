/* The functions of string.h that look at every byte (C17 7.24, POSIX.1-2017, GNU), 16 bytes a step by SSE2.
 *
 * Where a string's end is not known, only aligned blocks are read, or blocks that lie in one page: reading past the
 * end is harmless there, since what begins before the end is in the same page. */
#include <emmintrin.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define INLINE	static inline __attribute__((always_inline))
#define WEAK	__attribute__((weak))
#define BLOCK	16
#define PAGE	4096

typedef const unsigned char *Bytes;

INLINE __m128i aligned(Bytes at)
{
	return _mm_load_si128((const __m128i *)at);
}

INLINE __m128i unaligned(Bytes at)
{
	return _mm_loadu_si128((const __m128i *)at);
}

/* What is searched for: blocks with 0xff where it is found. */
typedef __m128i Hits(__m128i block, __m128i wanted);

INLINE __m128i is_wanted(__m128i block, __m128i wanted)
{
	return _mm_cmpeq_epi8(block, wanted);
}

INLINE __m128i is_wanted_or_end(__m128i block, __m128i wanted)
{
	return _mm_or_si128(_mm_cmpeq_epi8(block, wanted), _mm_cmpeq_epi8(block, _mm_setzero_si128()));
}

/* The first place from `s` on where something is found; `end` or later if that is not before `end`. */
INLINE Bytes find(Bytes s, Bytes end, Hits *hits, int character)
{
	__m128i wanted = _mm_set1_epi8((char)character);
	Bytes at = (Bytes)((uintptr_t)s & -BLOCK);
	unsigned mask = (unsigned)_mm_movemask_epi8(hits(aligned(at), wanted)) >> (s - at);
	if (mask)
		return s + __builtin_ctz(mask);
	/* Four blocks a step. Those of the first step that were looked at do not count. */
	at += BLOCK;
	unsigned known = (uintptr_t)at % (4 * BLOCK);
	for (at -= known; at < end; at += 4 * BLOCK, known = 0) {
		__m128i first = hits(aligned(at), wanted), second = hits(aligned(at + BLOCK), wanted);
		__m128i third = hits(aligned(at + 2 * BLOCK), wanted);
		__m128i fourth = hits(aligned(at + 3 * BLOCK), wanted);
		__m128i any = _mm_or_si128(_mm_or_si128(first, second), _mm_or_si128(third, fourth));
		if (_mm_movemask_epi8(any)) {
			uint64_t all = (unsigned)_mm_movemask_epi8(first) |
				       (uint64_t)_mm_movemask_epi8(second) << BLOCK |
				       (uint64_t)_mm_movemask_epi8(third) << 2 * BLOCK |
				       (uint64_t)_mm_movemask_epi8(fourth) << 3 * BLOCK;
			all = all >> known << known;
			if (all)
				return at + __builtin_ctzll(all);
		}
	}
	return end;
}

/* There is an end somewhere. */
#define NOWHERE ((Bytes)-1)

/* The end of `len` bytes. */
INLINE Bytes end_of(Bytes s, size_t len)
{
	return len < (size_t)(NOWHERE - s) ? s + len : NOWHERE;
}

/* strlen(); the compiler would make calls of themselves out of functions that use it. */
INLINE size_t length(const char *s)
{
	return find((Bytes)s, NOWHERE, is_wanted, 0) - (Bytes)s;
}

WEAK size_t strlen(const char *s)
{
	return length(s);
}

WEAK size_t strnlen(const char *s, size_t max)
{
	if (max == 0)
		return 0;
	Bytes end = end_of((Bytes)s, max), found = find((Bytes)s, end, is_wanted, 0);
	return (found < end ? found : end) - (Bytes)s;
}

WEAK void *memchr(const void *s, int character, size_t len)
{
	if (len == 0)
		return NULL;
	Bytes end = end_of(s, len), found = find(s, end, is_wanted, character);
	return found < end ? (void *)found : NULL;
}

WEAK void *rawmemchr(const void *s, int character)
{
	return (void *)find(s, NOWHERE, is_wanted, character);
}

WEAK char *strchrnul(const char *s, int character)
{
	return (char *)find((Bytes)s, NOWHERE, is_wanted_or_end, character);
}

WEAK char *strchr(const char *s, int character)
{
	char *found = (char *)find((Bytes)s, NOWHERE, is_wanted_or_end, character);
	return *found == (char)character ? found : NULL;
}

WEAK char *index(const char *s, int character)
{
	return strchr(s, character);
}

WEAK void *memrchr(const void *s, int character, size_t len)
{
	__m128i wanted = _mm_set1_epi8((char)character);
	Bytes at = (Bytes)s + len;
	for (; len >= BLOCK; len -= BLOCK) {
		at -= BLOCK;
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(unaligned(at), wanted));
		if (mask)
			return (void *)(at + 31 - __builtin_clz(mask));
	}
	while (len-- > 0)
		if (*--at == (unsigned char)character)
			return (void *)at;
	return NULL;
}

WEAK char *strrchr(const char *s, int character)
{
	return memrchr(s, character, length(s) + 1);
}

WEAK char *rindex(const char *s, int character)
{
	return strrchr(s, character);
}

/* How many of the bytes from `s` on are in its page. */
INLINE size_t in_page(Bytes s)
{
	return PAGE - (uintptr_t)s % PAGE;
}

/* Compares up to `max` bytes, and up to the end of the strings. */
INLINE int compare(Bytes a, Bytes b, size_t max)
{
	while (max > 0) {
		size_t here = in_page(a) < in_page(b) ? in_page(a) : in_page(b);
		if (here > max)
			here = max;
		max -= here;
		for (; here >= BLOCK; here -= BLOCK, a += BLOCK, b += BLOCK) {
			__m128i block = unaligned(a);
			/* 0 where they differ, and at the end. */
			__m128i same = _mm_min_epu8(_mm_cmpeq_epi8(block, unaligned(b)), block);
			unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(same, _mm_setzero_si128()));
			if (mask) {
				int at = __builtin_ctz(mask);
				return a[at] - b[at];
			}
		}
		for (; here > 0; here--, a++, b++)
			if (*a != *b || *a == 0)
				return *a - *b;
	}
	return 0;
}

WEAK int strcmp(const char *a, const char *b)
{
	return compare((Bytes)a, (Bytes)b, SIZE_MAX);
}

WEAK int strncmp(const char *a, const char *b, size_t max)
{
	return compare((Bytes)a, (Bytes)b, max);
}

/* In the C locale and in UTF-8 the order is that of the bytes. */
WEAK int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

WEAK char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t len = length(from);
	return (char *)memcpy(to, from, len + 1) + len;
}

WEAK char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, length(from) + 1);
}

WEAK char *strcat(char *restrict to, const char *restrict from)
{
	memcpy(to + length(to), from, length(from) + 1);
	return to;
}

WEAK char *stpncpy(char *restrict to, const char *restrict from, size_t max)
{
	size_t len = strnlen(from, max);
	memcpy(to, from, len);
	return memset(to + len, 0, max - len);
}

WEAK char *strncpy(char *restrict to, const char *restrict from, size_t max)
{
	stpncpy(to, from, max);
	return to;
}

WEAK char *strncat(char *restrict to, const char *restrict from, size_t max)
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

WEAK size_t strspn(const char *s, const char *accepted)
{
	Set set = set_of((Bytes)accepted);
	Bytes at = (Bytes)s;
	while (has(&set, *at))
		at++;
	return at - (Bytes)s;
}

WEAK size_t strcspn(const char *s, const char *refused)
{
	Set set = set_of((Bytes)refused);
	set.words[0] |= 1;
	Bytes at = (Bytes)s;
	while (!has(&set, *at))
		at++;
	return at - (Bytes)s;
}

WEAK char *strpbrk(const char *s, const char *wanted)
{
	s += strcspn(s, wanted);
	return *s ? (char *)s : NULL;
}
