/* Each line is what one text is as one format says. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void read_time(const char *text, const char *format)
{
	struct tm time;
	memset(&time, 0, sizeof time);
	time.tm_isdst = -7;
	char *end = strptime(text, format, &time);
	printf("{%s} {%s}: ", text, format);
	if (end)
		printf("+%td %d-%d-%d %d:%d:%d day %d of the week, %d of the year, summer %d, %ld\n", end - text, time.tm_year, time.tm_mon,
		       time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec, time.tm_wday, time.tm_yday, time.tm_isdst, time.tm_gmtoff);
	else
		puts("no match");
}

/* POSIX.1-2024's sign and width of a year, which not every library has yet. */
static void signs(void)
{
#ifdef __hermit__
	static const struct { const char *text, *format; int year; } cases[] = {
		{ "-0044", "%+5Y", -44 }, { "+12345", "%+6Y", 12345 }, { "123456", "%6Y", 123456 }, { "20241", "%4Y1", 2024 },
		{ "+12345-06-07", "%+12F", 12345 }, { "2024-06-07", "%F", 2024 }, { "+20", "%+3C", 2000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tm time = { 0 };
		char *end = strptime(cases[i].text, cases[i].format, &time);
		if (!end || *end || time.tm_year != cases[i].year - 1900)
			printf("%s %s: %d\n", cases[i].text, cases[i].format, time.tm_year + 1900);
	}
#endif
}

int main(void)
{
	static const struct { const char *text, *format; } cases[] = {
		{ "1720000000", "%s" }, { "0x", "%s" }, { "-5", "%s" }, { "x", "%s" }, { "2024-W27-3", "%G-W%V-%u" },
		{ "24 27 3", "%g %V %w" }, { "2024 27 3", "%Y %U %w" }, { "2024 27 3", "%Y %W %u" }, { "Mon 10 2023", "%a %U %Y" },
		{ "10 2023", "%U %Y" }, { "2023 10 Tue Mar", "%Y %W %a %b" }, { "2024 60", "%Y %j" }, { "60", "%j" },
		{ "2024 2", "%Y %m" }, { "2024", "%Y" }, { "15", "%d" }, { "2 15", "%m %d" }, { "99", "%y" }, { "20", "%C" },
		{ "2099", "%C%y" }, { "20 24 1 5", "%C %y %m %d" }, { "12:30:45", "%T" }, { "1:2", "%R" }, { "11 PM", "%I %p" },
		{ "PM 11", "%p %I" }, { "12 am", "%l %P" }, { "12 AM", "%I %p" }, { "0 AM", "%I %p" }, { "13 PM", "%I %p" },
		{ "23 PM", "%H %p" }, { "+0130", "%z" }, { "-01:30", "%z" }, { "Z", "%z" }, { "+1", "%z" }, { "+01", "%z" },
		{ "+013", "%z" }, { "+2500", "%z" }, { "+0160", "%z" }, { "UTC", "%z" }, { " +0100", "%z" }, { "CET x", "%Z x" },
		{ "CET+1", "%Z" }, { "", "%Z" }, { "a b", "%Z b" }, { "Thu Jan  1 00:00:00 1970", "%c" }, { "01/02/03", "%D" },
		{ "01/02/03", "%x" }, { "2024-02-30", "%F" }, { "-5-02-03", "%F" }, { "+2024-01-01", "%F" }, { "12024-01-01", "%F" },
		{ "2024-1-5", "%Y-%m-%d" }, { "1/5", "%n%m/%t%d" }, { "  5", "%d" }, { " 5", "%e" }, { "5 ", "%e " }, { "%", "%%" },
		{ " %", "%%" }, { "x%", "x%%" }, { "monday", "%a" }, { "Mond", "%a" }, { "THURSDAY", "%A" }, { "thurs", "%A" },
		{ "May", "%B" }, { "sept", "%b" }, { "decembe", "%b" }, { "00", "%S" }, { "60", "%S" }, { "62", "%S" }, { "24", "%H" },
		{ "0", "%d" }, { "32", "%d" }, { "13", "%m" }, { "0", "%m" }, { "366", "%j" }, { "367", "%j" }, { "0", "%j" },
		{ "8", "%u" }, { "0", "%u" }, { "7", "%u" }, { "7", "%w" }, { "54", "%U" }, { "9999", "%Y" }, { "10000", "%Y" },
		{ "-1", "%Y" }, { "123", "%3Y" }, { "5", "%Od" }, { "2024", "%EY" }, { "24", "%Oy" }, { "20", "%EC" }, { "5", "%OH" },
		{ "5", "%-d" }, { "05", "%_d" }, { "5", "%0e" }, { "mon", "%^a" }, { "abc", "abc" }, { "a  b", "a b" },
		{ "ab", "a b" }, { "a", "a " }, { "", "%n" }, { "5", "%k" }, { "12", "%l" }, { "11:22:33 PM", "%r" },
		{ "10:20:30", "%X" }, { "Jan", "%h" }, { "100", "%y" }, { "2024-07-03T07:46:40+02:00", "%FT%T%z" },
		{ "Wed, 03 Jul 2024 07:46:40 GMT", "%a, %d %b %Y %H:%M:%S %Z" }, { "20240703074640", "%Y%m%d%H%M%S" },
		{ "2024 -5", "%Y %d" }, { "+5", "%d" }, { "2024 366", "%Y %j" }, { "Mon 2024-07-03", "%a %F" }, { "1 2024", "%m %Y" },
		{ "5.5", "%S.%M" }, { "2024 5 3 Tue", "%Y %m %d %a" }, { "q", "%q" }, { "5", "%" }, { "5", "%E" },
		{ "12/31/1999 23:59", "%D %R" }, { "12 2024", "%d %G" },
	};
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		read_time(cases[i].text, cases[i].format);
	signs();
	return 0;
}
