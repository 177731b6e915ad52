/* asctime_r(): newlib's writes beyond the 26 bytes that POSIX gives it. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

char *asctime_r(const struct tm *restrict time, char *restrict text) {
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *day = time->tm_wday >= 0 && time->tm_wday < 7 ? days + 3 * time->tm_wday : "???";
	const char *month = time->tm_mon >= 0 && time->tm_mon < 12 ? months + 3 * time->tm_mon : "???";
	int length = snprintf(text, 26, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld\n", day, month, time->tm_mday, time->tm_hour,
		time->tm_min, time->tm_sec, 1900LL + time->tm_year);
	if (length < 26)
		return text;
	errno = EOVERFLOW;
	return NULL;
}
