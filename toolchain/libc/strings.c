/* The functions of string.h that look at every byte (C17 7.24, POSIX.1-2017, GNU), a vector a step.
 *
 * Where a string's end is not known, only aligned blocks are read, or blocks that lie in one page: reading past the
 * end is harmless there, since what begins before the end is in the same page. */
#include "vector.h"

#define STEP	(4 * BLOCK)
#define PAGE	4096

typedef const Byte *Bytes;

/* What is searched for: blocks with 0xff where it is found. */
typedef Vector Hits(Vector block, Vector wanted);

INLINE Vector is_wanted(Vector block, Vector wanted)
{
	return same(block, wanted);
}

INLINE Vector is_wanted_or_end(Vector block, Vector wanted)
{
	return either(same(block, wanted), same(block, all_of(0)));
}

/* The first place from `s` on where something is found; `end` or later if that is not before `end`. */
INLINE Bytes find(Bytes s, Bytes end, Hits *hits, int character)
{
	Vector wanted = all_of(character);
	Bytes at = (Bytes)((uintptr_t)s & -BLOCK);
	unsigned mask = bits(hits(load_aligned(at), wanted)) >> (s - at);
	if (mask)
		return s + __builtin_ctz(mask);
	/* So many blocks that a step's beginning is behind the first. */
	for (int block = 1; block <= 4; block++) {
		at += BLOCK;
		if (at >= end)
			return end;
		mask = bits(hits(load_aligned(at), wanted));
		if (mask)
			return at + __builtin_ctz(mask);
	}
	at = (Bytes)((uintptr_t)(at + BLOCK) & -STEP);
	for (; at < end; at += STEP) {
		Vector first = hits(load_aligned(at), wanted), second = hits(load_aligned(at + BLOCK), wanted);
		Vector third = hits(load_aligned(at + 2 * BLOCK), wanted);
		Vector fourth = hits(load_aligned(at + 3 * BLOCK), wanted);
		Vector half = either(first, second);
		if (bits(either(half, either(third, fourth)))) {
			if (!bits(half)) {
				at += 2 * BLOCK;
				first = third;
				second = fourth;
			}
			mask = bits(first);
			return mask ? at + __builtin_ctz(mask) : at + BLOCK + __builtin_ctz(bits(second));
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

size_t VECTOR_NAME(strlen)(const char *s)
{
	return find((Bytes)s, NOWHERE, is_wanted, 0) - (Bytes)s;
}

size_t VECTOR_NAME(strnlen)(const char *s, size_t max)
{
	if (max == 0)
		return 0;
	Bytes end = end_of((Bytes)s, max), found = find((Bytes)s, end, is_wanted, 0);
	return (found < end ? found : end) - (Bytes)s;
}

void *VECTOR_NAME(memchr)(const void *s, int character, size_t len)
{
	if (len == 0)
		return NULL;
	Bytes end = end_of(s, len), found = find(s, end, is_wanted, character);
	return found < end ? (void *)found : NULL;
}

void *VECTOR_NAME(rawmemchr)(const void *s, int character)
{
	return (void *)find(s, NOWHERE, is_wanted, character);
}

char *VECTOR_NAME(strchrnul)(const char *s, int character)
{
	return (char *)find((Bytes)s, NOWHERE, is_wanted_or_end, character);
}

char *VECTOR_NAME(strchr)(const char *s, int character)
{
	char *found = (char *)find((Bytes)s, NOWHERE, is_wanted_or_end, character);
	return *found == (char)character ? found : NULL;
}

void *VECTOR_NAME(memrchr)(const void *s, int character, size_t len)
{
	Vector wanted = all_of(character);
	Bytes begin = s, at = begin + len;
	while (at - begin >= BLOCK) {
		at -= BLOCK;
		unsigned mask = bits(same(load(at), wanted));
		if (mask)
			return (void *)(at + 31 - __builtin_clz(mask));
	}
	if (len >= BLOCK) {
		/* What the first block has in common with the one before has none. */
		unsigned mask = bits(same(load(begin), wanted));
		return mask ? (void *)(begin + 31 - __builtin_clz(mask)) : NULL;
	}
	while (at > begin)
		if (*--at == (Byte)character)
			return (void *)at;
	return NULL;
}

/* How many of the bytes from `s` on are in its page. */
INLINE size_t in_page(Bytes s)
{
	return PAGE - (uintptr_t)s % PAGE;
}

/* A bit for each byte of two blocks that differs, or is the end. */
INLINE unsigned differences(Bytes a, Bytes b)
{
	Vector block = load(a);
	return bits(same(least(same(block, load(b)), block), all_of(0)));
}

INLINE int difference(Bytes a, Bytes b, unsigned mask)
{
	int at = __builtin_ctz(mask);
	return a[at] - b[at];
}

/* Compares up to `max` bytes, and up to the end of the strings. */
INLINE int compare(Bytes a, Bytes b, size_t max)
{
	/* Most strings differ soon. */
	if (max >= BLOCK && ((uintptr_t)a | (uintptr_t)b) % PAGE <= PAGE - BLOCK) {
		unsigned mask = differences(a, b);
		if (mask)
			return difference(a, b, mask);
		max -= BLOCK;
		a += BLOCK;
		b += BLOCK;
	}
	while (max > 0) {
		size_t here = in_page(a) < in_page(b) ? in_page(a) : in_page(b);
		if (here > max)
			here = max;
		max -= here;
		for (; here >= BLOCK; here -= BLOCK, a += BLOCK, b += BLOCK) {
			unsigned mask = differences(a, b);
			if (mask)
				return difference(a, b, mask);
		}
		for (; here > 0; here--, a++, b++)
			if (*a != *b || *a == 0)
				return *a - *b;
	}
	return 0;
}

int VECTOR_NAME(strcmp)(const char *a, const char *b)
{
	return compare((Bytes)a, (Bytes)b, SIZE_MAX);
}

int VECTOR_NAME(strncmp)(const char *a, const char *b, size_t max)
{
	return compare((Bytes)a, (Bytes)b, max);
}
