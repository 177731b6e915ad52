/* <err.h>: the BSDs' messages. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vwarn(const char *format, va_list list) {
	int number = errno;
	flockfile(stderr);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	if (format) {
		vfprintf(stderr, format, list);
		fputs(": ", stderr);
	}
	fprintf(stderr, "%s\n", strerror(number));
	funlockfile(stderr);
}

void vwarnx(const char *format, va_list list) {
	flockfile(stderr);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	if (format)
		vfprintf(stderr, format, list);
	putc('\n', stderr);
	funlockfile(stderr);
}

void verr(int status, const char *format, va_list list) {
	vwarn(format, list);
	exit(status);
}

void verrx(int status, const char *format, va_list list) {
	vwarnx(format, list);
	exit(status);
}

void warn(const char *format, ...) {
	va_list list;
	va_start(list, format);
	vwarn(format, list);
	va_end(list);
}

void warnx(const char *format, ...) {
	va_list list;
	va_start(list, format);
	vwarnx(format, list);
	va_end(list);
}

void err(int status, const char *format, ...) {
	va_list list;
	va_start(list, format);
	verr(status, format, list);
}

void errx(int status, const char *format, ...) {
	va_list list;
	va_start(list, format);
	verrx(status, format, list);
}
