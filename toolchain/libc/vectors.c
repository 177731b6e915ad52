/* The functions of memory.c and strings.c, with the vectors that the processor has: GNU's indirect functions
 * (`STT_GNU_IFUNC` of the psABI), which start-up resolves. */
#define _GNU_SOURCE
#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

/* Whether the processor has AVX2, and the kernel keeps its registers (Intel's manual, volume 1, 14.7.1). */
static __attribute__((target("xsave"))) int has_avx2(void)
{
	unsigned a, b, c, d;
	__cpuid(1, a, b, c, d);
	if ((c & (bit_OSXSAVE | bit_AVX)) != (bit_OSXSAVE | bit_AVX) || (_xgetbv(0) & 6) != 6)
		return 0;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_AVX2;
}

static __attribute__((noinline)) int wide(void)
{
	enum { UNKNOWN, NO, YES };
	static int answer;
	if (answer == UNKNOWN)
		answer = has_avx2() ? YES : NO;
	return answer == YES;
}

#define CHOICE(name)									\
	__typeof__(name) __sse2_##name, __avx2_##name;					\
	static __typeof__(&name) name##_choice(void)					\
	{										\
		return wide() ? __avx2_##name : __sse2_##name;				\
	}										\
	__attribute__((ifunc(#name "_choice"))) __typeof__(name) name;

CHOICE(memcpy)
CHOICE(memmove)
CHOICE(memset)
CHOICE(memcmp)
CHOICE(memchr)
CHOICE(memrchr)
CHOICE(rawmemchr)
CHOICE(strchr)
CHOICE(strchrnul)
CHOICE(strcmp)
CHOICE(strncmp)
CHOICE(strlen)
CHOICE(strnlen)
