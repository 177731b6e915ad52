/* Vectors of AVX. */
#pragma GCC target("avx")
#define SET	cN
#define LANES	4
#include "vector.h"
