#include <time.h>
#include "check.h"

CONSTANTS(
	NULL, CLOCKS_PER_SEC, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID,
	TIMER_ABSTIME, getdate_err, daylight, timezone, tzname)
TYPE(clock_t)
TYPE(size_t)
TYPE(time_t)
TYPE(clockid_t)
TYPE(timer_t)
TYPE(locale_t)
TYPE(pid_t)
MEMBER(struct tm, tm_sec)
MEMBER(struct tm, tm_min)
MEMBER(struct tm, tm_hour)
MEMBER(struct tm, tm_mday)
MEMBER(struct tm, tm_mon)
MEMBER(struct tm, tm_year)
MEMBER(struct tm, tm_wday)
MEMBER(struct tm, tm_yday)
MEMBER(struct tm, tm_isdst)
MEMBER(struct timespec, tv_sec)
MEMBER(struct timespec, tv_nsec)
MEMBER(struct itimerspec, it_interval)
MEMBER(struct itimerspec, it_value)
