/* <error.h>: GNU's messages. */
#define _GNU_SOURCE
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*error_print_progname)(void);
unsigned int error_message_count;
int error_one_per_line;

static void begin(void) {
	fflush(stdout);
	flockfile(stderr);
	if (error_print_progname)
		error_print_progname();
	else
		fprintf(stderr, "%s:", program_invocation_name);
}

static void end(int status, int number, const char *format, va_list list) {
	vfprintf(stderr, format, list);
	if (number)
		fprintf(stderr, ": %s", strerror(number));
	putc('\n', stderr);
	fflush(stderr);
	error_message_count++;
	funlockfile(stderr);
	if (status)
		exit(status);
}

void error(int status, int number, const char *format, ...) {
	va_list list;
	va_start(list, format);
	begin();
	if (!error_print_progname)
		putc(' ', stderr);
	end(status, number, format, list);
	va_end(list);
}

void error_at_line(int status, int number, const char *file, unsigned int line, const char *format, ...) {
	static const char *last_file;
	static unsigned int last_line;
	if (error_one_per_line) {
		if (last_line == line && (file == last_file || (file && last_file && strcmp(file, last_file) == 0)))
			return;
		last_file = file;
		last_line = line;
	}
	va_list list;
	va_start(list, format);
	begin();
	if (file)
		fprintf(stderr, "%s:%u: ", file, line);
	else
		putc(' ', stderr);
	end(status, number, format, list);
	va_end(list);
}
