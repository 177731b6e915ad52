#include <sys/resource.h>
#include "check.h"

CONSTANTS(
	PRIO_PROCESS, PRIO_PGRP, PRIO_USER, RLIM_INFINITY, RLIM_SAVED_MAX, RLIM_SAVED_CUR, RUSAGE_SELF, RUSAGE_CHILDREN,
	RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_STACK, RLIMIT_AS)
TYPE(rlim_t)
TYPE(id_t)
TYPE(struct timeval)
MEMBER(struct rlimit, rlim_cur)
MEMBER(struct rlimit, rlim_max)
MEMBER(struct rusage, ru_utime)
MEMBER(struct rusage, ru_stime)
