/* Signals from everybody to everybody, queued ones that are counted, timers, clocks. */
#include "soak.h"
#include <signal.h>
#include <unistd.h>

static long queued, handled;

static void on_signal(int number)
{
	(void)number;
	if (self)
		__atomic_add_fetch(&self->signals, 1, __ATOMIC_RELAXED);
}

static void on_queued(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	__atomic_add_fetch(&handled, info->si_value.sival_int, __ATOMIC_SEQ_CST);
}

/* To a worker that may be doing anything. */
static void kill_worker(void)
{
	for (int i = 0; i < 10; i++) {
		struct worker *other = &workers[rnd(worker_count)];
		if (other->thread)
			SAME(pthread_kill(other->thread, rnd(2) ? SIGUSR1 : SIGUSR2), 0);
		dawdle();
	}
}

/* To the process; none is lost, since these queue. */
static void queue_signal(void)
{
	for (int i = 0; i < 5; i++) {
		union sigval value = { .sival_int = (int)rnd(100) };
		if (sigqueue(getpid(), SIGRTMIN + 1, value) == 0)
			__atomic_add_fetch(&queued, value.sival_int, __ATOMIC_SEQ_CST);
		else
			SAME(errno, EAGAIN);
	}
}

/* Blocked, sent to itself, seen as pending, and fetched. */
static void fetch(void)
{
	sigset_t set, old, pending;
	siginfo_t info;
	int number = SIGRTMIN + 2 + (int)rnd(3);
	sigemptyset(&set);
	sigaddset(&set, number);
	SAME(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	for (int i = 0; i < 5; i++) {
		SAME(pthread_kill(pthread_self(), number), 0);
		dawdle();
		SAME(sigpending(&pending), 0);
		SAME(sigismember(&pending, number), 1);
		struct timespec patience = { 20, 0 };
		SAME(AGAIN(sigtimedwait(&set, &info, &patience)), number);
		SAME(info.si_signo, number);
	}
	SAME(pthread_sigmask(SIG_SETMASK, &old, 0), 0);
}

static void suspend(void)
{
	sigset_t set, old, wait;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	SAME(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	long before = __atomic_load_n(&self->signals, __ATOMIC_RELAXED);
	SAME(pthread_kill(pthread_self(), SIGUSR1), 0);
	wait = old;
	sigdelset(&wait, SIGUSR1);
	SAME(sigsuspend(&wait), -1);
	SAME(errno, EINTR);
	HOLDS(__atomic_load_n(&self->signals, __ATOMIC_RELAXED) > before);
	SAME(pthread_sigmask(SIG_SETMASK, &old, 0), 0);
}

static long expirations;

static void on_expiry(union sigval value)
{
	__atomic_add_fetch((long *)value.sival_ptr, 1, __ATOMIC_SEQ_CST);
}

static void on_timer(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	if (info->si_code == SI_TIMER)
		__atomic_add_fetch((long *)info->si_value.sival_ptr, 1, __ATOMIC_SEQ_CST);
}

/* A timer that must fire; what it counts in outlives it. */
static void timer(void)
{
	long *count = &expirations;
	struct sigevent event = { .sigev_notify = rnd(2) ? SIGEV_SIGNAL : SIGEV_THREAD };
	event.sigev_value.sival_ptr = count;
	if (event.sigev_notify == SIGEV_THREAD)
		event.sigev_notify_function = on_expiry;
	else
		event.sigev_signo = SIGRTMIN;
	timer_t timer;
	if (timer_create(rnd(2) ? CLOCK_MONOTONIC : CLOCK_REALTIME, &event, &timer) != 0) {
		SAME(errno, EAGAIN);
		return;
	}
	long before = __atomic_load_n(count, __ATOMIC_SEQ_CST);
	struct itimerspec when = { { 0, 0 }, { 0, 1 + rnd(3000000) } }, left;
	if (rnd(2))
		when.it_interval.tv_nsec = 500000 + rnd(1000000);
	SAME(timer_settime(timer, 0, &when, 0), 0);
	long long end = now_ms() + 30000;
	while (__atomic_load_n(count, __ATOMIC_SEQ_CST) == before && now_ms() < end)
		sched_yield();
	HOLDS(__atomic_load_n(count, __ATOMIC_SEQ_CST) != before);
	SAME(timer_gettime(timer, &left), 0);
	HOLDS(timer_getoverrun(timer) >= 0);
	SAME(timer_delete(timer), 0);
}

static void not_early(void)
{
	struct timespec before, after, pause = { 0, rnd(3000000) };
	clock_gettime(CLOCK_MONOTONIC, &before);
	if (rnd(2)) {
		if (clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, 0) == EINTR)
			return;
	} else if (nanosleep(&pause, 0) == -1) {
		SAME(errno, EINTR);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &after);
	long long took = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
	HOLDS(took >= pause.tv_nsec);
}

/* The clock never goes back, whoever looked at it last. */
static void clock_order(void)
{
	static long long latest;
	for (int i = 0; i < 50; i++) {
		long long seen = __atomic_load_n(&latest, __ATOMIC_SEQ_CST);
		struct timespec t;
		clock_gettime(CLOCK_MONOTONIC, &t);
		long long now = t.tv_sec * 1000000000LL + t.tv_nsec;
		HOLDS(now >= seen);
		while (seen < now && !__atomic_compare_exchange_n(&latest, &seen, now, 1, __ATOMIC_SEQ_CST,
								  __ATOMIC_SEQ_CST))
			;
	}
}

static void begin(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	SAME(sigaction(SIGUSR2, &action, 0), 0);
	action.sa_flags = SA_RESTART;
	SAME(sigaction(SIGUSR1, &action, 0), 0);
	action.sa_flags = SA_RESTART | SA_SIGINFO;
	action.sa_sigaction = on_queued;
	SAME(sigaction(SIGRTMIN + 1, &action, 0), 0);
	action.sa_sigaction = on_timer;
	SAME(sigaction(SIGRTMIN, &action, 0), 0);
}

static void end(void)
{
	long long last = now_ms() + 10000;
	while (__atomic_load_n(&handled, __ATOMIC_SEQ_CST) != queued && now_ms() < last)
		sleep_ms(1);
	SAME(handled, queued);
}

static const struct action actions[] = {
	{ "kill", kill_worker, 5 },
	{ "sigqueue", queue_signal, 3 },
	{ "sigwait", fetch, 3 },
	{ "sigsuspend", suspend, 2 },
	{ "timer", timer, 3 },
	{ "sleep", not_early, 4 },
	{ "clock", clock_order, 2 },
	{ 0, 0, 0 },
};
const struct part signals = { actions, begin, end };
