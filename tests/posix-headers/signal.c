#include <signal.h>
#include "check.h"

CONSTANTS(
	SIG_DFL, SIG_ERR, SIG_HOLD, SIG_IGN, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, SIGRTMIN, SIGRTMAX, SIGABRT,
	SIGALRM, SIGBUS, SIGCHLD, SIGCONT, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGKILL, SIGPIPE, SIGQUIT, SIGSEGV, SIGSTOP,
	SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGPOLL, SIGPROF, SIGSYS, SIGTRAP, SIGURG, SIGVTALRM,
	SIGXCPU, SIGXFSZ, SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, SA_NOCLDSTOP, SA_ONSTACK, SA_RESETHAND, SA_RESTART,
	SA_SIGINFO, SA_NOCLDWAIT, SA_NODEFER, SS_ONSTACK, SS_DISABLE, MINSIGSTKSZ, SIGSTKSZ, ILL_ILLOPC, ILL_ILLOPN,
	ILL_ILLADR, ILL_ILLTRP, ILL_PRVOPC, ILL_PRVREG, ILL_COPROC, ILL_BADSTK, FPE_INTDIV, FPE_INTOVF, FPE_FLTDIV,
	FPE_FLTOVF, FPE_FLTUND, FPE_FLTRES, FPE_FLTINV, FPE_FLTSUB, SEGV_MAPERR, SEGV_ACCERR, BUS_ADRALN, BUS_ADRERR,
	BUS_OBJERR, TRAP_BRKPT, TRAP_TRACE, CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_TRAPPED, CLD_STOPPED, CLD_CONTINUED,
	POLL_IN, POLL_OUT, POLL_MSG, POLL_ERR, POLL_PRI, POLL_HUP, SI_USER, SI_QUEUE, SI_TIMER, SI_ASYNCIO, SI_MESGQ)
TYPE(pthread_t)
TYPE(size_t)
TYPE(uid_t)
TYPE(struct timespec)
TYPE(sig_atomic_t)
TYPE(sigset_t)
TYPE(pid_t)
TYPE(pthread_attr_t)
TYPE(mcontext_t)
MEMBER(struct sigevent, sigev_notify)
MEMBER(struct sigevent, sigev_signo)
MEMBER(struct sigevent, sigev_value)
MEMBER(struct sigevent, sigev_notify_function)
MEMBER(struct sigevent, sigev_notify_attributes)
MEMBER(union sigval, sival_int)
MEMBER(union sigval, sival_ptr)
MEMBER(struct sigaction, sa_handler)
MEMBER(struct sigaction, sa_mask)
MEMBER(struct sigaction, sa_flags)
MEMBER(struct sigaction, sa_sigaction)
MEMBER(ucontext_t, uc_link)
MEMBER(ucontext_t, uc_sigmask)
MEMBER(ucontext_t, uc_stack)
MEMBER(ucontext_t, uc_mcontext)
MEMBER(stack_t, ss_sp)
MEMBER(stack_t, ss_size)
MEMBER(stack_t, ss_flags)
MEMBER(siginfo_t, si_signo)
MEMBER(siginfo_t, si_code)
MEMBER(siginfo_t, si_errno)
MEMBER(siginfo_t, si_pid)
MEMBER(siginfo_t, si_uid)
MEMBER(siginfo_t, si_addr)
MEMBER(siginfo_t, si_status)
MEMBER(siginfo_t, si_band)
MEMBER(siginfo_t, si_value)
