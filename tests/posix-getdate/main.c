/* getdate(): dates by the forms of a file, and what is filled in. */
#include "check.h"
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void forms(const char *text)
{
	FILE *f = fopen("forms", "w");
	REQUIRE(f);
	fputs(text, f);
	fclose(f);
}

static int is(const struct tm *t, int year, int month, int day, int hour, int minute, int second)
{
	return t && t->tm_year == year - 1900 && t->tm_mon == month - 1 && t->tm_mday == day && t->tm_hour == hour &&
	       t->tm_min == minute && t->tm_sec == second;
}

static int error_of(const char *text)
{
	getdate_err = 0;
	return getdate(text) ? 0 : getdate_err;
}

int main(void)
{
	struct tm now, *t, own;
	time_t seconds = time(NULL);
	setenv("TZ", "UTC0", 1);
	tzset();
	unsetenv("DATEMSK");
	CHECK_EQ(error_of("1"), 1);
	setenv("DATEMSK", "none", 1);
	int missing = error_of("1");
	CHECK(missing == 2 || missing == 3);
	mkdir("folder", 0700);
	setenv("DATEMSK", "folder", 1);
	CHECK_EQ(error_of("1"), 4);
	rmdir("folder");
	setenv("DATEMSK", "forms", 1);
	forms("%Y-%m-%d %H:%M:%S\n%Y-%m-%d\n%m/%d/%y %I %p\n%A\n%B\n%H:%M\n%d %B\n");
	CHECK(is(getdate("2024-02-29 12:34:56"), 2024, 2, 29, 12, 34, 56));
	CHECK(is(getdate("  2024-02-29 12:34:56  "), 2024, 2, 29, 12, 34, 56));
	CHECK(is(getdate("10/01/87 4 PM"), 1987, 10, 1, 16, 0, 0));
	CHECK_EQ(error_of("nonsense"), 7);
	CHECK_EQ(error_of("2024-02-29 12:34:56 x"), 7);
	CHECK_EQ(error_of("2023-02-29 12:34:56"), 8);
	t = getdate("2024-02-29 12:34:56");
	CHECK(t && t->tm_wday == 4 && t->tm_yday == 59);
	CHECK_EQ(getdate_r("1999-12-31 23:59:59", &own), 0);
	CHECK(is(&own, 1999, 12, 31, 23, 59, 59));
	CHECK_EQ(getdate_r("nonsense", &own), 7);
	/* Without the day: the next one. */
	gmtime_r(&seconds, &now);
	static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
	for (int i = 0; i < 7; i++) {
		t = getdate(days[i]);
		CHECK(t && t->tm_wday == i);
		long ahead = t ? (mktime(t) - seconds) / 86400 : -99;
		CHECK(ahead >= -1 && ahead <= 6);
	}
	t = getdate("January");
	CHECK(t && t->tm_mon == 0 && t->tm_year == now.tm_year + (now.tm_mon > 0) && t->tm_mday <= 7);
	t = getdate("23:59");
	CHECK(t && t->tm_hour == 23 && t->tm_min == 59 && t->tm_sec == 0);
	CHECK(t && mktime(t) > seconds - 60 && mktime(t) <= seconds + 86400);
	unlink("forms");
	return check_done();
}
