/* signal.h of one thread: sets, actions and their flags, masks, queues, waiting, alternate stacks, jumps. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static volatile sig_atomic_t calls, last, code, value, nested, depth, deepest;
static char order[64];
static sigset_t seen_mask;

static void count(int signal)
{
	last = signal;
	calls++;
}

static void inform(int signal, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;
	last = signal;
	code = info->si_code;
	value = info->si_value.sival_int;
	seen_mask = interrupted->uc_sigmask;
	if (calls < (int)sizeof order - 1)
		order[calls] = (char)('A' + value);
	calls++;
	CHECK_EQ(info->si_signo, signal);
}

static void nest(int signal)
{
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (++nested < 3)
		raise(signal);
	depth--;
}

static struct sigaction act(int signal, void (*handler)(int), int flags)
{
	struct sigaction new = { .sa_handler = handler, .sa_flags = flags }, old;
	sigemptyset(&new.sa_mask);
	CHECK_EQ(sigaction(signal, &new, &old), 0);
	calls = 0;
	return old;
}

static void act_info(int signal)
{
	struct sigaction new = { .sa_sigaction = inform, .sa_flags = SA_SIGINFO };
	sigemptyset(&new.sa_mask);
	CHECK_EQ(sigaction(signal, &new, NULL), 0);
	calls = 0;
	memset(order, 0, sizeof order);
}

static sigset_t set_of(int signal)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signal);
	return set;
}

static void sets(void)
{
	sigset_t set, other;
	CHECK_EQ(sigemptyset(&set), 0);
	for (int signal = 1; signal <= SIGRTMAX; signal++)
		CHECK_EQ(sigismember(&set, signal), 0);
	CHECK(sigisemptyset(&set));
	CHECK_EQ(sigaddset(&set, SIGINT), 0);
	CHECK_EQ(sigaddset(&set, SIGRTMAX), 0);
	CHECK_EQ(sigismember(&set, SIGINT), 1);
	CHECK_EQ(sigismember(&set, SIGRTMAX), 1);
	CHECK(!sigisemptyset(&set));
	CHECK_EQ(sigdelset(&set, SIGINT), 0);
	CHECK_EQ(sigismember(&set, SIGINT), 0);
	CHECK_EQ(sigfillset(&other), 0);
	CHECK_EQ(sigismember(&other, SIGTERM), 1);
	sigset_t both, either;
	sigaddset(&set, SIGHUP);
	sigemptyset(&other);
	sigaddset(&other, SIGHUP);
	sigaddset(&other, SIGUSR2);
	CHECK_EQ(sigandset(&both, &set, &other), 0);
	CHECK_EQ(sigorset(&either, &set, &other), 0);
	CHECK(sigismember(&both, SIGHUP) && !sigismember(&both, SIGUSR2) && !sigismember(&both, SIGRTMAX));
	CHECK(sigismember(&either, SIGUSR2) && sigismember(&either, SIGRTMAX));
	CHECK_ERRNO(sigaddset(&set, 0), EINVAL);
	CHECK_ERRNO(sigaddset(&set, 65), EINVAL);
	CHECK_ERRNO(sigdelset(&set, -1), EINVAL);
	CHECK_ERRNO(sigismember(&set, 1000), EINVAL);
}

static void actions(void)
{
	struct sigaction old = act(SIGUSR1, count, 0);
	CHECK(old.sa_handler == SIG_DFL);
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK_EQ(calls, 1);
	CHECK_EQ(last, SIGUSR1);
	CHECK_EQ(sigaction(SIGUSR1, NULL, &old), 0);
	CHECK(old.sa_handler == count);

	/* SA_SIGINFO: where it came from, and what was blocked. */
	act_info(SIGUSR1);
	sigset_t blocked = set_of(SIGUSR2);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	CHECK_EQ(code, SI_USER);
	CHECK_EQ(sigismember(&seen_mask, SIGUSR2), 1);
	CHECK_EQ(sigismember(&seen_mask, SIGUSR1), 0);
	CHECK_EQ(sigprocmask(SIG_UNBLOCK, &blocked, NULL), 0);
	union sigval seven = { .sival_int = 7 };
	CHECK_EQ(sigqueue(getpid(), SIGUSR1, seven), 0);
	CHECK_EQ(code, SI_QUEUE);
	CHECK_EQ(value, 7);
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK(code == SI_TKILL || code == SI_USER);

	/* A handler is not interrupted by its own signal, but with SA_NODEFER. */
	nested = depth = deepest = 0;
	act(SIGUSR1, nest, 0);
	raise(SIGUSR1);
	CHECK_EQ(nested, 3);
	CHECK_EQ(deepest, 1);
	nested = depth = deepest = 0;
	act(SIGUSR1, nest, SA_NODEFER);
	raise(SIGUSR1);
	CHECK_EQ(nested, 3);
	CHECK_EQ(deepest, 3);

	/* SA_RESETHAND: once. */
	act(SIGURG, count, SA_RESETHAND);
	raise(SIGURG);
	CHECK_EQ(sigaction(SIGURG, NULL, &old), 0);
	CHECK(old.sa_handler == SIG_DFL);
	raise(SIGURG); /* ignored by default */
	CHECK_EQ(calls, 1);

	/* signal() */
	CHECK(signal(SIGUSR1, SIG_IGN) == nest);
	raise(SIGUSR1);
	CHECK(signal(SIGUSR1, count) == SIG_IGN);
	CHECK(signal(SIGUSR1, count) == count);
	raise(SIGUSR1);
	raise(SIGUSR1);
	CHECK_EQ(calls, 3);
	errno = 0;
	CHECK(signal(SIGKILL, count) == SIG_ERR && errno == EINVAL);
	CHECK(signal(0, count) == SIG_ERR && errno == EINVAL);
	struct sigaction new = { .sa_handler = count };
	CHECK_ERRNO(sigaction(SIGSTOP, &new, NULL), EINVAL);
	CHECK_ERRNO(sigaction(65, &new, NULL), EINVAL);
	CHECK_ERRNO(sigaction(-1, NULL, &old), EINVAL);

	/* What has no effect without a handler. */
	signal(SIGCHLD, SIG_DFL);
	raise(SIGCHLD);
	raise(SIGWINCH);
	raise(SIGCONT);
	act(SIGCHLD, count, SA_NOCLDSTOP | SA_NOCLDWAIT);
	raise(SIGCHLD);
	CHECK_EQ(calls, 1);
	signal(SIGCHLD, SIG_DFL);
}

static void sa_mask(void)
{
	struct sigaction new = { .sa_sigaction = inform, .sa_flags = SA_SIGINFO };
	sigemptyset(&new.sa_mask);
	act_info(SIGRTMIN);
	act_info(SIGRTMIN + 1);
	sigset_t both = set_of(SIGRTMIN), pending, old;
	sigaddset(&both, SIGRTMIN + 1);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &both, &old), 0);
	CHECK_EQ(sigismember(&old, SIGRTMIN), 0);
	CHECK_EQ(sigpending(&pending), 0);
	CHECK_EQ(sigismember(&pending, SIGRTMIN), 0);
	/* Queued in order; the lower number first. */
	for (int i = 0; i < 5; i++) {
		union sigval v = { .sival_int = i };
		CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 1, v), 0);
		v.sival_int = i + 10;
		CHECK_EQ(sigqueue(getpid(), SIGRTMIN, v), 0);
	}
	CHECK_EQ(sigpending(&pending), 0);
	CHECK(sigismember(&pending, SIGRTMIN) && sigismember(&pending, SIGRTMIN + 1));
	CHECK_EQ(calls, 0);
	siginfo_t info;
	for (int i = 0; i < 5; i++) {
		CHECK_EQ(sigwaitinfo(&both, &info), SIGRTMIN);
		CHECK_EQ(info.si_value.sival_int, i + 10);
		CHECK_EQ(info.si_code, SI_QUEUE);
	}
	CHECK_EQ(sigprocmask(SIG_SETMASK, &old, NULL), 0);
	CHECK_EQ(calls, 5);
	printf("%s\n", strcmp(order, "ABCDE") == 0 ? "handled in order" : order);

	/* Below SIGRTMIN there is one of each. */
	act(SIGUSR1, count, 0);
	sigset_t usr1 = set_of(SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(raise(SIGUSR1), 0);
	sigprocmask(SIG_UNBLOCK, &usr1, NULL);
	CHECK_EQ(calls, 1);
	CHECK_ERRNO(sigprocmask(99, &usr1, NULL), EINVAL);
	CHECK_EQ(sigprocmask(99, NULL, &old), 0); /* then it does not matter */

	/* SIGKILL and SIGSTOP cannot be blocked. */
	sigset_t all;
	sigfillset(&all);
	CHECK_EQ(sigprocmask(SIG_SETMASK, &all, &old), 0);
	CHECK_EQ(sigprocmask(SIG_SETMASK, &old, &all), 0);
	CHECK(!sigismember(&all, SIGKILL) && !sigismember(&all, SIGSTOP) && sigismember(&all, SIGUSR1));

	/* Ignored while pending: gone. */
	act(SIGUSR2, count, 0);
	sigset_t usr2 = set_of(SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	raise(SIGUSR2);
	signal(SIGUSR2, SIG_IGN);
	CHECK_EQ(sigpending(&pending), 0);
	CHECK_EQ(sigismember(&pending, SIGUSR2), 0);
	signal(SIGUSR2, count);
	sigprocmask(SIG_UNBLOCK, &usr2, NULL);
	CHECK_EQ(calls, 0);

	/* SIGCONT discards a pending stop, and the other way round. */
	sigset_t stops = set_of(SIGTSTP);
	sigaddset(&stops, SIGCONT);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	raise(SIGTSTP);
	sigpending(&pending);
	CHECK_EQ(sigismember(&pending, SIGTSTP), 1);
	raise(SIGCONT);
	sigpending(&pending);
	CHECK_EQ(sigismember(&pending, SIGTSTP), 0);
	sigprocmask(SIG_UNBLOCK, &stops, NULL);

	/* The queue has an end. */
	sigset_t rt = set_of(SIGRTMIN + 2);
	sigprocmask(SIG_BLOCK, &rt, NULL);
	long limit = sysconf(_SC_SIGQUEUE_MAX), sent = 0;
	CHECK(limit >= 32);
	union sigval none = { 0 };
	while (sent <= limit + 1 && sigqueue(getpid(), SIGRTMIN + 2, none) == 0)
		sent++;
	CHECK(errno == EAGAIN && sent >= 32 && sent <= limit);
	struct timespec now = { 0, 0 };
	while (sent-- > 0)
		if (sigtimedwait(&rt, NULL, &now) != SIGRTMIN + 2)
			CHECK(!"lost");
	CHECK_ERRNO(sigtimedwait(&rt, NULL, &now), EAGAIN);
	sigprocmask(SIG_UNBLOCK, &rt, NULL);
}

static void waiting(void)
{
	sigset_t set = set_of(SIGUSR1), none;
	sigemptyset(&none);
	sigprocmask(SIG_BLOCK, &set, NULL);
	siginfo_t info;
	struct timespec start, end, little = { 0, 20000000 }, wrong = { 0, 1000000000 }, zero = { 0, 0 };
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK_ERRNO(sigtimedwait(&set, &info, &little), EAGAIN);
	clock_gettime(CLOCK_MONOTONIC, &end);
	CHECK((end.tv_sec - start.tv_sec) * 1000000000L + end.tv_nsec - start.tv_nsec >= 20000000);
	CHECK_ERRNO(sigtimedwait(&set, &info, &wrong), EINVAL);
	kill(getpid(), SIGUSR1);
	CHECK_EQ(sigtimedwait(&set, &info, &zero), SIGUSR1);
	CHECK_EQ(info.si_code, SI_USER);
	CHECK_EQ(info.si_pid, getpid());
	CHECK_EQ(info.si_uid, getuid());
	int signal = 0;
	raise(SIGUSR1);
	CHECK_EQ(sigwait(&set, &signal), 0);
	CHECK_EQ(signal, SIGUSR1);

	/* sigsuspend lets a pending signal through and restores the mask. */
	act(SIGUSR1, count, SA_RESTART);
	raise(SIGUSR1);
	CHECK_EQ(calls, 0);
	CHECK_ERRNO(sigsuspend(&none), EINTR);
	CHECK_EQ(calls, 1);
	sigset_t mask;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_EQ(sigismember(&mask, SIGUSR1), 1);
	/* sigpause of XSI takes one signal out. */
	raise(SIGUSR1);
#ifdef __hermit__
	CHECK_ERRNO(sigpause(SIGUSR1), EINTR);
#else
	int __xpg_sigpause(int);
	CHECK_ERRNO(__xpg_sigpause(SIGUSR1), EINTR);
#endif
	CHECK_EQ(calls, 2);
	sigprocmask(SIG_UNBLOCK, &set, NULL);

	/* pause, and alarm to end it. */
	act(SIGALRM, count, 0);
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	timer_t timer;
	REQUIRE(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	struct itimerspec often = { { 0, 20000000 }, { 0, 20000000 } };
	CHECK_EQ(timer_settime(timer, 0, &often, NULL), 0);
	CHECK_ERRNO(pause(), EINTR);
	CHECK(calls >= 1);
	CHECK_EQ(timer_delete(timer), 0);
}

static void killing(void)
{
	act(SIGUSR1, count, 0);
	CHECK_EQ(kill(getpid(), 0), 0);
	CHECK_EQ(calls, 0);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	CHECK_EQ(calls, 1);
	CHECK_ERRNO(kill(getpid(), 65), EINVAL);
	CHECK_ERRNO(kill(getpid(), -1), EINVAL);
	CHECK_ERRNO(kill(0x7ffffffe, 0), ESRCH);
	CHECK_ERRNO(killpg(0x7ffffffe, 0), ESRCH);
	CHECK_ERRNO(killpg(-1, 0), EINVAL);
	CHECK_EQ(killpg(getpgrp(), 0), 0);
	CHECK(raise(65) != 0);
	union sigval v = { 0 };
	CHECK_ERRNO(sigqueue(getpid(), 65, v), EINVAL);
	CHECK_ERRNO(sigqueue(0x7ffffffe, 0, v), ESRCH);
	CHECK_EQ(sigqueue(getpid(), 0, v), 0);
#ifdef __hermit__ /* on the host the group is not ours alone */
	CHECK_EQ(kill(0, SIGUSR1), 0);
	CHECK_EQ(kill(-1, SIGUSR1), 0);
	CHECK_EQ(killpg(getpgrp(), SIGUSR1), 0);
	CHECK_EQ(calls, 4);
#endif
}

static void old_calls(void)
{
	sigset_t mask;
	CHECK_EQ(sighold(SIGUSR1), 0);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_EQ(sigismember(&mask, SIGUSR1), 1);
	CHECK_EQ(sigrelse(SIGUSR1), 0);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_EQ(sigismember(&mask, SIGUSR1), 0);
	CHECK_EQ(sigignore(SIGUSR1), 0);
	raise(SIGUSR1);
	CHECK_ERRNO(sighold(0), EINVAL);
	CHECK_ERRNO(sigrelse(65), EINVAL);
	CHECK_ERRNO(sigignore(SIGKILL), EINVAL);
	CHECK_ERRNO(siginterrupt(0, 1), EINVAL);
	CHECK_EQ(siginterrupt(SIGUSR1, 0), 0);
	struct sigaction old;
	sigaction(SIGUSR1, NULL, &old);
	CHECK(old.sa_flags & SA_RESTART);
	CHECK_EQ(siginterrupt(SIGUSR1, 1), 0);
	sigaction(SIGUSR1, NULL, &old);
	CHECK(!(old.sa_flags & SA_RESTART));

	CHECK(sigset(SIGUSR1, count) == SIG_IGN);
	calls = 0;
	raise(SIGUSR1);
	CHECK_EQ(calls, 1);
	CHECK(sigset(SIGUSR1, SIG_HOLD) == count);
	raise(SIGUSR1);
	CHECK_EQ(calls, 1);
	CHECK(sigset(SIGUSR1, SIG_HOLD) == SIG_HOLD);
	CHECK(sigset(SIGUSR1, count) == SIG_HOLD);
	CHECK_EQ(calls, 2);
	CHECK(sigset(SIGKILL, count) == SIG_ERR);

	CHECK(strcmp(strsignal(SIGSEGV), strsignal(SIGBUS)) != 0);
	psignal(SIGUSR1, "psignal");
	siginfo_t info = { .si_signo = SIGUSR2 };
	psiginfo(&info, "psiginfo");
}

/* Jumps. */
static sigjmp_buf place;

static void jump(int signal)
{
	siglongjmp(place, signal);
}

static void jumps(void)
{
	sigset_t mask, set = set_of(SIGUSR2);
	act(SIGUSR1, jump, 0);
	volatile int rounds = 0;
	sigprocmask(SIG_BLOCK, &set, NULL);
	int from = sigsetjmp(place, 1);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_EQ(sigismember(&mask, SIGUSR1), 0); /* restored */
	CHECK_EQ(sigismember(&mask, SIGUSR2), 1);
	CHECK_EQ(from, rounds == 0 ? 0 : SIGUSR1);
	if (rounds++ < 1000)
		raise(SIGUSR1);
	CHECK_EQ(rounds, 1001);

	/* Without the mask being saved it stays as it is in the handler. */
	if (sigsetjmp(place, 0) == 0)
		raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_EQ(sigismember(&mask, SIGUSR1), 1);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &set, NULL);

	/* Out of a wait. */
	sigset_t none;
	sigemptyset(&none);
	sighold(SIGUSR1);
	for (int i = 0; i < 3; i++) {
		raise(SIGUSR1);
		if (sigsetjmp(place, 1) == 0) {
			sigsuspend(&none);
			CHECK(!"not reached");
		}
		sigprocmask(SIG_BLOCK, NULL, &mask);
		CHECK_EQ(sigismember(&mask, SIGUSR1), 1);
	}
	sigrelse(SIGUSR1);
	jmp_buf plain;
	volatile int zero = 0;
	if (_setjmp(plain) == 0)
		_longjmp(plain, 0); /* comes back as 1 */
	else
		zero = 1;
	CHECK_EQ(zero, 1);
}

/* The alternate stack. */
static char memory[65536];
static volatile int on_it, told_so, refused;

static void where(int signal)
{
	char here;
	(void)signal;
	on_it = &here >= memory && &here < memory + sizeof memory;
	stack_t now, other = { .ss_sp = memory, .ss_size = sizeof memory };
	CHECK_EQ(sigaltstack(NULL, &now), 0);
	told_so = now.ss_flags == SS_ONSTACK;
	errno = 0;
	refused = told_so && sigaltstack(&other, NULL) == -1 && errno == EPERM;
	calls++;
	if (calls == 1)
		raise(SIGUSR2); /* stays on it */
}

static void alternate(void)
{
	stack_t none, stack = { .ss_sp = memory, .ss_size = sizeof memory }, old;
	CHECK_EQ(sigaltstack(NULL, &none), 0);
	CHECK_EQ(none.ss_flags, SS_DISABLE);
	act(SIGUSR1, where, SA_ONSTACK);
	raise(SIGUSR1); /* there is none yet */
	CHECK(!on_it && !told_so);
	CHECK_EQ(sigaltstack(&stack, &old), 0);
	CHECK_EQ(old.ss_flags, SS_DISABLE);
	act(SIGUSR2, where, SA_ONSTACK);
	act(SIGUSR1, where, SA_ONSTACK);
	raise(SIGUSR1);
	CHECK_EQ(calls, 2);
	CHECK(on_it && told_so && refused);
	CHECK_EQ(sigaltstack(NULL, &old), 0);
	CHECK(old.ss_sp == memory && old.ss_size == sizeof memory && old.ss_flags == 0);
	act(SIGUSR1, where, 0); /* this handler does not want it */
	calls = 5;
	raise(SIGUSR1);
	CHECK(!on_it && !told_so);
	stack.ss_size = 1024;
	CHECK_ERRNO(sigaltstack(&stack, NULL), ENOMEM);
	stack.ss_size = sizeof memory;
	stack.ss_flags = 0x1000;
	CHECK_ERRNO(sigaltstack(&stack, NULL), EINVAL);
	stack.ss_flags = SS_DISABLE;
	CHECK_EQ(sigaltstack(&stack, NULL), 0);
	CHECK_EQ(sigaltstack(NULL, &old), 0);
	CHECK_EQ(old.ss_flags, SS_DISABLE);
	/* The smallest is enough for a handler that does little. */
	stack = (stack_t){ .ss_sp = memory, .ss_size = MINSIGSTKSZ };
	CHECK_EQ(sigaltstack(&stack, NULL), 0);
	act(SIGUSR1, count, SA_ONSTACK);
	raise(SIGUSR1);
	CHECK_EQ(calls, 1);
	stack.ss_flags = SS_DISABLE;
	sigaltstack(&stack, NULL);
}

int main(void)
{
	sets();
	actions();
	sa_mask();
	waiting();
	killing();
	old_calls();
	jumps();
	alternate();
	return check_done();
}
