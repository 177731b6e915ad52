#include <sys/shm.h>
#include "../posix-headers/check.h"

CONSTANTS(
	SHM_FAILED)
