/* newlib's unistd.h with the functions of BSD and GNU that it lacks. */
#include_next <unistd.h>
#ifndef _HERMIT_UNISTD_H
#define _HERMIT_UNISTD_H

#define _POSIX_VDISABLE	'\0'

/* POSIX.1-2024's names. */
#define _SC_MINSIGSTKSZ	150
#define _SC_SIGSTKSZ	151

/* newlib names what confstr() knows for Cygwin only. */
#define _CS_PATH				0
#define _CS_POSIX_V7_ILP32_OFF32_CFLAGS		1
#define _CS_POSIX_V7_ILP32_OFF32_LDFLAGS	2
#define _CS_POSIX_V7_ILP32_OFF32_LIBS		3
#define _CS_POSIX_V7_ILP32_OFFBIG_CFLAGS	5
#define _CS_POSIX_V7_ILP32_OFFBIG_LDFLAGS	6
#define _CS_POSIX_V7_ILP32_OFFBIG_LIBS		7
#define _CS_POSIX_V7_LP64_OFF64_CFLAGS		9
#define _CS_POSIX_V7_LP64_OFF64_LDFLAGS		10
#define _CS_POSIX_V7_LP64_OFF64_LIBS		11
#define _CS_POSIX_V7_LPBIG_OFFBIG_CFLAGS	13
#define _CS_POSIX_V7_LPBIG_OFFBIG_LDFLAGS	14
#define _CS_POSIX_V7_LPBIG_OFFBIG_LIBS		15
#define _CS_POSIX_V7_WIDTH_RESTRICTED_ENVS	17
#define _CS_POSIX_V7_THREADS_CFLAGS		18
#define _CS_POSIX_V7_THREADS_LDFLAGS		19
#define _CS_V7_ENV				20

__BEGIN_DECLS
#if __MISC_VISIBLE
long syscall(long, ...);
int setdomainname(const char *, size_t);
int brk(void *);
void closefrom(int);
#endif
#if __GNU_VISIBLE
/* Again and again until no signal interrupts it. */
#define TEMP_FAILURE_RETRY(call)                             \
	(__extension__({                                     \
		long __result;                               \
		do                                           \
			__result = (long)(call);             \
		while (__result == -1 && errno == EINTR);    \
		__result;                                    \
	}))

pid_t gettid(void);
int getresuid(uid_t *, uid_t *, uid_t *);
int getresgid(gid_t *, gid_t *, gid_t *);
int setresuid(uid_t, uid_t, uid_t);
int setresgid(gid_t, gid_t, gid_t);
int group_member(gid_t);
int close_range(unsigned int, unsigned int, int);
#define CLOSE_RANGE_CLOEXEC	4
#endif
__END_DECLS

#endif
