/* Each line is what one conversion with one flag or width makes of one time. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

static void show(const char *format, const struct tm *time)
{
	char text[200], narrow[800];
	wchar_t wide_format[100], wide[200];
	size_t length = strftime(text, sizeof text, format, time);
	printf("%s: %zu [%s]\n", format, length, length ? text : "");
	mbstowcs(wide_format, format, 100);
	size_t wide_length = wcsftime(wide, 200, wide_format, time);
	if (wide_length != length || (length && (wcstombs(narrow, wide, sizeof narrow), strcmp(narrow, text) != 0)))
		printf("wide: %zu\n", wide_length);
}

/* POSIX.1-2024's flag `+`, which not every library has yet. */
static void plus(void)
{
#ifdef __hermit__
	static const struct { int year; const char *format, *text; } cases[] = {
		{ 270, "%+4Y %+C %+F", "0270 02 0270-01-01" }, { 270, "%+5Y", "+0270" }, { 270, "%+3C", "+02" },
		{ 12345, "%+4Y %+C %+F", "+12345 +123 +12345-01-01" }, { 12345, "%+5Y", "+12345" }, { 12345, "%+7Y", "+012345" },
		{ -5, "%+4Y %+F", "-005 -005-01-01" }, { 12345, "%F", "+12345-01-01" }, { 270, "%F %10F %12F", "0270-01-01 0270-01-01 000270-01-01" },
		{ 12345, "%Y %04Y %06Y", "12345 12345 012345" }, { 2024, "%+3d", "001" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tm time = { .tm_year = cases[i].year - 1900, .tm_mday = 1 };
		char text[100];
		strftime(text, sizeof text, cases[i].format, &time);
		if (strcmp(text, cases[i].text) != 0)
			printf("%s: %s, not %s\n", cases[i].format, text, cases[i].text);
	}
#endif
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	/* Beginnings and ends of years around which weeks belong to the other year, leap days, a summer, years of few and of many
	 * digits, and years before 1. */
	static const time_t times[] = { 0, 1709164800, 1720025200, 1735689599, 1230508800, 1262304000, 1293840000, 951782400, 1104537600,
		946684799, 1072915200, 1483228800, -62102401200, -62261481600, 253402300800, 1000000000000 };
	static const char conversions[] = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%";
	static const char *const before[] = { "", "-", "_", "0", "^", "#", "5", "12", "-5", "_5", "05", "012", "_12", "^12", "#12", "^#", "3",
		"-012", "0-3", "1", "_1" };
	char format[20];
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct tm time;
		localtime_r(&times[i], &time);
		for (size_t b = 0; b < sizeof before / sizeof *before; b++)
			for (const char *c = conversions; *c; c++) {
				/* The GNU library gives an offset its width twice, and an ISO date other years than POSIX. */
				if ((*c == 'z' || *c == 'F') && *before[b])
					continue;
				if (*c == 'F' && (time.tm_year < -900 || time.tm_year > 8099))
					continue;
				/* And the first centuries one digit. */
				if (*c == 'C' && time.tm_year < -900)
					continue;
				snprintf(format, sizeof format, "%%%s%c", before[b], *c);
				show(format, &time);
			}
		for (const char *c = "cCxXyY"; *c; c++) {
			if (*c == 'C' && time.tm_year < -900)
				continue;
			snprintf(format, sizeof format, "%%E%c", *c);
			show(format, &time);
		}
		for (const char *c = "deHImMSuUVwWy"; *c; c++) {
			snprintf(format, sizeof format, "%%O%c", *c);
			show(format, &time);
		}
	}
	struct tm odd = { .tm_wday = 9, .tm_mon = 12, .tm_mday = -5, .tm_min = -3, .tm_yday = -2, .tm_year = -2000, .tm_isdst = -1 };
	char text[100] = "?";
	strftime(text, sizeof text, "%a %A %b %B %d %e %j %M %y %Y %C [%z]", &odd);
	puts(text);
	struct tm zero = { 0 };
	show("%%%5%%Q%", &zero);
	strftime(text, sizeof text, "\303\274%dx", &zero);
	puts(text);
	size_t none = strftime(text, 4, "%Y", &zero), fits = strftime(text, 5, "%Y", &zero), empty = strftime(text, 10, "", &zero);
	printf("%zu %zu %zu %zu\n", none, fits, empty, strftime(text, 0, "", &zero));
	plus();
	return 0;
}
