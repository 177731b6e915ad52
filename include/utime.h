/* Times of files, to the second (POSIX, <utime.h>). */
#ifndef _UTIME_H_
#define _UTIME_H_

#include <sys/cdefs.h>
#include <sys/utime.h>

__BEGIN_DECLS

int utime(const char *path, const struct utimbuf *times);

__END_DECLS

#endif
