/* C17 7.27.2.5: the calendar time, in a base of which there is one. */
#include <time.h>

int __attribute__((weak)) timespec_get(struct timespec *ts, int base) {
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, ts) == 0 ? base : 0;
}
