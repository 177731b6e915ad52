/* Small functions over others: ulimit(), prctl(), syscall(), closefrom(). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <ulimit.h>
#include <unistd.h>

/* In blocks of 512 bytes. */
long ulimit(int command, ...) {
	struct rlimit limit;
	va_list list;
	if (getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return -1;
	switch (command) {
	case UL_GETFSIZE:
		return limit.rlim_cur == RLIM_INFINITY ? (long)(RLIM_INFINITY / 2) : (long)(limit.rlim_cur / 512);
	case UL_SETFSIZE:
		va_start(list, command);
		long blocks = va_arg(list, long);
		va_end(list);
		limit.rlim_cur = blocks < 0 || (rlim_t)blocks >= RLIM_INFINITY / 512 ? RLIM_INFINITY : (rlim_t)blocks * 512;
		limit.rlim_max = limit.rlim_cur;
		return setrlimit(RLIMIT_FSIZE, &limit) < 0 ? -1 : blocks;
	}
	errno = EINVAL;
	return -1;
}

int prctl(int option, ...) {
	va_list list;
	va_start(list, option);
	char *name = va_arg(list, char *), text[16] = "";
	va_end(list);
	int number;
	switch (option) {
	case PR_SET_NAME:
		strncpy(text, name, sizeof text - 1);
		number = pthread_setname_np(pthread_self(), text);
		break;
	case PR_GET_NAME:
		number = pthread_getname_np(pthread_self(), name, 16);
		break;
	default:
		number = EINVAL;
	}
	if (number == 0)
		return 0;
	errno = number;
	return -1;
}

long syscall(long call, ...) {
	va_list list;
	va_start(list, call);
	long first = va_arg(list, long), second = va_arg(list, long), third = va_arg(list, long);
	va_end(list);
	switch (call) {
	case SYS_sched_yield:
		return sched_yield();
	case SYS_getpid:
		return getpid();
	case SYS_gettid:
		return gettid();
	case SYS_clock_gettime:
		return clock_gettime(first, (struct timespec *)second);
	case SYS_getcpu:
		if (first)
			*(unsigned int *)first = sched_getcpu();
		if (second)
			*(unsigned int *)second = 0;
		return 0;
	case SYS_getrandom:
		return getrandom((void *)first, second, third);
	}
	errno = ENOSYS;
	return -1;
}

int close_range(unsigned int first, unsigned int last, int flags) {
	if (first > last || (flags & ~CLOSE_RANGE_CLOEXEC)) {
		errno = EINVAL;
		return -1;
	}
	unsigned int end = sysconf(_SC_OPEN_MAX);
	int saved = errno;
	for (unsigned int fd = first; fd <= last && fd < end; fd++) {
		if (flags & CLOSE_RANGE_CLOEXEC)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
		else
			close(fd);
	}
	errno = saved;
	return 0;
}

void closefrom(int first) {
	close_range(first < 0 ? 0 : first, ~0U, 0);
}
