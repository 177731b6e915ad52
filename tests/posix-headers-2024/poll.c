#include <poll.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*ppoll)
TYPE(sigset_t)
MEMBER(struct timespec, tv_sec)
MEMBER(struct timespec, tv_nsec)
