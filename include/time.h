/* newlib's time.h with C11's timespec_get(). */
#include_next <time.h>
#ifndef _HERMIT_TIME_H
#define _HERMIT_TIME_H
#if __ISO_C_VISIBLE >= 2011
#define TIME_UTC 1
__BEGIN_DECLS
int timespec_get(struct timespec *, int);
__END_DECLS
#endif
#endif
