#include <poll.h>
#include "check.h"

CONSTANTS(
	POLLIN, POLLRDNORM, POLLRDBAND, POLLPRI, POLLOUT, POLLWRNORM, POLLWRBAND, POLLERR, POLLHUP, POLLNVAL)
TYPE(nfds_t)
MEMBER(struct pollfd, fd)
MEMBER(struct pollfd, events)
MEMBER(struct pollfd, revents)
