/* strings.c for processors with AVX2. */
#pragma GCC target("avx2")
#include "strings.c"
