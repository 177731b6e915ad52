#include <ulimit.h>
#include "check.h"

CONSTANTS(
	UL_GETFSIZE, UL_SETFSIZE)
