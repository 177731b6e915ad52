/* newlib's unistd.h with the functions of BSD and GNU that it lacks. */
#include_next <unistd.h>
#ifndef _HERMIT_UNISTD_H
#define _HERMIT_UNISTD_H
#include <sys/_close_flags.h>

#define _POSIX_VDISABLE	'\0'

/* POSIX.1-2024's names. */
#define _SC_MINSIGSTKSZ	150
#define _SC_SIGSTKSZ	151
#define _SC_NSIG	152
#define _SC_DEVICE_CONTROL	153
#define _SC_V8_ILP32_OFF32	_SC_V7_ILP32_OFF32
#define _SC_V8_ILP32_OFFBIG	_SC_V7_ILP32_OFFBIG
#define _SC_V8_LP64_OFF64	_SC_V7_LP64_OFF64
#define _SC_V8_LPBIG_OFFBIG	_SC_V7_LPBIG_OFFBIG
#define _PC_FALLOC		21
#define _PC_TEXTDOMAIN_MAX	22

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
#define _CS_POSIX_V8_ILP32_OFF32_CFLAGS		_CS_POSIX_V7_ILP32_OFF32_CFLAGS
#define _CS_POSIX_V8_ILP32_OFF32_LDFLAGS	_CS_POSIX_V7_ILP32_OFF32_LDFLAGS
#define _CS_POSIX_V8_ILP32_OFF32_LIBS		_CS_POSIX_V7_ILP32_OFF32_LIBS
#define _CS_POSIX_V8_ILP32_OFFBIG_CFLAGS	_CS_POSIX_V7_ILP32_OFFBIG_CFLAGS
#define _CS_POSIX_V8_ILP32_OFFBIG_LDFLAGS	_CS_POSIX_V7_ILP32_OFFBIG_LDFLAGS
#define _CS_POSIX_V8_ILP32_OFFBIG_LIBS		_CS_POSIX_V7_ILP32_OFFBIG_LIBS
#define _CS_POSIX_V8_LP64_OFF64_CFLAGS		_CS_POSIX_V7_LP64_OFF64_CFLAGS
#define _CS_POSIX_V8_LP64_OFF64_LDFLAGS		_CS_POSIX_V7_LP64_OFF64_LDFLAGS
#define _CS_POSIX_V8_LP64_OFF64_LIBS		_CS_POSIX_V7_LP64_OFF64_LIBS
#define _CS_POSIX_V8_LPBIG_OFFBIG_CFLAGS	_CS_POSIX_V7_LPBIG_OFFBIG_CFLAGS
#define _CS_POSIX_V8_LPBIG_OFFBIG_LDFLAGS	_CS_POSIX_V7_LPBIG_OFFBIG_LDFLAGS
#define _CS_POSIX_V8_LPBIG_OFFBIG_LIBS		_CS_POSIX_V7_LPBIG_OFFBIG_LIBS
#define _CS_POSIX_V8_THREADS_CFLAGS		_CS_POSIX_V7_THREADS_CFLAGS
#define _CS_POSIX_V8_THREADS_LDFLAGS		_CS_POSIX_V7_THREADS_LDFLAGS
#define _CS_V8_ENV				_CS_V7_ENV
#define _CS_POSIX_V8_WIDTH_RESTRICTED_ENVS	21

/* posix_close() is never interrupted. */
#define POSIX_CLOSE_RESTART	0

__BEGIN_DECLS
#if __POSIX_VISIBLE >= 202405
pid_t _Fork(void);
int posix_close(int, int);
int getresuid(uid_t *, uid_t *, uid_t *);
int getresgid(gid_t *, gid_t *, gid_t *);
int setresuid(uid_t, uid_t, uid_t);
int setresgid(gid_t, gid_t, gid_t);
#endif
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
int group_member(gid_t);
int close_range(unsigned int, unsigned int, int);
#define CLOSE_RANGE_CLOEXEC	4
#endif
__END_DECLS

#endif
