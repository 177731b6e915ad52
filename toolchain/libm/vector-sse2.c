/* Vectors of SSE2. */
#define SET	bN
#define LANES	2
#include "vector.h"
