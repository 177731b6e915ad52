#include <fnmatch.h>
#include "../posix-headers/check.h"

CONSTANTS(
	FNM_IGNORECASE)
