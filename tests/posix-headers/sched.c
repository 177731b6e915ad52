#include <sched.h>
#include "check.h"

CONSTANTS(
	SCHED_FIFO, SCHED_RR, SCHED_OTHER)
TYPE(pid_t)
TYPE(time_t)
TYPE(struct timespec)
MEMBER(struct sched_param, sched_priority)
