/* Vectors of AVX2, with fused multiplication and addition. */
#pragma GCC target("avx2,fma")
#define SET	dN
#define LANES	4
#include "vector.h"
