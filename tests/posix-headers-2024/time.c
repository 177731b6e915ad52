#include <time.h>
#include "../posix-headers/check.h"

CONSTANTS(
	TIME_UTC, *timespec_get)
MEMBER(struct tm, tm_gmtoff)
MEMBER(struct tm, tm_zone)
