#include <fcntl.h>
#include "../posix-headers/check.h"

CONSTANTS(
	O_CLOFORK, FD_CLOFORK, F_DUPFD_CLOFORK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, O_EXEC, O_SEARCH, O_TTY_INIT)
