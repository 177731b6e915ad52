/* time.h, sys/time.h, sys/times.h, the times of sys/resource.h. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

#define SECOND 1000000000LL

static int64_t now(clockid_t clock)
{
	struct timespec time;
	CHECK_EQ(clock_gettime(clock, &time), 0);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static void same(const char *text, const char *expected, int line)
{
	if (strcmp(text, expected) != 0) {
		fprintf(stderr, "line %d: \"%s\", not \"%s\"\n", line, text, expected);
		CHECK(!"text");
	}
}
#define SAME(text, expected) same(text, expected, __LINE__)

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void calendar(void)
{
	/* 2004-02-29 12:34:56 UTC, a Sunday. */
	const time_t leap = 1078058096;
	struct tm parts, *shared;
	char text[100];
	zone("UTC0");
	shared = gmtime(&leap);
	CHECK(shared->tm_year == 104 && shared->tm_mon == 1 && shared->tm_mday == 29 && shared->tm_hour == 12 &&
	      shared->tm_min == 34 && shared->tm_sec == 56 && shared->tm_wday == 0 && shared->tm_yday == 59 &&
	      shared->tm_isdst == 0);
	CHECK(gmtime_r(&leap, &parts) == &parts && parts.tm_mday == 29);
	CHECK_EQ(mktime(&parts), leap);
	CHECK_EQ(timegm(&parts), leap);
	SAME(asctime(&parts), "Sun Feb 29 12:34:56 2004\n");
	SAME(asctime_r(&parts, text), "Sun Feb 29 12:34:56 2004\n");
	struct tm told = { 0 };
	CHECK(strptime("2024 100", "%Y %j", &told) && told.tm_mon == 3 && told.tm_mday == 9 && told.tm_wday == 2);
	CHECK(strptime("8", "%d", &told) && told.tm_yday == 98 && told.tm_wday == 1);
	CHECK(strptime("Fri 2024-02-29", "%a %Y-%m-%d", &told) && told.tm_wday == 5 && told.tm_yday == 59);
	/* Not more than 26 bytes. */
	memset(text, '.', sizeof text);
	struct tm later = parts;
	later.tm_year = 10000 - 1900;
	errno = 0;
	CHECK(asctime_r(&later, text) == NULL && errno == EOVERFLOW);
	CHECK_EQ(text[26], '.');
	SAME(ctime(&leap), "Sun Feb 29 12:34:56 2004\n");
	SAME(ctime_r(&leap, text), "Sun Feb 29 12:34:56 2004\n");
	CHECK(difftime(leap + 5, leap) == 5.0 && difftime(leap, leap + 5) == -5.0);
	static const struct {
		const char *format, *text;
	} formats[] = {
		{ "%Y-%m-%d %H:%M:%S", "2004-02-29 12:34:56" },
		{ "%a %A %b %B %d %e", "Sun Sunday Feb February 29 29" },
		{ "%j %U %W %w %u %V %G %g", "060 09 08 0 7 09 2004 04" },
		{ "%I %p %y %C %n%t%%", "12 PM 04 20 \n\t%" },
		{ "%D %F %R %T", "02/29/04 2004-02-29 12:34 12:34:56" },
		{ "%c|%x|%X|%h", "Sun Feb 29 12:34:56 2004|02/29/04|12:34:56|Feb" },
		{ "%z %Z %s", "+0000 UTC 1078058096" },
	};
	for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++) {
		struct tm local;
		localtime_r(&leap, &local);
		CHECK_EQ(strftime(text, sizeof text, formats[i].format, &local), strlen(formats[i].text));
		SAME(text, formats[i].text);
	}
	CHECK_EQ(strftime(text, 5, "%Y-%m", &parts), 0); /* no room */

	/* Fields out of range are put right. */
	parts = (struct tm){ .tm_year = 104, .tm_mon = 13, .tm_mday = -1, .tm_hour = 25, .tm_sec = 61 };
	CHECK_EQ(timegm(&parts), 1107133261);
	CHECK(parts.tm_year == 105 && parts.tm_mon == 0 && parts.tm_mday == 31 && parts.tm_hour == 1 &&
	      parts.tm_min == 1 && parts.tm_sec == 1);
	parts = (struct tm){ .tm_year = 69, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23, .tm_min = 59, .tm_sec = 59 };
	CHECK_EQ(timegm(&parts), -1);
	for (time_t t = -5000000000; t < 5000000000; t += 99999989) {
		gmtime_r(&t, &parts);
		if (timegm(&parts) != t)
			CHECK_EQ(timegm(&parts), t);
	}

	/* And read again. */
	memset(&parts, 0, sizeof parts);
	char *end = strptime("2004-02-29 12:34:56 rest", "%Y-%m-%d %H:%M:%S", &parts);
	CHECK(end != NULL && strcmp(end, " rest") == 0);
	CHECK(parts.tm_year == 104 && parts.tm_mon == 1 && parts.tm_mday == 29 && parts.tm_sec == 56);
	CHECK(strptime("Sunday 29 February", "%A %d %B", &parts) != NULL && parts.tm_wday == 0);
	CHECK(strptime("07:08 PM", "%I:%M %p", &parts) != NULL && parts.tm_hour == 19);
	CHECK(strptime("2004-13-01", "%Y-%m-%d", &parts) == NULL);
	CHECK(strptime("20040229", "%Y%m%d", &parts) != NULL && parts.tm_yday == 59 && parts.tm_wday == 0);
	CHECK(strptime("Fri Dec 31 23:59:60 1999", "%c", &parts) != NULL && parts.tm_yday == 364 && parts.tm_wday == 5);
	CHECK(strptime("x", "%d", &parts) == NULL);
}

static void zones(void)
{
	struct tm parts;
	char text[40];
	time_t winter = 1104537600 /* 2005-01-01 00:00 UTC */, summer = 1120176000 /* 2005-07-01 00:00 UTC */;
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	SAME(tzname[0], "CET");
	SAME(tzname[1], "CEST");
	CHECK_EQ(timezone, -3600);
	CHECK(daylight != 0);
	localtime_r(&winter, &parts);
	CHECK(parts.tm_hour == 1 && parts.tm_isdst == 0);
	strftime(text, sizeof text, "%Z %z", &parts);
	SAME(text, "CET +0100");
	CHECK_EQ(mktime(&parts), winter);
	CHECK(localtime(&summer)->tm_hour == 2);
	localtime_r(&summer, &parts);
	CHECK(parts.tm_isdst == 1);
	strftime(text, sizeof text, "%Z %z", &parts);
	SAME(text, "CEST +0200");
	parts.tm_isdst = -1;
	CHECK_EQ(mktime(&parts), summer);
	/* On the last Sunday in March, 2005-03-27, at 2:00 the clocks went on to 3:00. */
	time_t before = 1111885199, after = 1111885200;
	CHECK(localtime(&before)->tm_hour == 1);
	CHECK(localtime(&after)->tm_hour == 3);
	/* South of the equator, and half hours. */
	zone("NZST-12NZDT,M10.1.0,M3.3.0/3");
	CHECK(localtime(&winter)->tm_isdst == 1);
	CHECK(localtime(&summer)->tm_isdst == 0);
	zone("<+0530>-5:30");
	CHECK(localtime(&winter)->tm_hour == 5 && localtime(&winter)->tm_min == 30);
	CHECK_EQ(daylight, 0);
	zone("EST5EDT");
	CHECK(localtime(&winter)->tm_hour == 19 && localtime(&winter)->tm_mday == 31);
	zone("UTC0");
}

static void clocks(void)
{
	static const clockid_t all[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
					 CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE,
					 CLOCK_REALTIME_COARSE, CLOCK_BOOTTIME };
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		struct timespec resolution = { -1, -1 };
		CHECK_EQ(clock_getres(all[i], &resolution), 0);
		CHECK(resolution.tv_sec == 0 && resolution.tv_nsec > 0);
		int64_t first = now(all[i]);
		CHECK(now(all[i]) >= first);
	}
	struct timespec point, wrong = { 0, -1 }, negative = { -1, 0 };
	CHECK_ERRNO(clock_gettime(4711, &point), EINVAL);
	CHECK_ERRNO(clock_getres(4711, &point), EINVAL);
	CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &wrong), EINVAL);
	CHECK_ERRNO(clock_settime(4711, &point), EINVAL);
	CHECK_EQ(timespec_get(&point, TIME_UTC), TIME_UTC);
	CHECK_EQ(timespec_get(&point, 4711), 0);

	/* Sleeping: not too short, errors, a past time at once. */
	int64_t start = now(CLOCK_MONOTONIC);
	struct timespec little = { 0, 10000000 };
	CHECK_EQ(nanosleep(&little, NULL), 0);
	CHECK(now(CLOCK_MONOTONIC) >= start + 10000000);
	CHECK_ERRNO(nanosleep(&wrong, NULL), EINVAL);
	CHECK_ERRNO(nanosleep(&negative, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(CLOCK_MONOTONIC, 0, &wrong, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(4711, 0, &little, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &little, NULL), 0);
	for (int i = 0; i < 2; i++) {
		clockid_t clock = i ? CLOCK_MONOTONIC : CLOCK_REALTIME;
		int64_t until = now(clock) + 10000000;
		point = (struct timespec){ until / SECOND, until % SECOND };
		CHECK_RC(clock_nanosleep(clock, TIMER_ABSTIME, &point, NULL), 0);
		CHECK(now(clock) >= until);
	}
	start = now(CLOCK_MONOTONIC);
	CHECK_EQ(usleep(5000), 0);
	CHECK(now(CLOCK_MONOTONIC) >= start + 5000000);
	CHECK_EQ(sleep(0), 0);

	struct timeval tv;
	time_t before = time(NULL), stored;
	CHECK_EQ(gettimeofday(&tv, NULL), 0);
	CHECK(tv.tv_sec >= before && tv.tv_sec <= time(NULL));
	CHECK(time(&stored) == stored);
}

static volatile unsigned long work;

static void *burn(void *argument)
{
	int64_t start = now(CLOCK_THREAD_CPUTIME_ID);
	while (now(CLOCK_THREAD_CPUTIME_ID) < start + 30000000)
		work++;
	return argument;
}

static void used(void)
{
	struct rusage before, after, own;
	struct tms ticks, later;
	clock_t c0 = clock(), t0 = times(&ticks);
	CHECK_EQ(getrusage(RUSAGE_SELF, &before), 0);
	int64_t process = now(CLOCK_PROCESS_CPUTIME_ID);
	pthread_t thread;
	REQUIRE(pthread_create(&thread, NULL, burn, NULL) == 0);
	pthread_join(thread, NULL);
	/* What a thread has used that is over still counts, and once. */
	CHECK(now(CLOCK_PROCESS_CPUTIME_ID) >= process + 30000000);
	burn(NULL);
	CHECK(clock() - c0 >= 50000);
	CHECK(times(&later) >= t0);
	CHECK(later.tms_utime + later.tms_stime >= ticks.tms_utime + ticks.tms_stime + 4);
	CHECK(later.tms_cutime == 0 && later.tms_cstime == 0);
	CHECK_EQ(getrusage(RUSAGE_THREAD, &own), 0);
	CHECK_EQ(getrusage(RUSAGE_SELF, &after), 0);
	int64_t all = (after.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_utime.tv_sec - before.ru_stime.tv_sec) *
			      1000000LL + after.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_utime.tv_usec -
		      before.ru_stime.tv_usec;
	CHECK(all >= 50000);
	CHECK(own.ru_utime.tv_sec * 1000000 + own.ru_utime.tv_usec + own.ru_stime.tv_usec + own.ru_stime.tv_sec * 1000000 <
	      after.ru_utime.tv_sec * 1000000 + after.ru_utime.tv_usec + after.ru_stime.tv_usec +
		      after.ru_stime.tv_sec * 1000000);
	CHECK(after.ru_maxrss > 0);
	CHECK_EQ(getrusage(RUSAGE_CHILDREN, &after), 0);
	CHECK_ERRNO(getrusage(4711, &after), EINVAL);
}

#ifdef __hermit__
/* The host's clock is not ours to set. */
static void *sleep_until(void *argument)
{
	return (void *)(intptr_t)clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, argument, NULL);
}

static void setting(void)
{
	int64_t mono = now(CLOCK_MONOTONIC), real = now(CLOCK_REALTIME);
	struct timespec hour = { real / SECOND + 3600, 0 }, then = { real / SECOND + 3601, 0 };
	pthread_t thread;
	sigset_t rt;
	sigemptyset(&rt);
	sigaddset(&rt, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &rt, NULL);
	timer_t absolute, relative;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec at = { { 0, 0 }, hour }, in = { { 0, 0 }, { 3000, 0 } }, left;
	CHECK_EQ(timer_create(CLOCK_REALTIME, &event, &absolute), 0);
	CHECK_EQ(timer_create(CLOCK_REALTIME, &event, &relative), 0);
	CHECK_EQ(timer_settime(absolute, TIMER_ABSTIME, &at, NULL), 0);
	CHECK_EQ(timer_settime(relative, 0, &in, NULL), 0);
	REQUIRE(pthread_create(&thread, NULL, sleep_until, &hour) == 0);
	CHECK_EQ(clock_settime(CLOCK_REALTIME, &then), 0);
	/* Whoever waited for that time has waited long enough; a duration is what it was. */
	void *result;
	pthread_join(thread, &result);
	CHECK(result == NULL);
	CHECK_EQ(sigwaitinfo(&rt, NULL), SIGRTMIN);
	CHECK_EQ(timer_gettime(absolute, &left), 0);
	CHECK_EQ(left.it_value.tv_sec, 0);
	CHECK_EQ(timer_gettime(relative, &left), 0);
	CHECK(left.it_value.tv_sec > 2900);
	CHECK(now(CLOCK_REALTIME) >= real + 3600 * SECOND);
	CHECK(now(CLOCK_MONOTONIC) - mono < 100 * SECOND);
	struct timeval back = { real / SECOND, 0 };
	CHECK_EQ(settimeofday(&back, NULL), 0);
	CHECK(now(CLOCK_REALTIME) < real + 100 * SECOND);
	CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &then), EINVAL);
	timer_delete(absolute);
	timer_delete(relative);
}
#endif

int main(void)
{
	calendar();
	zones();
	clocks();
	used();
#ifdef __hermit__
	setting();
#endif
	return check_done();
}
