#include <errno.h>
#include "../posix-headers/check.h"

CONSTANTS(
	ESOCKTNOSUPPORT)
