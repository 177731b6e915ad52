/* TZ: POSIX's strings, and names of files. */
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

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "strings";
	if (!strcmp(what, "strings")) {
		strings();
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
