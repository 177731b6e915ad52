#include <stdlib.h>
#include "../posix-headers/check.h"

CONSTANTS(
	O_CLOEXEC, O_CLOFORK, *secure_getenv, *mkostemp, *qsort_r, *reallocarray, *at_quick_exit, *quick_exit,
	*aligned_alloc)
