/* GNU's way to report an error, and to end with it if the status is not 0. */
#ifndef _ERROR_H
#define _ERROR_H
#include <sys/cdefs.h>

__BEGIN_DECLS
void error(int, int, const char *, ...) __attribute__((__format__(__printf__, 3, 4)));
void error_at_line(int, int, const char *, unsigned int, const char *, ...)
	__attribute__((__format__(__printf__, 5, 6)));
extern void (*error_print_progname)(void);
extern unsigned int error_message_count;
extern int error_one_per_line;
__END_DECLS

#endif
