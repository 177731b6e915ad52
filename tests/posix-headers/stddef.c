#include <stddef.h>
#include "check.h"

CONSTANTS(
	NULL)
TYPE(ptrdiff_t)
TYPE(wchar_t)
TYPE(size_t)
