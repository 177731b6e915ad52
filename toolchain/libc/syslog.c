/* <syslog.h>: the log is the kernel's, which goes to the console. */
#define _GNU_SOURCE
#include <errno.h>
#include <hermit/system.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *name;
static int options, facility = LOG_USER, mask = LOG_UPTO(LOG_DEBUG);

void openlog(const char *ident, int option, int new_facility) {
	pthread_mutex_lock(&lock);
	name = ident;
	options = option;
	if (new_facility != 0 && (new_facility & ~LOG_FACMASK) == 0)
		facility = new_facility;
	pthread_mutex_unlock(&lock);
}

void closelog(void) {
	pthread_mutex_lock(&lock);
	name = NULL;
	options = 0;
	facility = LOG_USER;
	pthread_mutex_unlock(&lock);
}

int setlogmask(int new_mask) {
	pthread_mutex_lock(&lock);
	int before = mask;
	if (new_mask != 0)
		mask = new_mask;
	pthread_mutex_unlock(&lock);
	return before;
}

/* A line of the log: `<facility and level>name[process]: text`; without the first part on stderr. */
void vsyslog(int priority, const char *format, va_list list) {
	int number = errno;
	char line[1024];
	if (priority & ~(LOG_PRIMASK | LOG_FACMASK))
		priority &= LOG_PRIMASK | LOG_FACMASK;
	pthread_mutex_lock(&lock);
	if (mask & LOG_MASK(LOG_PRI(priority))) {
		if ((priority & LOG_FACMASK) == 0)
			priority |= facility;
		const char *ident = name ? name : program_invocation_short_name;
		char process[16] = "";
		if (options & LOG_PID)
			snprintf(process, sizeof process, "[%d]", getpid());
		size_t start = snprintf(line, sizeof line, "<%d>", priority);
		size_t length = start + snprintf(line + start, sizeof line - start, "%.200s%s: ", ident, process);
		errno = number;
		int text = vsnprintf(line + length, sizeof line - length, format, list);
		length = text < 0 ? length : length + text < sizeof line - 1 ? length + text : sizeof line - 2;
		if (line[length - 1] != '\n')
			line[length++] = '\n';
		sys_log((const uint8_t *)line, length);
		if (options & LOG_PERROR)
			(void)!write(STDERR_FILENO, line + start, length - start);
	}
	pthread_mutex_unlock(&lock);
	errno = number;
}

void syslog(int priority, const char *format, ...) {
	va_list list;
	va_start(list, format);
	vsyslog(priority, format, list);
	va_end(list);
}
