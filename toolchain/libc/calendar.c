/* Relics about time. */
#define _GNU_SOURCE
#include <sys/timeb.h>
#include <time.h>

time_t timelocal(struct tm *tm) {
	return mktime(tm);
}

int ftime(struct timeb *now) {
	struct timespec time;
	clock_gettime(CLOCK_REALTIME, &time);
	*now = (struct timeb){ .time = time.tv_sec, .millitm = time.tv_nsec / 1000000 };
	return 0;
}
