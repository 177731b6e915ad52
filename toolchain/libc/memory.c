/* memcpy(), memmove(), memset() and memcmp() (C17 7.24), 16 bytes a step by SSE2, at any alignment.
 *
 * From AROUND_CACHES on what is written goes around the caches, which saves reading what is overwritten; whoever uses
 * fewer bytes next finds them in the caches. */
#include <emmintrin.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* No calls of these functions out of their own loops. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#define INLINE		static inline __attribute__((always_inline))
#define WEAK		__attribute__((weak))
#define BLOCK		16
#define AROUND_CACHES	(1 << 20)

typedef unsigned char Byte;
typedef uint64_t __attribute__((may_alias, aligned(1))) U64;
typedef uint32_t __attribute__((may_alias, aligned(1))) U32;
typedef uint16_t __attribute__((may_alias, aligned(1))) U16;

INLINE __m128i load(const Byte *from)
{
	return _mm_loadu_si128((const __m128i *)from);
}

INLINE void store(Byte *to, __m128i block)
{
	_mm_storeu_si128((__m128i *)to, block);
}

/* The destination is aligned. */
INLINE void stream(Byte *to, __m128i block)
{
	_mm_stream_si128((__m128i *)to, block);
}

/* Copies less than a block; everything is read before anything is written. */
INLINE void copy_few(Byte *to, const Byte *from, size_t len)
{
	if (len >= 8) {
		uint64_t first = *(const U64 *)from, last = *(const U64 *)(from + len - 8);
		*(U64 *)to = first;
		*(U64 *)(to + len - 8) = last;
	} else if (len >= 4) {
		uint32_t first = *(const U32 *)from, last = *(const U32 *)(from + len - 4);
		*(U32 *)to = first;
		*(U32 *)(to + len - 4) = last;
	} else if (len >= 2) {
		uint16_t first = *(const U16 *)from, last = *(const U16 *)(from + len - 2);
		*(U16 *)to = first;
		*(U16 *)(to + len - 2) = last;
	} else if (len) {
		*to = *from;
	}
}

INLINE void copy_64(Byte *to, const Byte *from, void (*put)(Byte *, __m128i))
{
	__m128i first = load(from), second = load(from + BLOCK);
	__m128i third = load(from + 2 * BLOCK), fourth = load(from + 3 * BLOCK);
	put(to, first);
	put(to + BLOCK, second);
	put(to + 2 * BLOCK, third);
	put(to + 3 * BLOCK, fourth);
}

/* From the beginning on: right also where the source begins behind the destination's beginning. */
INLINE void copy_forward(Byte *to, const Byte *from, size_t len)
{
	if (len < BLOCK) {
		copy_few(to, from, len);
		return;
	}
	/* The last block, before it may be overwritten, and its place. */
	__m128i last = load(from + len - BLOCK);
	Byte *end = to + len - BLOCK;
	if (len >= AROUND_CACHES && (size_t)(from - to) >= AROUND_CACHES) {
		size_t head = -(uintptr_t)to % BLOCK;
		store(to, load(from));
		to += head;
		from += head;
		len -= head;
		for (; len >= 4 * BLOCK; len -= 4 * BLOCK, to += 4 * BLOCK, from += 4 * BLOCK)
			copy_64(to, from, stream);
		_mm_sfence();
	}
	for (; len >= 4 * BLOCK; len -= 4 * BLOCK, to += 4 * BLOCK, from += 4 * BLOCK)
		copy_64(to, from, store);
	for (; to < end; to += BLOCK, from += BLOCK)
		store(to, load(from));
	store(end, last);
}

/* From the end on. */
INLINE void copy_backward(Byte *to, const Byte *from, size_t len)
{
	if (len < BLOCK) {
		copy_few(to, from, len);
		return;
	}
	__m128i first = load(from);
	for (; len >= 4 * BLOCK; len -= 4 * BLOCK)
		copy_64(to + len - 4 * BLOCK, from + len - 4 * BLOCK, store);
	for (; len > BLOCK; len -= BLOCK)
		store(to + len - BLOCK, load(from + len - BLOCK));
	store(to, first);
}

WEAK void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	copy_forward(to, from, len);
	return to;
}

WEAK void *mempcpy(void *restrict to, const void *restrict from, size_t len)
{
	copy_forward(to, from, len);
	return (Byte *)to + len;
}

WEAK void *memmove(void *to, const void *from, size_t len)
{
	if ((uintptr_t)to - (uintptr_t)from < len)
		copy_backward(to, from, len);
	else
		copy_forward(to, from, len);
	return to;
}

WEAK void bcopy(const void *from, void *to, size_t len)
{
	memmove(to, from, len);
}

WEAK void *memset(void *at, int value, size_t len)
{
	Byte *to = at;
	uint64_t word = 0x0101010101010101 * (Byte)value;
	if (len < BLOCK) {
		if (len >= 8) {
			*(U64 *)to = *(U64 *)(to + len - 8) = word;
		} else if (len >= 4) {
			*(U32 *)to = *(U32 *)(to + len - 4) = (uint32_t)word;
		} else if (len) {
			to[0] = to[len / 2] = to[len - 1] = (Byte)value;
		}
		return at;
	}
	__m128i block = _mm_set1_epi64x((long long)word);
	Byte *end = to + len - BLOCK;
	if (len >= AROUND_CACHES) {
		store(to, block);
		to += -(uintptr_t)to % BLOCK;
		for (; to < end; to += BLOCK)
			stream(to, block);
		_mm_sfence();
	}
	for (; to + 3 * BLOCK < end; to += 4 * BLOCK) {
		store(to, block);
		store(to + BLOCK, block);
		store(to + 2 * BLOCK, block);
		store(to + 3 * BLOCK, block);
	}
	for (; to < end; to += BLOCK)
		store(to, block);
	store(end, block);
	return at;
}

WEAK void bzero(void *at, size_t len)
{
	memset(at, 0, len);
}

/* The sign of what the first byte that differs says; the numbers have it at their end. */
INLINE int order(uint64_t a, uint64_t b)
{
	a = __builtin_bswap64(a);
	b = __builtin_bswap64(b);
	return (a > b) - (a < b);
}

INLINE __m128i same(const Byte *a, const Byte *b)
{
	return _mm_cmpeq_epi8(load(a), load(b));
}

/* Compares a block or more. */
INLINE int compare_blocks(const Byte *a, const Byte *b, size_t len)
{
	const Byte *end = a + len - BLOCK;
	for (; a + 3 * BLOCK <= end; a += 4 * BLOCK, b += 4 * BLOCK) {
		__m128i one = _mm_and_si128(same(a, b), same(a + BLOCK, b + BLOCK));
		__m128i other = _mm_and_si128(same(a + 2 * BLOCK, b + 2 * BLOCK), same(a + 3 * BLOCK, b + 3 * BLOCK));
		if (_mm_movemask_epi8(_mm_and_si128(one, other)) != 0xffff)
			break;
	}
	for (;; a += BLOCK, b += BLOCK) {
		/* The last block has some that is known to be equal. */
		if (a > end) {
			b -= a - end;
			a = end;
		}
		unsigned mask = 0xffff ^ (unsigned)_mm_movemask_epi8(same(a, b));
		if (mask)
			return a[__builtin_ctz(mask)] - b[__builtin_ctz(mask)];
		if (a == end)
			return 0;
	}
}

WEAK int memcmp(const void *left, const void *right, size_t len)
{
	const Byte *a = left, *b = right;
	if (len >= BLOCK)
		return compare_blocks(a, b, len);
	if (len >= 8) {
		int first = order(*(const U64 *)a, *(const U64 *)b);
		return first ? first : order(*(const U64 *)(a + len - 8), *(const U64 *)(b + len - 8));
	}
	if (len >= 4)
		return order(*(const U32 *)a | (uint64_t)*(const U32 *)(a + len - 4) << 32,
			     *(const U32 *)b | (uint64_t)*(const U32 *)(b + len - 4) << 32);
	for (; len > 0; len--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

WEAK int bcmp(const void *a, const void *b, size_t len)
{
	return memcmp(a, b, len);
}
