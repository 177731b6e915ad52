/* Compiled by clang, C and C++; what clang does by itself (its own headers, thread-local storage, vectors,
 * 128-bit integers, atomics) works with the libraries that GCC compiled. */
#include <complex.h>
#include <immintrin.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <tgmath.h>
#include "check.h"

#ifndef __clang__
#error not compiled by clang
#endif

int exceptions(void); /* part.cc */

static _Thread_local int own = 5;
static atomic_int total;

static void *thread(void *arg)
{
	own += (int)(intptr_t)arg;
	atomic_fetch_add(&total, own);
	return &own;
}

int main(void)
{
	pthread_t threads[4];
	for (intptr_t i = 0; i < 4; i++)
		REQUIRE(pthread_create(&threads[i], NULL, thread, (void *)i) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(atomic_load(&total), 4 * 5 + 6);
	CHECK_EQ(own, 5);
	volatile double complex z = 3 + 4 * I;
	CHECK(cabs(z) == 5 && creal(z * z) == -7);
	volatile long double x = 2;
	CHECK(fabsl(sqrtl(x) * sqrtl(x) - 2) < 1e-18L);
	volatile unsigned __int128 big = (unsigned __int128)1 << 100;
	CHECK_EQ((uint64_t)(big / 1000000007 >> 64), 68);
	__m128d a = _mm_set_pd(1, 2), b = _mm_mul_pd(a, a);
	CHECK(b[0] == 4 && b[1] == 1);
	char text[64];
	snprintf(text, sizeof text, "%" PRIx64 " %zu %.3Lf", (uint64_t)INT64_MAX, sizeof(max_align_t), (long double)x);
	CHECK(strcmp(text, "7fffffffffffffff 32 2.000") == 0);
	CHECK_EQ(exceptions(), 3);
	return check_done();
}
