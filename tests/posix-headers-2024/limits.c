#include <limits.h>
#include "../posix-headers/check.h"

CONSTANTS(
	GETENTROPY_MAX, NSIG_MAX, TEXTDOMAIN_MAX)
