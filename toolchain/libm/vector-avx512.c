/* Vectors of AVX-512. */
#pragma GCC target("avx512f,fma")
#define SET	eN
#define LANES	8
#include "vector.h"
