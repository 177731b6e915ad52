#include <fnmatch.h>
#include "check.h"

CONSTANTS(
	FNM_NOMATCH, FNM_PATHNAME, FNM_PERIOD, FNM_NOESCAPE)
