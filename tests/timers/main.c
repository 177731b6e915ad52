/* Timers that send signals. Upper limits are generous: the machine may be slow. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static volatile sig_atomic_t alarms;
static volatile sig_atomic_t last_value;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
}

static void on_timer(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	last_value = info->si_value.sival_int;
	alarms++;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t called = PTHREAD_COND_INITIALIZER;
static int calls;

static void on_thread(union sigval value)
{
	pthread_mutex_lock(&lock);
	calls += value.sival_int;
	pthread_cond_signal(&called);
	pthread_mutex_unlock(&lock);
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void handler(int signal, int flags)
{
	struct sigaction action = { .sa_flags = flags };
	if (flags & SA_SIGINFO)
		action.sa_sigaction = on_timer;
	else
		action.sa_handler = on_alarm;
	CHECK(sigaction(signal, &action, NULL) == 0);
	alarms = 0;
}

/* Waits until `count` signals have come. */
static void await(int count)
{
	sigset_t blocked, none;
	sigemptyset(&none);
	sigfillset(&blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	while (alarms < count)
		sigsuspend(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		alarm(1);
		for (;;)
			pause();
	}

	/* alarm */
	handler(SIGALRM, 0);
	CHECK_EQ(alarm(100), 0);
	unsigned left = alarm(0);
	CHECK(left >= 90 && left <= 100);
	double start = seconds();
	CHECK_EQ(alarm(1), 0);
	await(1);
	CHECK(seconds() - start >= 0.99 && seconds() - start < 20);

	/* A sleep is interrupted and says what was left. (One signal could come before it.) */
	struct itimerval soon = { .it_value = { 0, 100000 }, .it_interval = { 0, 100000 } }, old;
	CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
	struct timespec hour = { 3600, 0 }, rest = { 0, 0 };
	CHECK_ERRNO(nanosleep(&hour, &rest), EINTR);
	CHECK(rest.tv_sec > 3000 && rest.tv_sec < 3600);

	/* An interval, and what is left of it. */
	handler(SIGALRM, 0);
	struct itimerval often = { .it_interval = { 0, 20000 }, .it_value = { 0, 20000 } };
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	await(3);
	CHECK(getitimer(ITIMER_REAL, &old) == 0);
	CHECK(old.it_interval.tv_usec == 20000 && old.it_value.tv_sec == 0 && old.it_value.tv_usec <= 20000);
	struct itimerval off = { 0 };
	CHECK(setitimer(ITIMER_REAL, &off, &old) == 0);
	CHECK(old.it_interval.tv_usec == 20000);
	CHECK(getitimer(ITIMER_REAL, &old) == 0);
	CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
	struct itimerval wrong = { .it_value = { 0, 1000000 } };
	CHECK_ERRNO(setitimer(ITIMER_REAL, &wrong, NULL), EINVAL);

	/* timer_create with a signal and a value. */
	handler(SIGUSR1, SA_SIGINFO);
	timer_t timer;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	event.sigev_value.sival_int = 77;
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	struct itimerspec spec = { .it_value = { 0, 50000000 } }, got;
	start = seconds();
	CHECK(timer_settime(timer, 0, &spec, NULL) == 0);
	await(1);
	CHECK(seconds() - start >= 0.049);
	CHECK_EQ(last_value, 77);
	CHECK(timer_gettime(timer, &got) == 0);
	CHECK(got.it_value.tv_sec == 0 && got.it_value.tv_nsec == 0);

	/* An absolute time that has passed fires at once. */
	alarms = 0;
	struct itimerspec past = { .it_value = { 0, 1 } };
	CHECK(timer_settime(timer, TIMER_ABSTIME, &past, NULL) == 0);
	await(1);

	/* A blocked signal of an interval timer: what is missed is counted, not queued. */
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	struct itimerspec fast = { { 0, 10000000 }, { 0, 10000000 } }, none = { { 0, 0 }, { 0, 0 } };
	CHECK(timer_settime(timer, 0, &fast, NULL) == 0);
	struct timespec pause = { 0, 200000000 };
	while (nanosleep(&pause, &pause) != 0)
		;
	int number = 0;
	CHECK_EQ(sigwait(&set, &number), 0);
	CHECK_EQ(number, SIGUSR1);
	CHECK(timer_getoverrun(timer) >= 0);
	CHECK(timer_settime(timer, 0, &none, &got) == 0);
	CHECK_EQ(got.it_interval.tv_nsec, 10000000);
	CHECK(timer_delete(timer) == 0);

	/* A thread for each expiry. */
	struct sigevent by_thread = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_thread };
	by_thread.sigev_value.sival_int = 1;
	CHECK(timer_create(CLOCK_REALTIME, &by_thread, &timer) == 0);
	CHECK(timer_settime(timer, 0, &fast, NULL) == 0);
	pthread_mutex_lock(&lock);
	while (calls < 5)
		pthread_cond_wait(&called, &lock);
	pthread_mutex_unlock(&lock);
	CHECK(timer_delete(timer) == 0);

	CHECK_ERRNO(timer_create(12345, &event, &timer), EINVAL);
	return check_done();
}
