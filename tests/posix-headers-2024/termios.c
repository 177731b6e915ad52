#include <termios.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*tcgetwinsize, *tcsetwinsize)
MEMBER(struct winsize, ws_row)
MEMBER(struct winsize, ws_col)
