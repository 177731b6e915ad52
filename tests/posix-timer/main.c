/* Timers of time.h and sys/time.h. What is checked of time is only that nothing is early. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#ifdef __hermit__
#include <hermit/thread.h>
#define gettid() sys_gettid()
#endif
#ifndef __hermit__
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define MANY 10000
#define SECOND 1000000000LL

static int64_t now(clockid_t clock)
{
	struct timespec time;
	CHECK_EQ(clock_gettime(clock, &time), 0);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static struct itimerspec after(int64_t value, int64_t interval)
{
	return (struct itimerspec){ { interval / SECOND, interval % SECOND }, { value / SECOND, value % SECOND } };
}

static timer_t make(clockid_t clock, int signal, int value)
{
	timer_t timer;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal };
	event.sigev_value.sival_int = value;
	REQUIRE(timer_create(clock, &event, &timer) == 0);
	return timer;
}

static sigset_t rt;

/* Ten thousand timers, each with an expiry of its own; all signals come, each once and none early. */
static timer_t timers[MANY];
static int64_t due[MANY];
static char came[MANY];

static void ten_thousand(void)
{
	for (int i = 0; i < MANY; i++)
		timers[i] = make(CLOCK_MONOTONIC, SIGRTMIN, i);
	int64_t start = now(CLOCK_MONOTONIC);
	for (int i = 0; i < MANY; i++) {
		/* From 50 to 250 ms, in no order; half of them absolute. */
		int64_t wait = 50000000 + (int64_t)(i * 7919 % MANY) * 20000;
		struct itimerspec spec = after(i % 2 ? start + wait : wait, 0);
		due[i] = (i % 2 ? start : now(CLOCK_MONOTONIC)) + wait;
		if (timer_settime(timers[i], i % 2 ? TIMER_ABSTIME : 0, &spec, NULL) != 0)
			CHECK(!"timer_settime");
	}
	int expected = 0;
	for (int i = 0; i < MANY; i++) {
		siginfo_t info;
		struct timespec limit = { 30, 0 };
		int signal = sigtimedwait(&rt, &info, &limit);
		int64_t time = now(CLOCK_MONOTONIC);
		if (signal != SIGRTMIN) {
			CHECK_EQ(signal, SIGRTMIN);
			break;
		}
		expected++;
		int which = info.si_value.sival_int;
		if (info.si_code != SI_TIMER || which < 0 || which >= MANY || came[which]++ != 0 || time < due[which])
			CHECK(!"wrong, twice or early");
	}
	CHECK_EQ(expected, MANY);
	struct timespec none = { 0, 0 };
	CHECK_ERRNO(sigtimedwait(&rt, NULL, &none), EAGAIN);
	for (int i = 0; i < MANY; i++)
		if (timer_delete(timers[i]) != 0)
			CHECK(!"timer_delete");
	CHECK_ERRNO(timer_delete(timers[MANY - 1]), EINVAL);
}

/* A signal stands for all expiries until it is accepted. */
static void overruns(void)
{
	timer_t timer = make(CLOCK_MONOTONIC, SIGRTMIN, 5);
	struct itimerspec spec = after(1000000, 1000000), left, off = after(0, 0);
	int64_t start = now(CLOCK_MONOTONIC);
	CHECK_EQ(timer_settime(timer, 0, &spec, NULL), 0);
	while (now(CLOCK_MONOTONIC) < start + 20500000)
		;
	siginfo_t info;
	CHECK_EQ(sigwaitinfo(&rt, &info), SIGRTMIN);
	int64_t passed = now(CLOCK_MONOTONIC) - start;
	int overrun = timer_getoverrun(timer);
	CHECK(overrun >= 19 && overrun <= passed / 1000000 - 1);
	CHECK_EQ(info.si_overrun, overrun);
	CHECK_EQ(info.si_value.sival_int, 5);
	CHECK_EQ(timer_gettime(timer, &left), 0);
	CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 1000000);
	CHECK_EQ(left.it_interval.tv_nsec, 1000000);
	/* The sum of all expiries is right in the end. */
	int64_t expiries = 1 + overrun;
	for (int i = 0; i < 20; i++) {
		CHECK_EQ(sigwaitinfo(&rt, NULL), SIGRTMIN);
		expiries += 1 + timer_getoverrun(timer);
	}
	passed = now(CLOCK_MONOTONIC) - start;
	CHECK(expiries >= 40 && expiries <= passed / 1000000);
	CHECK_EQ(timer_settime(timer, 0, &off, &left), 0);
	CHECK_EQ(left.it_interval.tv_nsec, 1000000);
	CHECK_EQ(timer_gettime(timer, &left), 0);
	CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
	/* However short the interval, the program goes on. */
	spec = after(1, 1);
	CHECK_EQ(timer_settime(timer, 0, &spec, NULL), 0);
	for (int i = 0; i < 20; i++)
		CHECK_EQ(sigwaitinfo(&rt, NULL), SIGRTMIN);
	CHECK_EQ(timer_delete(timer), 0);
	struct timespec none = { 0, 0 };
	while (sigtimedwait(&rt, NULL, &none) > 0)
		;
}

static atomic_int calls, sum;

static void call(union sigval value)
{
	atomic_fetch_add(&sum, value.sival_int);
	atomic_fetch_add(&calls, 1);
}

static void notifications(void)
{
	timer_t timer;
	struct itimerspec soon = after(1000000, 1000000), left;
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	CHECK_EQ(timer_create(CLOCK_REALTIME, &event, &timer), 0);
	struct itimerspec once = after(50000000, 0), hour = after(3600 * SECOND, 0);
	CHECK_EQ(timer_settime(timer, 0, &once, NULL), 0);
	do
		CHECK_EQ(timer_gettime(timer, &left), 0);
	while (left.it_value.tv_sec != 0 || left.it_value.tv_nsec != 0);
	CHECK_EQ(timer_getoverrun(timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &hour, NULL), 0);
	CHECK_EQ(timer_gettime(timer, &left), 0);
	CHECK(left.it_value.tv_sec >= 3500 && left.it_value.tv_sec <= 3600);
	CHECK_EQ(timer_delete(timer), 0);

	/* Threads; the attributes may go after timer_create. */
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 256 * 1024);
	event = (struct sigevent){ .sigev_notify = SIGEV_THREAD, .sigev_notify_function = call,
				   .sigev_notify_attributes = &attributes };
	event.sigev_value.sival_int = 3;
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	pthread_attr_destroy(&attributes);
	memset(&attributes, 0xff, sizeof attributes);
	CHECK_EQ(timer_settime(timer, 0, &soon, NULL), 0);
	while (atomic_load(&calls) < 10)
		sched_yield();
	CHECK_EQ(timer_delete(timer), 0);
	CHECK(atomic_load(&sum) >= 30);

	/* One thread. */
	event = (struct sigevent){ .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN };
	event.sigev_value.sival_int = 9;
	event.sigev_notify_thread_id = gettid();
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &once, NULL), 0);
	siginfo_t info;
	CHECK_EQ(sigwaitinfo(&rt, &info), SIGRTMIN);
	CHECK(info.si_value.sival_int == 9 && info.si_code == SI_TIMER);
	CHECK_EQ(timer_delete(timer), 0);

	/* No event: SIGALRM. */
	sigset_t alarm;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	CHECK_EQ(timer_create(CLOCK_REALTIME, NULL, &timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &once, NULL), 0);
	CHECK_EQ(sigwaitinfo(&alarm, &info), SIGALRM);
	CHECK_EQ(info.si_code, SI_TIMER);
	CHECK_EQ(timer_delete(timer), 0);

	/* Ignored signals. */
	signal(SIGUSR1, SIG_IGN);
	timer = make(CLOCK_MONOTONIC, SIGUSR1, 0);
	CHECK_EQ(timer_settime(timer, 0, &soon, NULL), 0);
	usleep(20000);
	CHECK_EQ(timer_gettime(timer, &left), 0);
	CHECK(left.it_value.tv_nsec > 0);
	CHECK_EQ(timer_delete(timer), 0);
}

static void errors(void)
{
	timer_t timer;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = 65 };
	CHECK_ERRNO(timer_create(CLOCK_REALTIME, &event, &timer), EINVAL);
	event.sigev_notify = 77;
	event.sigev_signo = SIGRTMIN;
	CHECK_ERRNO(timer_create(CLOCK_REALTIME, &event, &timer), EINVAL);
	event.sigev_notify = SIGEV_SIGNAL;
	CHECK_ERRNO(timer_create(4711, &event, &timer), EINVAL);
	timer = make(CLOCK_REALTIME, SIGRTMIN, 0);
	struct itimerspec wrong = { { 0, 0 }, { 0, 1000000000 } }, got;
	CHECK_ERRNO(timer_settime(timer, 0, &wrong, NULL), EINVAL);
	wrong.it_value.tv_nsec = -1;
	CHECK_ERRNO(timer_settime(timer, 0, &wrong, NULL), EINVAL);
	CHECK_EQ(timer_delete(timer), 0);
#ifdef __hermit__ /* undefined by POSIX; glibc crashes */
	wrong = after(1, 0);
	CHECK_ERRNO(timer_settime(timer, 0, &wrong, NULL), EINVAL);
	CHECK_ERRNO(timer_gettime(timer, &got), EINVAL);
	CHECK_ERRNO(timer_getoverrun(timer), EINVAL);
#endif
	struct itimerval value = { { 0, 0 }, { 0, -1 } };
	(void)got;
	CHECK_ERRNO(setitimer(ITIMER_REAL, &value, NULL), EINVAL);
	CHECK_ERRNO(setitimer(3, &value, NULL), EINVAL);
	CHECK_ERRNO(getitimer(-1, &value), EINVAL);
}

/* Clocks of processor time. */
static atomic_int stop;

static void *burn(void *argument)
{
	volatile unsigned long work = 0;
	while (!atomic_load(&stop))
		work++;
	return argument;
}

static void processor_time(void)
{
	pthread_t threads[2];
	clockid_t clock, own, process;
	for (int i = 0; i < 2; i++)
		REQUIRE(pthread_create(&threads[i], NULL, burn, NULL) == 0);
	CHECK_RC(pthread_getcpuclockid(threads[0], &clock), 0);
	CHECK_RC(pthread_getcpuclockid(pthread_self(), &own), 0);
	CHECK_RC(clock_getcpuclockid(0, &process), 0);
	CHECK_RC(clock_getcpuclockid(0x7ffffffe, &process), ESRCH);
	int64_t first = now(clock);
	while (now(clock) < first + 5000000)
		usleep(1000);
	int64_t mine = now(CLOCK_THREAD_CPUTIME_ID), again = now(own);
	CHECK(again >= mine);

	/* Of a thread, of the process: none early by its clock. */
	const clockid_t clocks[] = { clock, process, CLOCK_PROCESS_CPUTIME_ID };
	for (int i = 0; i < 3; i++) {
		timer_t timer = make(clocks[i], SIGRTMIN, i);
		struct itimerspec spec = after(30000000, 10000000), left;
		int64_t start = now(clocks[i]);
		CHECK_EQ(timer_settime(timer, 0, &spec, NULL), 0);
		CHECK_EQ(timer_gettime(timer, &left), 0);
		CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec <= 30000000);
		for (int round = 0; round < 3; round++) {
			CHECK_EQ(sigwaitinfo(&rt, NULL), SIGRTMIN);
			CHECK(now(clocks[i]) >= start + 30000000 + round * 10000000);
		}
		CHECK_EQ(timer_delete(timer), 0);
		struct timespec none = { 0, 0 };
		while (sigtimedwait(&rt, NULL, &none) > 0)
			;
	}
	/* Sleeping by them; not by one's own. */
	int64_t start = now(process);
	struct timespec wait = { 0, 20000000 }, until = { (start + 20000000) / SECOND, (start + 20000000) % SECOND };
	CHECK_RC(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &wait, NULL), 0);
	CHECK(now(process) >= start + 20000000);
	CHECK_RC(clock_nanosleep(process, TIMER_ABSTIME, &until, NULL), 0);
	CHECK_RC(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &wait, NULL), EINVAL);

	/* ITIMER_VIRTUAL and ITIMER_PROF. */
	static const int kinds[] = { ITIMER_VIRTUAL, ITIMER_PROF };
	for (int i = 0; i < 2; i++) {
		struct itimerval value = { { 0, 0 }, { 0, 20000 } }, left;
		atomic_store(&calls, 0);
		start = now(process);
		CHECK_EQ(setitimer(kinds[i], &value, NULL), 0);
		CHECK_EQ(getitimer(kinds[i], &left), 0);
		CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_usec < 40000); /* Linux rounds to its ticks */
		while (atomic_load(&calls) == 0)
			sched_yield();
		CHECK(now(process) >= start + 15000000);
		CHECK_EQ(getitimer(kinds[i], &left), 0);
		CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_usec == 0);
	}
	atomic_store(&stop, 1);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

static void count(int signal)
{
	(void)signal;
	atomic_fetch_add(&calls, 1);
}

int main(void)
{
	sigemptyset(&rt);
	sigaddset(&rt, SIGRTMIN);
	CHECK_RC(pthread_sigmask(SIG_BLOCK, &rt, NULL), 0);
	signal(SIGVTALRM, count);
	signal(SIGPROF, count);
	errors();
	ten_thousand();
	overruns();
	notifications();
	processor_time();
	return check_done();
}
