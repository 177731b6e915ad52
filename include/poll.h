/* Waiting for descriptors (POSIX; ppoll of POSIX.1-2024). */
#ifndef _POLL_H
#define _POLL_H
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/_timespec.h>
#include <sys/_sigset.h>

#define POLLIN		0x001
#define POLLPRI		0x002
#define POLLOUT		0x004
#define POLLERR		0x008
#define POLLHUP		0x010
#define POLLNVAL	0x020
#define POLLRDNORM	0x040
#define POLLRDBAND	0x080
#define POLLWRNORM	0x100
#define POLLWRBAND	0x200
#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
#define POLLRDHUP	0x2000
#endif

#if !defined(_SIGSET_T_DECLARED) && __POSIX_VISIBLE >= 202405
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t;
#endif

typedef unsigned long nfds_t;

struct pollfd {
	int	fd;
	short	events;
	short	revents;
};

__BEGIN_DECLS
int poll(struct pollfd *, nfds_t, int);
#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
int ppoll(struct pollfd *, nfds_t, const struct timespec *, const __sigset_t *);
#endif
__END_DECLS

#endif
