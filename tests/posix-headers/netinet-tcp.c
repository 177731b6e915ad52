#include <netinet/tcp.h>
#include "check.h"

CONSTANTS(
	TCP_NODELAY)
