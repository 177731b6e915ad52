#include <stdio.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*asprintf, *vasprintf)
