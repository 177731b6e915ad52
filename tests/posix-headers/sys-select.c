#include <sys/select.h>
#include "check.h"

CONSTANTS(
	FD_SETSIZE)
TYPE(struct timespec)
TYPE(struct timeval)
TYPE(time_t)
TYPE(suseconds_t)
TYPE(sigset_t)
TYPE(fd_set)
