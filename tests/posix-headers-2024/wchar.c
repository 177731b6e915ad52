#include <wchar.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*wcslcpy, *wcslcat)
