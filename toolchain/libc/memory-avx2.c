/* memory.c for processors with AVX2. */
#pragma GCC target("avx2")
#include "memory.c"
