/* Signals that come faster than they are handled do not pile up on the stack: a handler is not run on
 * top of another of the same signal, nor where the one before has just returned. */
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

enum { SENDERS = 3, HANDLED = 20000, DEEPEST = 64 << 10 };

static pthread_t target;
static atomic_int over, sent;
static uintptr_t top, lowest = UINTPTR_MAX;
static int handled, inside;

static void handler(int signal)
{
	char here;

	(void)signal;
	CHECK(inside++ == 0);
	if ((uintptr_t)&here < lowest)
		lowest = (uintptr_t)&here;
	handled++;
	inside--;
}

static void *sender(void *argument)
{
	int signal = *(int *)argument;

	while (!over)
		/* The system has room for so many queued ones only. */
		if (sent - *(volatile int *)&handled < 100) {
			sent += signal >= SIGRTMIN;
			pthread_kill(target, signal);
		}
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* In the way given a thread waits for its handlers to have run. */
static void storm(int signal, void (*way)(void))
{
	pthread_t threads[SENDERS];
	double end = now() + 1;

	over = sent = handled = 0;
	for (int i = 0; i < SENDERS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, sender, &signal) == 0);
	while (*(volatile int *)&handled == 0 || (*(volatile int *)&handled < HANDLED && now() < end))
		way();
	over = 1;
	for (int i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	CHECK(handled > 0);
	CHECK(top - lowest < DEEPEST);
}

static void compute(void)
{
	for (volatile int i = 0; i < 10000; i++)
		;
}

static void mask(void)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void sleep_a_little(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

int main(void)
{
	struct sigaction action = {.sa_handler = handler};
	char here;

	top = (uintptr_t)&here;
	target = pthread_self();
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
	storm(SIGUSR1, compute);
	storm(SIGRTMIN, compute);
	storm(SIGUSR1, mask);
	storm(SIGUSR1, sleep_a_little);
	return check_done();
}
