/* Linux's prctl(): the thread's name; other options fail with EINVAL. */
#ifndef _SYS_PRCTL_H
#define _SYS_PRCTL_H
#include <sys/cdefs.h>

#define PR_SET_NAME	15
#define PR_GET_NAME	16

__BEGIN_DECLS
int prctl(int, ...);
__END_DECLS

#endif
