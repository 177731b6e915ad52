#include <sys/mman.h>
#include "../posix-headers/check.h"

CONSTANTS(
	MAP_ANON, MAP_ANONYMOUS)
