#include <string.h>
#include "check.h"

CONSTANTS(
	NULL)
TYPE(size_t)
TYPE(locale_t)
