#include <semaphore.h>
#include "check.h"

CONSTANTS(
	SEM_FAILED)
TYPE(sem_t)
TYPE(struct timespec)
