#include <stdalign.h>
#include "check.h"

CONSTANTS(
	__alignas_is_defined, __alignof_is_defined)
