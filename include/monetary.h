/* Amounts of money as text (POSIX). */
#ifndef _MONETARY_H
#define _MONETARY_H
#include <sys/cdefs.h>
#include <sys/types.h>
#include <locale.h>

__BEGIN_DECLS
ssize_t strfmon(char *__restrict, size_t, const char *__restrict, ...) __attribute__((__format__(__strfmon__, 3, 4)));
#if __POSIX_VISIBLE >= 200809
ssize_t strfmon_l(char *__restrict, size_t, locale_t, const char *__restrict, ...)
	__attribute__((__format__(__strfmon__, 4, 5)));
#endif
__END_DECLS

#endif
