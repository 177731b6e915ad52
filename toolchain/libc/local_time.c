/* localtime() and gmtime(). newlib's have a buffer of nine ints, Standard C's members alone, and would write the
 * offset and the name of the zone over what lies behind it. */
#define _GNU_SOURCE
#include <time.h>

/* newlib's headers declare it smaller, so that the name is another here. */
_Thread_local struct tm parts __asm__("_tls_localtime_buf");

struct tm *localtime(const time_t *time) {
	return localtime_r(time, &parts);
}

struct tm *gmtime(const time_t *time) {
	return gmtime_r(time, &parts);
}
