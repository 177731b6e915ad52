/* getdate(): a date in one of the forms that the file named by DATEMSK has, one a line. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int getdate_err;

enum {
	NO_VARIABLE = 1,
	NOT_OPENED = 2,
	NO_STATUS = 3,
	NOT_REGULAR = 4,
	READ_ERROR = 5,
	NO_MEMORY = 6,
	NO_MATCH = 7,
	IMPOSSIBLE = 8,
};

/* No field was read. */
#define UNSET (-1000000)

static int days_in(int year, int month) {
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month] + (month == 1 && leap);
}

/* Fills in what was not read, as POSIX says: from now on, the next such day or time. */
static int complete(struct tm *t) {
	time_t seconds = time(NULL);
	struct tm now;
	localtime_r(&seconds, &now);
	int year = t->tm_year != UNSET, month = t->tm_mon != UNSET, day = t->tm_mday != UNSET,
	    week = t->tm_wday != UNSET, hour = t->tm_hour != UNSET;
	int time_given = hour || t->tm_min != UNSET || t->tm_sec != UNSET;
	if (!hour && (year || month || day || week || !time_given))
		t->tm_hour = time_given ? 0 : now.tm_hour;
	else if (!hour)
		t->tm_hour = now.tm_hour;
	if (t->tm_min == UNSET)
		t->tm_min = time_given ? 0 : now.tm_min;
	if (t->tm_sec == UNSET)
		t->tm_sec = time_given ? 0 : now.tm_sec;
	int wanted_week = t->tm_wday;
	if (!day && !month && !year) {
		t->tm_year = now.tm_year;
		t->tm_mon = now.tm_mon;
		t->tm_mday = now.tm_mday;
		if (week) {
			t->tm_mday += (wanted_week - now.tm_wday + 7) % 7;
		} else if (hour && (t->tm_hour < now.tm_hour ||
				    (t->tm_hour == now.tm_hour &&
				     (t->tm_min < now.tm_min || (t->tm_min == now.tm_min && t->tm_sec < now.tm_sec))))) {
			/* That time of today is over. */
			t->tm_mday++;
		}
	} else {
		if (!month)
			t->tm_mon = year ? 0 : now.tm_mon + (day && t->tm_mday < now.tm_mday);
		if (!year)
			t->tm_year = now.tm_year + (month && t->tm_mon < now.tm_mon);
		if (!day) {
			t->tm_mday = 1;
			if (week) {
				/* The first such day of the month. */
				struct tm first = *t;
				first.tm_hour = 12;
				first.tm_isdst = -1;
				if (mktime(&first) == -1)
					return IMPOSSIBLE;
				t->tm_mday = 1 + (wanted_week - first.tm_wday + 7) % 7;
			}
		} else if (t->tm_mon < 12 && t->tm_mday > days_in(t->tm_year + 1900, t->tm_mon)) {
			return IMPOSSIBLE;
		}
	}
	t->tm_isdst = -1;
	struct tm checked = *t;
	errno = 0;
	if (mktime(&checked) == -1 && errno)
		return IMPOSSIBLE;
	*t = checked;
	return 0;
}

int getdate_r(const char *restrict text, struct tm *restrict result) {
	const char *path = getenv("DATEMSK");
	struct stat status;
	if (!path || !*path)
		return NO_VARIABLE;
	if (stat(path, &status) < 0)
		return errno == ENOENT || errno == ENOTDIR ? NOT_OPENED : NO_STATUS;
	if (!S_ISREG(status.st_mode))
		return NOT_REGULAR;
	FILE *forms = fopen(path, "r");
	if (!forms)
		return NOT_OPENED;
	text += strspn(text, " \t\n\v\f\r");
	char *line = NULL;
	size_t size = 0;
	int error = NO_MATCH;
	ssize_t length;
	while ((length = getline(&line, &size, forms)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = 0;
		struct tm t = { UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, -1 };
		const char *end = strptime(text, line, &t);
		if (!end || end[strspn(end, " \t\n\v\f\r")] != 0)
			continue;
		error = complete(&t);
		if (error == 0)
			*result = t;
		break;
	}
	if (error == NO_MATCH && ferror(forms))
		error = errno == ENOMEM ? NO_MEMORY : READ_ERROR;
	free(line);
	fclose(forms);
	return error;
}

struct tm *getdate(const char *text) {
	static struct tm result;
	int error = getdate_r(text, &result);
	if (error != 0) {
		getdate_err = error;
		return NULL;
	}
	return &result;
}
