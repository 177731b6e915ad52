#include <string.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*memmem, *strlcpy, *strlcat)
