#include <spawn.h>
#include "../posix-headers/check.h"

CONSTANTS(
	POSIX_SPAWN_SETSID, *posix_spawn_file_actions_addchdir, *posix_spawn_file_actions_addfchdir)
