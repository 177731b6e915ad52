#include <stdbool.h>
#include "check.h"

CONSTANTS(
	true, false, __bool_true_false_are_defined)
TYPE(bool)
