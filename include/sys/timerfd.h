/* Timers that are read and polled (Linux). */
#ifndef _SYS_TIMERFD_H
#define _SYS_TIMERFD_H
#include <sys/cdefs.h>
#include <time.h>

#define TFD_CLOEXEC		0x40000
#define TFD_NONBLOCK		0x4000
#define TFD_TIMER_ABSTIME	1
#define TFD_TIMER_CANCEL_ON_SET	2

__BEGIN_DECLS
int timerfd_create(clockid_t, int);
int timerfd_settime(int, int, const struct itimerspec *, struct itimerspec *);
int timerfd_gettime(int, struct itimerspec *);
__END_DECLS

#endif
