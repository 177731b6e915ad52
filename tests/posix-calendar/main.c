/* The calendar half of time.h: conversions there and back, time zones, formats, the clock of a process. */
#define _GNU_SOURCE
#include <limits.h>
#include <locale.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

/* 2001-02-03 04:05:06, a Saturday. */
static const time_t moment = 981173106;

static void fields(const struct tm *tm, int hour, int daylight)
{
	CHECK_EQ(tm->tm_year, 101);
	CHECK_EQ(tm->tm_mon, 1);
	CHECK_EQ(tm->tm_mday, 3);
	CHECK_EQ(tm->tm_hour, hour);
	CHECK_EQ(tm->tm_min, 5);
	CHECK_EQ(tm->tm_sec, 6);
	CHECK_EQ(tm->tm_wday, 6);
	CHECK_EQ(tm->tm_yday, 33);
	CHECK_EQ(tm->tm_isdst, daylight);
}

static void universal(void)
{
	struct tm tm, *shared = gmtime(&moment);
	REQUIRE(shared != 0);
	fields(shared, 4, 0);
	CHECK(gmtime_r(&moment, &tm) == &tm);
	fields(&tm, 4, 0);
	CHECK_EQ(tm.tm_gmtoff, 0);
	CHECK(strcmp(tm.tm_zone, "GMT") == 0);
	CHECK_EQ(timegm(&tm), moment);
	/* The day before 1970, and a leap day. */
	time_t early = -1, leap = 951782400;
	CHECK(gmtime_r(&early, &tm) == &tm);
	CHECK(tm.tm_year == 69 && tm.tm_mon == 11 && tm.tm_mday == 31 && tm.tm_sec == 59);
	CHECK_EQ(timegm(&tm), early);
	CHECK(gmtime_r(&leap, &tm) == &tm);
	CHECK(tm.tm_year == 100 && tm.tm_mon == 1 && tm.tm_mday == 29);
	/* A year that no int holds. */
	time_t far = INT64_MAX;
	errno = 0;
	CHECK(gmtime_r(&far, &tm) == 0 && errno == EOVERFLOW);
	errno = 0;
	CHECK(localtime_r(&far, &tm) == 0 && errno == EOVERFLOW);
	far = 67768036191676799;
	CHECK(gmtime_r(&far, &tm) == &tm && tm.tm_year == INT_MAX && tm.tm_mon == 11 && tm.tm_mday == 31);
	CHECK(difftime(moment + 10, moment) == 10.0);
	CHECK(difftime(moment, moment + 10) == -10.0);
}

static void zones(void)
{
	struct tm tm;
	time_t summer = 996638706; /* 2001-08-01 04:05:06 UTC */
	CHECK_EQ(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
	tzset();
	CHECK_EQ(timezone, -3600);
	CHECK(daylight != 0);
	CHECK(strcmp(tzname[0], "CET") == 0 && strcmp(tzname[1], "CEST") == 0);
	fields(localtime(&moment), 5, 0);
	CHECK(localtime_r(&moment, &tm) == &tm);
	fields(&tm, 5, 0);
	CHECK(tm.tm_gmtoff == 3600 && strcmp(tm.tm_zone, "CET") == 0);
	CHECK_EQ(mktime(&tm), moment);
	CHECK_EQ(timelocal(&tm), moment);
	CHECK(localtime_r(&summer, &tm) == &tm);
	CHECK_EQ(tm.tm_hour, 6);
	CHECK_EQ(tm.tm_isdst, 1);
	CHECK(tm.tm_gmtoff == 7200 && strcmp(tm.tm_zone, "CEST") == 0);
	tm.tm_gmtoff = 0;
	tm.tm_zone = 0;
	CHECK_EQ(mktime(&tm), summer);
	CHECK(tm.tm_gmtoff == 7200 && strcmp(tm.tm_zone, "CEST") == 0);
	/* Fields out of range are put in order. */
	memset(&tm, 0, sizeof tm);
	tm.tm_year = 101;
	tm.tm_mon = 13;
	tm.tm_mday = 32;
	tm.tm_isdst = -1;
	CHECK(mktime(&tm) != -1);
	CHECK(tm.tm_year == 102 && tm.tm_mon == 2 && tm.tm_mday == 4);
	CHECK_EQ(setenv("TZ", "UTC0", 1), 0);
	tzset();
	CHECK_EQ(timezone, 0);
}

static void texts(void)
{
	struct tm tm, back;
	char text[100];
	static const char expected[] = "Sat Feb  3 04:05:06 2001\n";
	gmtime_r(&moment, &tm);
	CHECK(strcmp(asctime(&tm), expected) == 0);
	CHECK(asctime_r(&tm, text) == text && strcmp(text, expected) == 0);
	CHECK(strcmp(ctime(&moment), expected) == 0);
	CHECK(ctime_r(&moment, text) == text && strcmp(text, expected) == 0);
	CHECK_EQ(strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %j %a %b %%", &tm), 33);
	CHECK(strcmp(text, "2001-02-03 04:05:06 034 Sat Feb %") == 0);
	CHECK_EQ(strftime(text, 5, "%Y-%m", &tm), 0);
	locale_t locale = newlocale(LC_ALL_MASK, "C", 0);
	REQUIRE(locale != 0);
	CHECK_EQ(strftime_l(text, sizeof text, "%d.%m.%y", &tm, locale), 8);
	CHECK(strcmp(text, "03.02.01") == 0);
	memset(&back, 0, sizeof back);
	CHECK(strptime("2001-02-03 04:05:06 rest", "%Y-%m-%d %H:%M:%S", &back) != 0);
	CHECK_EQ(timegm(&back), moment);
	memset(&back, 0, sizeof back);
	const char *rest = strptime_l("3 Feb 2001x", "%d %b %Y", &back, locale);
	CHECK(rest && strcmp(rest, "x") == 0);
	CHECK(back.tm_mday == 3 && back.tm_mon == 1 && back.tm_year == 101);
	CHECK(strptime("no date", "%Y", &back) == 0);
	CHECK(strptime("13", "%m", &back) == 0);
	CHECK(strptime("-0930", "%z", &back) != 0 && back.tm_gmtoff == -34200);
	freelocale(locale);
}

static void process_clock(void)
{
	clockid_t clock;
	struct timespec time;
	CHECK_RC(clock_getcpuclockid(0, &clock), 0);
	CHECK_EQ(clock_gettime(clock, &time), 0);
	CHECK(time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
	CHECK_RC(clock_getcpuclockid(getpid(), &clock), 0);
	CHECK_EQ(clock_gettime(clock, &time), 0);
	CHECK_RC(clock_getcpuclockid(0x3fffff0, &clock), ESRCH);
#ifdef __hermit__
	/* Not of POSIX 2017: newlib declares them. */
	int on;
	CHECK_ERRNO(clock_getenable_attr(CLOCK_THREAD_CPUTIME_ID, &on), ENOSYS);
	CHECK_ERRNO(clock_setenable_attr(CLOCK_THREAD_CPUTIME_ID, 1), ENOSYS);
#endif
}

int main(void)
{
	universal();
	zones();
	texts();
	process_clock();
	return check_done();
}
