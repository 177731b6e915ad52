/* memcpy(), memmove(), memset() and memcmp() (C17 7.24), a vector a step, at any alignment.
 *
 * From AROUND_CACHES on what is written goes around the caches, which saves reading what is overwritten; whoever uses
 * fewer bytes next finds them in the caches. */
#include "vector.h"

/* No calls of these functions out of their own loops. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#define STEP		(4 * BLOCK)
#define AROUND_CACHES	(1 << 20)

typedef uint64_t __attribute__((may_alias, aligned(1))) U64;
typedef uint32_t __attribute__((may_alias, aligned(1))) U32;
typedef uint16_t __attribute__((may_alias, aligned(1))) U16;
/* Half a vector, where a whole one is of 32 bytes. */
typedef __m128i __attribute__((aligned(1))) Half;

/* Copies `width` bytes up to twice as many, the first and the last of them; both are read before anything is written. */
#define COPY_HALVES(type, width)						\
	do {									\
		type first = *(const type *)from;				\
		type last = *(const type *)(from + len - (width));		\
		*(type *)to = first;						\
		*(type *)(to + len - (width)) = last;				\
	} while (0)

/* Copies less than a block; everything is read before anything is written. */
INLINE void copy_few(Byte *to, const Byte *from, size_t len)
{
	if (BLOCK > 16 && len >= 16)
		COPY_HALVES(Half, 16);
	else if (len >= 8)
		COPY_HALVES(U64, 8);
	else if (len >= 4)
		COPY_HALVES(U32, 4);
	else if (len >= 2)
		COPY_HALVES(U16, 2);
	else if (len)
		*to = *from;
}

typedef struct { Vector blocks[4]; } Step;

INLINE Step load_step(const Byte *from)
{
	return (Step) { { load(from), load(from + BLOCK), load(from + 2 * BLOCK), load(from + 3 * BLOCK) } };
}

INLINE void store_step(Byte *to, Step step, void (*put)(void *, Vector))
{
	put(to, step.blocks[0]);
	put(to + BLOCK, step.blocks[1]);
	put(to + 2 * BLOCK, step.blocks[2]);
	put(to + 3 * BLOCK, step.blocks[3]);
}

/* Copies up to a step; everything is read before anything is written. */
INLINE void copy_short(Byte *to, const Byte *from, size_t len)
{
	if (len < BLOCK) {
		copy_few(to, from, len);
		return;
	}
	Vector first = load(from), last = load(from + len - BLOCK);
	if (len > 2 * BLOCK) {
		Vector second = load(from + BLOCK), third = load(from + len - 2 * BLOCK);
		store(to + BLOCK, second);
		store(to + len - 2 * BLOCK, third);
	}
	store(to, first);
	store(to + len - BLOCK, last);
}

/* Copies more than a step from the beginning on: right also where the source begins behind the destination's
 * beginning. What the aligned steps leave at both ends is read before they write. */
INLINE void copy_forward(Byte *to, const Byte *from, size_t len)
{
	Vector first = load(from);
	Step last = load_step(from + len - STEP);
	Byte *begin = to, *end = to + len - STEP;
	size_t head = BLOCK - (uintptr_t)to % BLOCK;
	to += head;
	from += head;
	if (len >= AROUND_CACHES && (size_t)(from - to) >= AROUND_CACHES) {
		for (; to < end; to += STEP, from += STEP)
			store_step(to, load_step(from), stream);
		_mm_sfence();
	} else {
		for (; to < end; to += STEP, from += STEP)
			store_step(to, load_step(from), store_aligned);
	}
	store(begin, first);
	store_step(end, last, store);
}

/* The same from the end on. */
INLINE void copy_backward(Byte *to, const Byte *from, size_t len)
{
	Step first = load_step(from);
	Vector last = load(from + len - BLOCK);
	Byte *end = to + len, *at = (Byte *)((uintptr_t)(end - 1) & -BLOCK);
	for (from += at - to; at > to + STEP; at -= STEP, from -= STEP)
		store_step(at - STEP, load_step(from - STEP), store_aligned);
	store_step(to, first, store);
	store(end - BLOCK, last);
}

void *VECTOR_NAME(memcpy)(void *restrict to, const void *restrict from, size_t len)
{
	if (len <= STEP)
		copy_short(to, from, len);
	else
		copy_forward(to, from, len);
	return to;
}

void *VECTOR_NAME(memmove)(void *to, const void *from, size_t len)
{
	if (len <= STEP)
		copy_short(to, from, len);
	else if ((uintptr_t)to - (uintptr_t)from < len)
		copy_backward(to, from, len);
	else
		copy_forward(to, from, len);
	return to;
}

INLINE void set_step(Byte *to, Vector block, void (*put)(void *, Vector))
{
	store_step(to, (Step) { { block, block, block, block } }, put);
}

void *VECTOR_NAME(memset)(void *at, int value, size_t len)
{
	Byte *to = at, *end = to + len;
	uint64_t word = 0x0101010101010101 * (Byte)value;
	if (len < 16) {
		if (len >= 8) {
			*(U64 *)to = *(U64 *)(end - 8) = word;
		} else if (len >= 4) {
			*(U32 *)to = *(U32 *)(end - 4) = (uint32_t)word;
		} else if (len) {
			to[0] = to[len / 2] = end[-1] = (Byte)value;
		}
		return at;
	}
	if (len < BLOCK) {
		*(Half *)to = *(Half *)(end - 16) = _mm_set1_epi64x((long long)word);
		return at;
	}
	Vector block = all_of(value);
	store(to, block);
	if (len <= STEP) {
		store(end - BLOCK, block);
		if (len > 2 * BLOCK) {
			store(to + BLOCK, block);
			store(end - 2 * BLOCK, block);
		}
		return at;
	}
	end -= STEP;
	to += BLOCK - (uintptr_t)to % BLOCK;
	if (len >= AROUND_CACHES) {
		for (; to < end; to += STEP)
			set_step(to, block, stream);
		_mm_sfence();
	} else {
		for (; to < end; to += STEP)
			set_step(to, block, store_aligned);
	}
	set_step(end, block, store);
	return at;
}

/* The sign of what the first byte that differs says; the numbers have it at their end. */
INLINE int order(uint64_t a, uint64_t b)
{
	a = __builtin_bswap64(a);
	b = __builtin_bswap64(b);
	return (a > b) - (a < b);
}

/* Compares a block or more. */
INLINE int compare_blocks(const Byte *a, const Byte *b, size_t len)
{
	const Byte *end = a + len - BLOCK;
	for (; a + 3 * BLOCK <= end; a += STEP, b += STEP) {
		Vector one = both(same(load(a), load(b)), same(load(a + BLOCK), load(b + BLOCK)));
		Vector other = both(same(load(a + 2 * BLOCK), load(b + 2 * BLOCK)),
				    same(load(a + 3 * BLOCK), load(b + 3 * BLOCK)));
		if (bits(both(one, other)) != ALL_BITS)
			break;
	}
	for (;; a += BLOCK, b += BLOCK) {
		/* The last block has some that is known to be equal. */
		if (a > end) {
			b -= a - end;
			a = end;
		}
		unsigned differ = bits(same(load(a), load(b))) ^ ALL_BITS;
		if (differ)
			return a[__builtin_ctz(differ)] - b[__builtin_ctz(differ)];
		if (a == end)
			return 0;
	}
}

int VECTOR_NAME(memcmp)(const void *left, const void *right, size_t len)
{
	const Byte *a = left, *b = right;
	if (len >= BLOCK)
		return compare_blocks(a, b, len);
	if (BLOCK > 16 && len >= 16) {
		int first = order(*(const U64 *)a, *(const U64 *)b);
		first = first ? first : order(*(const U64 *)(a + 8), *(const U64 *)(b + 8));
		if (first)
			return first;
		a += len - 16;
		b += len - 16;
		len = 16;
	}
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
