#include <locale.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*getlocalename_l)
