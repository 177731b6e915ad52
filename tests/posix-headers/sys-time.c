#include <sys/time.h>
#include "check.h"

CONSTANTS(
	ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF, FD_SETSIZE)
TYPE(time_t)
TYPE(suseconds_t)
TYPE(fd_set)
MEMBER(struct timeval, tv_sec)
MEMBER(struct timeval, tv_usec)
MEMBER(struct itimerval, it_interval)
MEMBER(struct itimerval, it_value)
