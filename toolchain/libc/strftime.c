/* strftime() and wcsftime(): POSIX.1-2024's flags `0` and `+`, the GNU library's `-`, `_`, `^` and `#`, and a field width.
 * There is one locale for times, the C locale, so `%E` and `%O` change nothing. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#define INLINE static inline __attribute__((always_inline))

/* Where the text goes, of bytes or of wide characters. `full` says that it does not fit. */
struct output {
	void	*text;
	size_t	used, size;
	int	wide, full;
};

/* What stands between the `%` and the conversion. */
struct field {
	char	pad;	/* 0: as the conversion says; `-`: only to the width; `_`: with blanks; `0` and `+`: with zeroes */
	int	width, upper, other_case;
};

static const char days[][10] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
static const char months[][10] = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
	"October", "November", "December" };

INLINE void put(struct output *out, wchar_t character)
{
	if (out->used + 1 >= out->size) {
		out->full = 1;
	} else {
		if (out->wide)
			((wchar_t *)out->text)[out->used] = character;
		else
			((char *)out->text)[out->used] = (char)character;
		out->used++;
	}
}

static void pad(struct output *out, wchar_t character, long count)
{
	while (count-- > 0 && !out->full)
		put(out, character);
}

static char upper(char byte)
{
	return byte >= 'a' && byte <= 'z' ? (char)(byte - 32) : byte;
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

/* Text; `lowers` says that the flag `#` makes it of small letters, not of large ones. */
static void put_text(struct output *out, const struct field *field, const char *text, size_t length, int lowers)
{
	if (field->width)
		pad(out, field->pad == '0' || field->pad == '+' ? '0' : ' ', field->width - (long)length);
	for (size_t i = 0; i < length; i++) {
		char byte = text[i];
		if (field->other_case && lowers)
			byte = lower(byte);
		else if (field->upper || field->other_case)
			byte = upper(byte);
		put(out, (unsigned char)byte);
	}
}

static void put_name(struct output *out, const struct field *field, const char (*names)[10], int count, int which, int letters)
{
	if (which < 0 || which >= count) {
		put(out, '?');
		return;
	}
	size_t length = strlen(names[which]);
	put_text(out, field, names[which], letters && length > 3 ? 3 : length, 0);
}

/* A number of at least so many digits. */
static void put_number(struct output *out, const struct field *field, long long number, int digits, char default_pad)
{
	if (digits == 2 && number >= 0 && number < 100 && !field->pad && !field->width && default_pad == '0') {
		put(out, '0' + (int)number / 10);
		put(out, '0' + (int)number % 10);
		return;
	}
	char text[24], *start = text + sizeof text, how = field->pad ? field->pad : default_pad;
	unsigned long long rest = number < 0 ? -(unsigned long long)number : (unsigned long long)number;
	do
		*--start = (char)('0' + rest % 10);
	while (rest /= 10);
	long length = text + sizeof text - start, wanted = field->width > digits ? field->width : digits;
	int blanks = how == '_' || how == '-';
	if (how == '-')
		wanted = field->width;
	if (number < 0)
		wanted--;
	if (blanks)
		pad(out, ' ', wanted - length);
	if (number < 0)
		put(out, '-');
	if (!blanks)
		pad(out, '0', wanted - length);
	while (start < text + sizeof text)
		put(out, *start++);
}

/* A year or a century, before which `+` asks for a sign if there are more digits than usual. */
static void put_year(struct output *out, const struct field *field, long long number, int digits, int usual)
{
	struct field rest = *field;
	if (field->pad == '+' && number >= 0) {
		long long most = usual == 2 ? 99 : 9999;
		if (number > most || field->width > usual) {
			put(out, '+');
			rest.width--;
		}
	}
	put_number(out, &rest, number, digits, '0');
}

static int is_leap(long long year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The week of ISO 8601, and the year that it belongs to. */
static int iso_week(const struct tm *time, long long *year)
{
	/* The Thursday of the same week is in the week's year. */
	int since_monday = (time->tm_wday + 6) % 7, thursday = time->tm_yday - since_monday + 3;
	*year = time->tm_year + 1900LL;
	if (thursday < 0) {
		--*year;
		thursday += 365 + is_leap(*year);
	} else if (thursday >= 365 + is_leap(*year)) {
		thursday -= 365 + is_leap(*year);
		++*year;
	}
	return thursday / 7 + 1;
}

static void format(struct output *out, const void *format_text, const struct tm *time, int forced_upper);

/* What another format makes, as one text. */
static void put_formatted(struct output *out, const struct field *field, const char *text, const struct tm *time)
{
	char made[100];
	struct output inner = { .text = made, .size = sizeof made };
	format(&inner, text, time, field->upper);
	put_text(out, &(struct field){ .pad = field->pad, .width = field->width }, made, inner.used, 0);
}

static void put_zone(struct output *out, const struct field *field, const struct tm *time)
{
	const char *zone = time->tm_zone;
	if (!zone) {
		tzset();
		zone = time->tm_isdst < 0 ? "" : tzname[time->tm_isdst > 0];
	}
	put_text(out, field, zone, strlen(zone), 1);
}

static void put_offset(struct output *out, const struct field *field, const struct tm *time)
{
	if (time->tm_isdst < 0)
		return;
	long minutes = time->tm_gmtoff / 60;
	int negative = time->tm_gmtoff < 0;
	minutes = negative ? -minutes : minutes;
	struct field rest = *field;
	if (field->pad == '_')
		pad(out, ' ', field->width - 5);
	put(out, negative ? '-' : '+');
	if (field->pad == '_')
		rest.pad = '0', rest.width = 0;
	rest.width--;
	put_number(out, &rest, minutes / 60 * 100 + minutes % 60, 4, '0');
}

static void put_date(struct output *out, const struct field *field, const struct tm *time)
{
	/* The width is the whole field's, six characters of which are behind the year. */
	int alone = !field->pad && !field->width, zeroes = alone || (!field->width && (field->pad == '0' || field->pad == '+'));
	struct field year = { .pad = alone ? '+' : field->pad, .width = field->width > 6 ? field->width - 6 : 0 };
	put_year(out, &year, time->tm_year + 1900LL, zeroes ? 4 : 1, 4);
	format(out, out->wide ? (const void *)L"-%m-%d" : "-%m-%d", time, 0);
}

static void put_seconds(struct output *out, const struct field *field, const struct tm *time)
{
	struct tm copy = *time;
	put_number(out, field, mktime(&copy), 1, '_');
}

/* Returns whether there is such a conversion. */
static int convert(struct output *out, wchar_t conversion, const struct field *field, const struct tm *time)
{
	long long year = time->tm_year + 1900LL, week_year;
	int hour12 = time->tm_hour % 12 ? time->tm_hour % 12 : 12, week;
	switch (conversion) {
	case 'a':
		put_name(out, field, days, 7, time->tm_wday, 3);
		break;
	case 'A':
		put_name(out, field, days, 7, time->tm_wday, 0);
		break;
	case 'b':
	case 'h':
		put_name(out, field, months, 12, time->tm_mon, 3);
		break;
	case 'B':
		put_name(out, field, months, 12, time->tm_mon, 0);
		break;
	case 'c':
		put_formatted(out, field, "%a %b %e %H:%M:%S %Y", time);
		break;
	case 'C':
		put_year(out, field, year / 100 - (year % 100 < 0), 2, 2);
		break;
	case 'd':
		put_number(out, field, time->tm_mday, 2, '0');
		break;
	case 'D':
	case 'x':
		put_formatted(out, field, "%m/%d/%y", time);
		break;
	case 'e':
		put_number(out, field, time->tm_mday, 2, '_');
		break;
	case 'F':
		put_date(out, field, time);
		break;
	case 'g':
	case 'G':
		iso_week(time, &week_year);
		if (conversion == 'G')
			put_year(out, field, week_year, 1, 4);
		else
			put_number(out, field, (week_year % 100 + 100) % 100, 2, '0');
		break;
	case 'H':
		put_number(out, field, time->tm_hour, 2, '0');
		break;
	case 'I':
		put_number(out, field, hour12, 2, '0');
		break;
	case 'j':
		put_number(out, field, time->tm_yday + 1LL, 3, '0');
		break;
	case 'k':
		put_number(out, field, time->tm_hour, 2, '_');
		break;
	case 'l':
		put_number(out, field, hour12, 2, '_');
		break;
	case 'm':
		put_number(out, field, time->tm_mon + 1LL, 2, '0');
		break;
	case 'M':
		put_number(out, field, time->tm_min, 2, '0');
		break;
	case 'n':
		put_text(out, field, "\n", 1, 0);
		break;
	case 'p':
		put_text(out, field, time->tm_hour > 11 ? "PM" : "AM", 2, 1);
		break;
	case 'P':
		put_text(out, &(struct field){ .pad = field->pad, .width = field->width }, time->tm_hour > 11 ? "pm" : "am", 2, 1);
		break;
	case 'r':
		put_formatted(out, field, "%I:%M:%S %p", time);
		break;
	case 'R':
		put_formatted(out, field, "%H:%M", time);
		break;
	case 's':
		put_seconds(out, field, time);
		break;
	case 'S':
		put_number(out, field, time->tm_sec, 2, '0');
		break;
	case 't':
		put_text(out, field, "\t", 1, 0);
		break;
	case 'T':
	case 'X':
		put_formatted(out, field, "%H:%M:%S", time);
		break;
	case 'u':
		put_number(out, field, (time->tm_wday + 6) % 7 + 1, 1, '0');
		break;
	case 'U':
		put_number(out, field, (time->tm_yday - time->tm_wday + 7) / 7, 2, '0');
		break;
	case 'V':
		week = iso_week(time, &week_year);
		put_number(out, field, week, 2, '0');
		break;
	case 'w':
		put_number(out, field, time->tm_wday, 1, '0');
		break;
	case 'W':
		put_number(out, field, (time->tm_yday - (time->tm_wday + 6) % 7 + 7) / 7, 2, '0');
		break;
	case 'y':
		put_number(out, field, (year % 100 + 100) % 100, 2, '0');
		break;
	case 'Y':
		put_year(out, field, year, 1, 4);
		break;
	case 'z':
		put_offset(out, field, time);
		break;
	case 'Z':
		put_zone(out, field, time);
		break;
	case '%':
		put_text(out, field, "%", 1, 0);
		break;
	default:
		return 0;
	}
	return 1;
}

static void format(struct output *out, const void *format_text, const struct tm *time, int forced_upper)
{
	const char *bytes = format_text;
	const wchar_t *characters = format_text;
#define AT(i)	(out->wide ? characters[i] : (wchar_t)(unsigned char)bytes[i])
	for (size_t i = 0; AT(i) && !out->full; i++) {
		if (AT(i) != '%') {
			put(out, AT(i));
			continue;
		}
		size_t start = i++;
		struct field field = { .upper = forced_upper };
		for (;; i++) {
			if (AT(i) == '-' || AT(i) == '_' || AT(i) == '0' || AT(i) == '+')
				field.pad = (char)AT(i);
			else if (AT(i) == '^')
				field.upper = 1;
			else if (AT(i) == '#')
				field.other_case = 1;
			else
				break;
		}
		for (; AT(i) >= '0' && AT(i) <= '9'; i++)
			field.width = field.width < 100000000 ? field.width * 10 + (int)(AT(i) - '0') : 1000000000;
		if (AT(i) == 'E' || AT(i) == 'O')
			i++;
		if (!convert(out, AT(i), &field, time)) {
			/* Nothing that is known stands for itself. */
			for (; start < i; start++)
				put(out, AT(start));
			if (!AT(i))
				break;
			put(out, AT(i));
		}
	}
}

static size_t finish(struct output *out)
{
	if (out->full || out->size == 0) {
		errno = ERANGE;
		return 0;
	}
	if (out->wide)
		((wchar_t *)out->text)[out->used] = 0;
	else
		((char *)out->text)[out->used] = 0;
	return out->used;
}

size_t strftime(char *restrict text, size_t size, const char *restrict form, const struct tm *restrict time)
{
	struct output out = { .text = text, .size = size };
	format(&out, form, time, 0);
	return finish(&out);
}

size_t wcsftime(wchar_t *restrict text, size_t size, const wchar_t *restrict form, const struct tm *restrict time)
{
	struct output out = { .text = text, .size = size, .wide = 1 };
	format(&out, form, time, 0);
	return finish(&out);
}

size_t strftime_l(char *restrict text, size_t size, const char *restrict form, const struct tm *restrict time, locale_t locale)
{
	(void)locale;
	return strftime(text, size, form, time);
}

size_t wcsftime_l(wchar_t *restrict text, size_t size, const wchar_t *restrict form, const struct tm *restrict time,
	locale_t locale)
{
	(void)locale;
	return wcsftime(text, size, form, time);
}
