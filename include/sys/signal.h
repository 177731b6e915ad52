/* Signals (POSIX.1-2017). newlib's own header has no siginfo_t worth the name, no SA_ flags, and macros
 * for signal sets that do not reach beyond 31. Numbers up to 31 are newlib's, as all its tables have
 * them; those above are real-time signals. Bit n-1 of a set is signal n. */
#ifndef _SYS_SIGNAL_H
#define _SYS_SIGNAL_H

#include <sys/cdefs.h>
#include <sys/features.h>
#include <sys/types.h>
#include <sys/_sigset.h>
#include <sys/_timespec.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(_SIGSET_T_DECLARED)
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t;
#endif

#define SIGHUP		1
#define SIGINT		2
#define SIGQUIT		3
#define SIGILL		4
#define SIGTRAP		5
#define SIGABRT		6
#define SIGIOT		SIGABRT
#define SIGEMT		7
#define SIGFPE		8
#define SIGKILL		9
#define SIGBUS		10
#define SIGSEGV		11
#define SIGSYS		12
#define SIGPIPE		13
#define SIGALRM		14
#define SIGTERM		15
#define SIGURG		16
#define SIGSTOP		17
#define SIGTSTP		18
#define SIGCONT		19
#define SIGCHLD		20
#define SIGCLD		SIGCHLD
#define SIGTTIN		21
#define SIGTTOU		22
#define SIGIO		23
#define SIGPOLL		SIGIO
#define SIGXCPU		24
#define SIGXFSZ		25
#define SIGVTALRM	26
#define SIGPROF		27
#define SIGWINCH	28
#define SIGLOST		29
#define SIGUSR1		30
#define SIGUSR2		31
/* 32 to 34 are the system's own. */
#define SIGRTMIN	35
#define SIGRTMAX	64
#define NSIG		65
#define _NSIG		NSIG

typedef void (*_sig_func_ptr)(int);

union sigval {
	int	sival_int;
	void	*sival_ptr;
};
#if __MISC_VISIBLE
typedef union sigval sigval_t;
#endif

#define SIGEV_NONE	1
#define SIGEV_SIGNAL	2
#define SIGEV_THREAD	3
#if __GNU_VISIBLE
#define SIGEV_THREAD_ID	4
#endif

struct sigevent {
	int		sigev_notify;
	int		sigev_signo;
	union sigval	sigev_value;
	void		(*sigev_notify_function)(union sigval);
	pthread_attr_t	*sigev_notify_attributes;
	pid_t		sigev_notify_thread_id;	/* with SIGEV_THREAD_ID, as gettid() gives it */
};

typedef struct {
	int		si_signo;
	int		si_code;
	int		si_errno;
	pid_t		si_pid;
	uid_t		si_uid;
	int		si_status;
	void		*si_addr;
	union sigval	si_value;
	long		si_band;
} siginfo_t;
#if __MISC_VISIBLE
#define si_int		si_value.sival_int
#define si_ptr		si_value.sival_ptr
#define si_overrun	si_status
#define si_timerid	si_band
#endif

/* si_code: who sent it … */
#define SI_USER		1
#define SI_QUEUE	2
#define SI_TIMER	3
#define SI_ASYNCIO	4
#define SI_MESGQ	5
#define SI_TKILL	6
#define SI_KERNEL	0x80
/* … or what happened. */
#define ILL_ILLOPC	11
#define ILL_ILLOPN	12
#define ILL_ILLADR	13
#define ILL_ILLTRP	14
#define ILL_PRVOPC	15
#define ILL_PRVREG	16
#define ILL_COPROC	17
#define ILL_BADSTK	18
#define FPE_INTDIV	11
#define FPE_INTOVF	12
#define FPE_FLTDIV	13
#define FPE_FLTOVF	14
#define FPE_FLTUND	15
#define FPE_FLTRES	16
#define FPE_FLTINV	17
#define FPE_FLTSUB	18
#define SEGV_MAPERR	11
#define SEGV_ACCERR	12
#define BUS_ADRALN	11
#define BUS_ADRERR	12
#define BUS_OBJERR	13
#define TRAP_BRKPT	11
#define TRAP_TRACE	12
#define POLL_IN		11
#define POLL_OUT	12
#define POLL_MSG	13
#define POLL_ERR	14
#define POLL_PRI	15
#define POLL_HUP	16
#define CLD_EXITED	11
#define CLD_KILLED	12
#define CLD_DUMPED	13
#define CLD_TRAPPED	14
#define CLD_STOPPED	15
#define CLD_CONTINUED	16

struct sigaction {
	union {
		_sig_func_ptr	_handler;
		void		(*_sigaction)(int, siginfo_t *, void *);
	} _function;
	sigset_t	sa_mask;
	int		sa_flags;
};
#define sa_handler	_function._handler
#define sa_sigaction	_function._sigaction

#define SA_NOCLDSTOP	0x01
#define SA_NOCLDWAIT	0x02
#define SA_SIGINFO	0x04
#define SA_ONSTACK	0x08
#define SA_RESTART	0x10
#define SA_NODEFER	0x40
#define SA_RESETHAND	0x80

#if __XSI_VISIBLE || __MISC_VISIBLE
#define SIG_HOLD	((_sig_func_ptr) 2)
#endif

#define SIG_SETMASK	0
#define SIG_BLOCK	1
#define SIG_UNBLOCK	2

#define MINSIGSTKSZ	8192
#define SIGSTKSZ	32768
#define SS_ONSTACK	1
#define SS_DISABLE	2

typedef struct sigaltstack {
	void	*ss_sp;
	int	ss_flags;
	size_t	ss_size;
} stack_t;

__BEGIN_DECLS
int kill(pid_t, int);
int killpg(pid_t, int);
int sigaction(int, const struct sigaction *__restrict, struct sigaction *__restrict);
int sigprocmask(int, const sigset_t *__restrict, sigset_t *__restrict);
int sigaddset(sigset_t *, int);
int sigdelset(sigset_t *, int);
int sigismember(const sigset_t *, int);
int sigfillset(sigset_t *);
int sigemptyset(sigset_t *);
int sigpending(sigset_t *);
int sigsuspend(const sigset_t *);
int sigwait(const sigset_t *__restrict, int *__restrict);
int sigwaitinfo(const sigset_t *__restrict, siginfo_t *__restrict);
int sigtimedwait(const sigset_t *__restrict, siginfo_t *__restrict,
		 const struct timespec *__restrict);
int sigqueue(pid_t, int, const union sigval);
int sigaltstack(const stack_t *__restrict, stack_t *__restrict);
int siginterrupt(int, int);
int sighold(int);
int sigrelse(int);
int sigignore(int);
int sigpause(int);
#if __XSI_VISIBLE || __MISC_VISIBLE
_sig_func_ptr sigset(int, _sig_func_ptr);
#endif
void psiginfo(const siginfo_t *, const char *);
int pthread_kill(pthread_t, int);
int pthread_sigmask(int, const sigset_t *__restrict, sigset_t *__restrict);
#if __GNU_VISIBLE
int pthread_sigqueue(pthread_t, int, const union sigval);
int sigisemptyset(const sigset_t *);
int sigandset(sigset_t *, const sigset_t *, const sigset_t *);
int sigorset(sigset_t *, const sigset_t *, const sigset_t *);
#endif
#if __MISC_VISIBLE || __POSIX_VISIBLE >= 202405
#define SIG2STR_MAX	17
int sig2str(int, char *);
int str2sig(const char *__restrict, int *__restrict);
#endif
__END_DECLS

#ifndef _SIGNAL_H_
#include <signal.h>
#endif
#if __POSIX_VISIBLE
#include <sys/ucontext.h>
#endif
#endif
