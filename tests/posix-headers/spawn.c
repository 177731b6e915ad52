#include <spawn.h>
#include "check.h"

CONSTANTS(
	POSIX_SPAWN_RESETIDS, POSIX_SPAWN_SETPGROUP, POSIX_SPAWN_SETSCHEDPARAM, POSIX_SPAWN_SETSCHEDULER,
	POSIX_SPAWN_SETSIGDEF, POSIX_SPAWN_SETSIGMASK)
TYPE(posix_spawnattr_t)
TYPE(posix_spawn_file_actions_t)
TYPE(mode_t)
TYPE(pid_t)
TYPE(sigset_t)
TYPE(struct sched_param)
