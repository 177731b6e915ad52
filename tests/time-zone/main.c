/* TZ: POSIX's strings, and names of files. */
#include <limits.h>
#include "check.h"
#include <time.h>
#include <unistd.h>

/* 2024-01-15 12:00:00 and 2024-07-15 12:00:00 UTC. */
#define WINTER 1705320000
#define SUMMER 1721044800

static void is(time_t seconds, int day, int hour, int summer, const char *name)
{
	struct tm t;
	char text[20];
	CHECK(localtime_r(&seconds, &t) == &t);
	CHECK_EQ(t.tm_mday, day);
	CHECK_EQ(t.tm_hour, hour);
	CHECK_EQ(t.tm_isdst > 0, summer);
	CHECK_EQ(mktime(&t), seconds);
	strftime(text, sizeof text, "%Z", &t);
	if (!CHECK(strcmp(text, name) == 0))
		fprintf(stderr, "%s, not %s\n", text, name);
}

static void zone(const char *value)
{
	if (value)
		setenv("TZ", value, 1);
	else
		unsetenv("TZ");
	tzset();
}

static void strings(void)
{
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	CHECK(strcmp(tzname[0], "CET") == 0 && strcmp(tzname[1], "CEST") == 0);
	CHECK(timezone == -3600 && daylight);
	is(WINTER, 15, 13, 0, "CET");
	is(SUMMER, 15, 14, 1, "CEST");
	/* The rule holds for every year. */
	is(-315576000, 1, 13, 0, "CET");
	is(253386446400, 1, 14, 1, "CEST");
#ifdef __hermit__	/* The GNU library takes 1970 for every year before. */
	is(-299851200, 1, 14, 1, "CEST");
	is(-62088379200, 1, 14, 1, "CEST");
#endif
	is(-2, 1, 0, 0, "CET");
	/* The changes themselves. */
	is(1711846799, 31, 1, 0, "CET");
	is(1711846800, 31, 3, 1, "CEST");
	is(1729990799, 27, 2, 1, "CEST");
	is(1729990800, 27, 2, 0, "CET");
	zone("EST5EDT,M3.2.0,M11.1.0");
	is(WINTER, 15, 7, 0, "EST");
	is(SUMMER, 15, 8, 1, "EDT");
	/* Summer over the turn of the year. */
	zone("AEST-10AEDT,M10.1.0,M4.1.0/3");
	is(WINTER, 15, 23, 1, "AEDT");
	is(SUMMER, 15, 22, 0, "AEST");
	zone("<+0545>-5:45");
	CHECK_EQ(timezone, -(5 * 3600 + 45 * 60));
	is(WINTER, 15, 17, 0, "+0545");
	zone("JST-9");
	CHECK_EQ(daylight, 0);
	is(SUMMER, 15, 21, 0, "JST");
	/* localtime() looks at TZ itself. */
	setenv("TZ", "UTC0", 1);
	time_t now = SUMMER;
	CHECK_EQ(localtime(&now)->tm_hour, 12);
	is(SUMMER, 15, 12, 0, "UTC");
	zone("");
	is(SUMMER, 15, 12, 0, tzname[0]);
}

/* mktime() of these fields; afterwards the fields must be those of what it answers. */
static time_t count(int year, int month, int day, int hour, int minute, int second, int summer)
{
	struct tm parts = { .tm_year = year, .tm_mon = month, .tm_mday = day, .tm_hour = hour, .tm_min = minute,
		.tm_sec = second, .tm_isdst = summer, .tm_wday = -1 }, same;
	errno = 0;
	time_t result = mktime(&parts);
	if (result == -1 && errno == EOVERFLOW) {
		CHECK(parts.tm_wday == -1 && parts.tm_mday == day && parts.tm_sec == second);
		return -1;
	}
	CHECK(localtime_r(&result, &same) != NULL);
	CHECK(parts.tm_year == same.tm_year && parts.tm_mon == same.tm_mon && parts.tm_mday == same.tm_mday &&
	      parts.tm_hour == same.tm_hour && parts.tm_min == same.tm_min && parts.tm_sec == same.tm_sec);
	CHECK(parts.tm_wday == same.tm_wday && parts.tm_yday == same.tm_yday && parts.tm_isdst == same.tm_isdst);
	return result;
}

static void counting(void)
{
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	CHECK_EQ(count(124, 0, 15, 13, 0, 0, -1), WINTER);
	CHECK_EQ(count(124, 0, 15, 13, 0, 0, 0), WINTER);
	CHECK_EQ(count(124, 0, 15, 14, 0, 0, 1), WINTER);
	CHECK_EQ(count(124, 6, 15, 14, 0, 0, -1), SUMMER);
	CHECK_EQ(count(124, 6, 15, 14, 0, 0, 1), SUMMER);
	CHECK_EQ(count(124, 6, 15, 13, 0, 0, 0), SUMMER);
	/* Never shown, and shown twice. */
	CHECK_EQ(count(124, 2, 31, 2, 30, 0, 0), 1711848600);
	CHECK_EQ(count(124, 2, 31, 2, 30, 0, 1), 1711845000);
	CHECK_EQ(count(124, 9, 27, 2, 30, 0, 1), 1729989000);
	CHECK_EQ(count(124, 9, 27, 2, 30, 0, 0), 1729992600);
	/* Fields out of range. */
	CHECK_EQ(count(123, 12, 14, 36, 60, 0, -1), WINTER);
	CHECK_EQ(count(124, 0, 0, 13, 0, 15 * 86400, -1), WINTER);
	CHECK_EQ(count(125, -12, 45, -24 * 30 + 13, -1, 60, -1), WINTER);
	CHECK_EQ(count(100, 288, 15, 13, 0, 0, -1), WINTER);
	CHECK_EQ(count(70, 0, 1 + 19737, 13, 0, 0, -1), WINTER);
	/* Years that need more than 32 bits of seconds, and more than there are. */
	zone("UTC0");
	CHECK_EQ(count(20000 - 1900, 0, 1, 0, 0, 0, -1), 568971820800);
	CHECK_EQ(count(-1900, 0, 1, 0, 0, 0, -1), -62167219200);
	CHECK_EQ(count(INT_MAX, 11, 31, 23, 59, 59, -1), 67768036191676799);
	CHECK_EQ(count(70, 0, INT_MAX, 0, 0, 0, -1), 86400LL * (INT_MAX - 1));
	CHECK_EQ(count(70, INT_MAX - 1, 1, 0, 0, 0, -1) > 0, 1);
	CHECK_EQ(count(INT_MAX, 12, 1, 0, 0, 0, -1), -1);
	CHECK_EQ(errno, EOVERFLOW);
	CHECK_EQ(count(INT_MAX, INT_MAX, INT_MAX, INT_MAX, INT_MAX, INT_MAX, -1), -1);
	CHECK_EQ(errno, EOVERFLOW);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "strings";
	if (!strcmp(what, "strings")) {
		strings();
		counting();
	} else if (!strcmp(what, "file")) {
		/* Nobody calls tzset(). */
		is(WINTER, 15, 13, 0, "CET");
		is(SUMMER, 15, 14, 1, "CEST");
		zone("No/Such");
		is(SUMMER, 15, 12, 0, tzname[0]);
		zone(":Europe/Berlin");
		is(SUMMER, 15, 14, 1, "CEST");
	} else {
		zone("America/New_York");
		is(WINTER, 15, 7, 0, "EST");
		is(SUMMER, 15, 8, 1, "EDT");
		zone("/usr/share/zoneinfo/America/New_York");
		is(SUMMER, 15, 8, 1, "EDT");
	}
	return check_done();
}
