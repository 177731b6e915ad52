#include <signal.h>
#include "../posix-headers/check.h"

CONSTANTS(
	SIG2STR_MAX, SIGWINCH, *sig2str, *str2sig)
