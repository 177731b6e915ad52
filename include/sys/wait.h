/* Waiting for children (POSIX). There are none: the calls fail with ECHILD. A status has the exit status
 * or the signal's number as on other systems, for programs that take apart one that they were given. */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H
#include <sys/cdefs.h>
#include <sys/types.h>
#include <signal.h>
#include <hermit/wait-status.h>

#define WSTOPPED	WUNTRACED
#define WEXITED		4
#define WCONTINUED	8
#define WNOWAIT		0x01000000
#define WIFCONTINUED(s)	((s) == 0xffff)
#define WCOREFLAG	0x80
#define WCOREDUMP(s)	((s) & WCOREFLAG)
#define W_EXITCODE(exit, signal)	((exit) << 8 | (signal))

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

__BEGIN_DECLS
pid_t wait(int *);
pid_t waitpid(pid_t, int *, int);
int waitid(idtype_t, id_t, siginfo_t *, int);
#if __MISC_VISIBLE
struct rusage;
pid_t wait3(int *, int, struct rusage *);
pid_t wait4(pid_t, int *, int, struct rusage *);
#endif
__END_DECLS

#endif
