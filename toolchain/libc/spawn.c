/* <spawn.h>: there is one process. The attributes are kept as they are set. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int posix_spawn(pid_t *restrict process, const char *restrict path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *restrict attributes, char *const arguments[], char *const environment[]) {
	return ENOSYS;
}

int posix_spawnp(pid_t *restrict process, const char *restrict file, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *restrict attributes, char *const arguments[], char *const environment[]) {
	return ENOSYS;
}

int posix_spawnattr_init(posix_spawnattr_t *attributes) {
	memset(attributes, 0, sizeof *attributes);
	return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attributes) {
	return 0;
}

int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags) {
	if (flags & ~(POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSID))
		return EINVAL;
	attributes->__flags = flags;
	return 0;
}

#define GET(name, type, field)									\
	int posix_spawnattr_get##name(const posix_spawnattr_t *restrict attributes, type *restrict value) {	\
		*value = attributes->field;							\
		return 0;									\
	}

GET(flags, short, __flags)
GET(pgroup, pid_t, __group)
GET(schedpolicy, int, __policy)
GET(schedparam, struct sched_param, __parameters)
GET(sigdefault, sigset_t, __defaults)
GET(sigmask, sigset_t, __mask)

int posix_spawnattr_setpgroup(posix_spawnattr_t *attributes, pid_t group) {
	attributes->__group = group;
	return 0;
}

int posix_spawnattr_setschedpolicy(posix_spawnattr_t *attributes, int policy) {
	if (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR)
		return EINVAL;
	attributes->__policy = policy;
	return 0;
}

int posix_spawnattr_setschedparam(posix_spawnattr_t *restrict attributes,
	const struct sched_param *restrict parameters) {
	attributes->__parameters = *parameters;
	return 0;
}

int posix_spawnattr_setsigdefault(posix_spawnattr_t *restrict attributes, const sigset_t *restrict set) {
	attributes->__defaults = *set;
	return 0;
}

int posix_spawnattr_setsigmask(posix_spawnattr_t *restrict attributes, const sigset_t *restrict set) {
	attributes->__mask = *set;
	return 0;
}

static bool may_be_open(int fd) {
	return fd >= 0 && fd < sysconf(_SC_OPEN_MAX);
}

/* Actions are counted only, since nobody carries them out. */
static int add(posix_spawn_file_actions_t *actions, int fd) {
	if (!may_be_open(fd))
		return EBADF;
	actions->__count++;
	return 0;
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions) {
	actions->__count = 0;
	return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions) {
	return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
	const char *restrict path, int flags, mode_t mode) {
	return add(actions, fd);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd) {
	return add(actions, fd);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int new) {
	return may_be_open(fd) ? add(actions, new) : EBADF;
}

int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *restrict actions, const char *restrict path) {
	actions->__count++;
	return 0;
}

int posix_spawn_file_actions_addfchdir(posix_spawn_file_actions_t *actions, int fd) {
	return add(actions, fd);
}
