#include <strings.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*ffsl, *ffsll)
