/* When a year's summer time begins and ends, for newlib's localtime(), whose own function knows no years before 1970 and
 * counts days in an int. */
#include <sys/types.h>
#include <time.h>
#include <sys/_tz_structs.h>

static int is_leap(long long year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static long long divide(long long number, long long by)
{
	return number / by - (number % by < 0);
}

/* Days from 1 January 1970 to that of a year. */
static long long days_to(long long year)
{
	long long before = year - 1;
	return (year - 1970) * 365 + divide(before, 4) - divide(before, 100) + divide(before, 400) - 477;
}

/* The rule `Mm.n.d`: the week n, of which 5 is the last, in which there is a day d of the month m. */
static int day_of_month_rule(const __tzrule_type *rule, long long first_day, int leap)
{
	/* There is no rule, where there is no summer time. */
	if (rule->m < 1 || rule->m > 12)
		return 0;
	static const short before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
	int after_february = leap && rule->m > 2, start = before[rule->m - 1] + after_february;
	int length = before[rule->m] + (leap && rule->m >= 2) - start;
	/* 1 January 1970 was a Thursday. */
	int weekday = (int)((first_day + start + 4) % 7 + 7) % 7;
	int day = (rule->d - weekday + 7) % 7 + (rule->n - 1) * 7;
	while (day >= length)
		day -= 7;
	return start + day;
}

int __tzcalc_limits(int year)
{
	__tzinfo_type *zone = __gettzinfo();
	long long first_day = days_to(year);
	int leap = is_leap(year);
	for (int i = 0; i < 2; i++) {
		__tzrule_type *rule = &zone->__tzrule[i];
		int day = rule->ch == 'J' ? rule->d - 1 + (leap && rule->d >= 60)
			  : rule->ch == 'D' ? rule->d : day_of_month_rule(rule, first_day, leap);
		rule->change = (first_day + day) * 86400 + rule->s + rule->offset;
	}
	zone->__tzyear = year;
	zone->__tznorth = zone->__tzrule[0].change < zone->__tzrule[1].change;
	return 1;
}
