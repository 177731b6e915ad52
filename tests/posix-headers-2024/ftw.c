#include <ftw.h>
#include "../posix-headers/check.h"

CONSTANTS(
	FTW_XDEV)
