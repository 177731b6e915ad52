/* newlib's time.h with what it lacks: C11's timespec_get(), XSI's variables, timegm(). */
#include_next <time.h>
#ifndef _HERMIT_TIME_H
#define _HERMIT_TIME_H
__BEGIN_DECLS
#if __ISO_C_VISIBLE >= 2011
#define TIME_UTC 1
int timespec_get(struct timespec *, int);
#endif
#if __ISO_C_VISIBLE >= 2020
#define TIME_MONOTONIC		2
#define TIME_ACTIVE		3
#define TIME_THREAD_ACTIVE	4
int timespec_getres(struct timespec *, int);
#endif
#if __XSI_VISIBLE >= 4
extern int getdate_err;
struct tm *getdate(const char *);
#endif
#if __GNU_VISIBLE
int getdate_r(const char *__restrict, struct tm *__restrict);
#endif
#if __XSI_VISIBLE || __MISC_VISIBLE
extern long timezone __asm__("_timezone");
extern int daylight __asm__("_daylight");
#endif
#if __MISC_VISIBLE || __POSIX_VISIBLE >= 202405
time_t timegm(struct tm *);
time_t timelocal(struct tm *);
#endif
__END_DECLS
#endif
