/* Vectors of bytes, as long as the including file's target has them: AVX2's of 32 bytes, or SSE2's of 16. A file that
 * defines its functions by VECTOR_NAME() is compiled for both, and vectors.c chooses at start-up. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE	static inline __attribute__((always_inline))

typedef unsigned char Byte;

#ifdef __AVX2__
#define BLOCK			32
#define VECTOR_NAME(name)	__avx2_##name
typedef __m256i Vector;
#define VECTOR(operation)	_mm256_##operation
#define WHOLE(operation)	_mm256_##operation##_si256
#else
#define BLOCK			16
#define VECTOR_NAME(name)	__sse2_##name
typedef __m128i Vector;
#define VECTOR(operation)	_mm_##operation
#define WHOLE(operation)	_mm_##operation##_si128
#endif

INLINE Vector load(const void *from)
{
	return WHOLE(loadu)((const Vector *)from);
}

INLINE Vector load_aligned(const void *from)
{
	return WHOLE(load)((const Vector *)from);
}

INLINE void store(void *to, Vector block)
{
	WHOLE(storeu)((Vector *)to, block);
}

INLINE void store_aligned(void *to, Vector block)
{
	WHOLE(store)((Vector *)to, block);
}

/* Around the caches; the destination is aligned. */
INLINE void stream(void *to, Vector block)
{
	WHOLE(stream)((Vector *)to, block);
}

INLINE Vector all_of(int byte)
{
	return VECTOR(set1_epi8)((char)byte);
}

/* 0xff where two bytes are the same, and 0 where they are not. */
INLINE Vector same(Vector a, Vector b)
{
	return VECTOR(cmpeq_epi8)(a, b);
}

INLINE Vector either(Vector a, Vector b)
{
	return WHOLE(or)(a, b);
}

INLINE Vector both(Vector a, Vector b)
{
	return WHOLE(and)(a, b);
}

INLINE Vector least(Vector a, Vector b)
{
	return VECTOR(min_epu8)(a, b);
}

/* A bit for each byte, its highest. */
INLINE unsigned bits(Vector block)
{
	return (unsigned)VECTOR(movemask_epi8)(block);
}

/* bits() of a vector of 0xff. */
#define ALL_BITS	(~0u >> (32 - BLOCK))
