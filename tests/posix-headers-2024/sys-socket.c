#include <sys/socket.h>
#include "../posix-headers/check.h"

CONSTANTS(
	SOCK_CLOEXEC, SOCK_CLOFORK, SOCK_NONBLOCK, MSG_CMSG_CLOEXEC, MSG_CMSG_CLOFORK, SO_DOMAIN, SO_PROTOCOL, *accept4)
