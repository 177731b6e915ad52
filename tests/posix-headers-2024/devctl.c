#include <devctl.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*posix_devctl)
TYPE(size_t)
