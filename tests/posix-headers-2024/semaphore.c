#include <semaphore.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*sem_clockwait)
