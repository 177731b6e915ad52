/* A SCHED_FIFO thread keeps its core until it waits, yields, or a more urgent thread is ready; SCHED_RR
 * threads of one priority share it in time slices (POSIX.1-2017, 2.8.4). */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <hermit/futex.h>

enum { WORKERS = 3, WORK_MS = 100 };

static atomic_int last, changes, done;
static atomic_int urgent_ran_at = -1;

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* Computes for some time of its own, and sees whether others have run in between. */
static void *work(void *argument)
{
	int me = (int)(long)argument;

	while (now(CLOCK_THREAD_CPUTIME_ID) < WORK_MS)
		if (atomic_exchange(&last, me) != me)
			changes++;
	done++;
	return NULL;
}

/* Computes until the threads have taken turns often, or far too long. */
static void *work_in_turns(void *argument)
{
	int me = (int)(long)argument;
	double end = now(CLOCK_MONOTONIC) + 10000;

	while (changes < 20 && now(CLOCK_MONOTONIC) < end)
		if (atomic_exchange(&last, me) != me)
			changes++;
	return NULL;
}

static void *yields(void *argument)
{
	int me = (int)(long)argument;

	for (int i = 0; i < 10; i++) {
		if (atomic_exchange(&last, me) != me)
			changes++;
		sched_yield();
	}
	return NULL;
}

static void *urgent(void *argument)
{
	struct timespec time = {.tv_nsec = 20000000};

	nanosleep(&time, NULL);
	urgent_ran_at = done;
	return argument;
}

static void *raise_flag(void *flag)
{
	*(atomic_int *)flag = 1;
	return NULL;
}

static pthread_t start(void *(*body)(void *), long argument, int policy, int priority)
{
	struct sched_param param = {.sched_priority = priority};
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, policy);
	pthread_attr_setschedparam(&attr, &param);
	REQUIRE(pthread_create(&thread, &attr, body, (void *)argument) == 0);
	pthread_attr_destroy(&attr);
	return thread;
}

/* How often the workers took turns. */
static int turns(void *(*body)(void *), int policy)
{
	pthread_t threads[WORKERS];

	last = changes = done = 0;
	for (long i = 0; i < WORKERS; i++)
		threads[i] = start(body, i + 1, policy, 10);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	return changes;
}

/* Who waits in a busy loop lets its equals run. */
static void relax(void)
{
	atomic_int flag = 0;
	pthread_t thread = start(raise_flag, (long)&flag, SCHED_FIFO, 20);

	CHECK_EQ(flag, 0);
	CHECK_EQ(sys_relax(), 1);
	CHECK_EQ(flag, 1);
	pthread_join(thread, NULL);
	CHECK_EQ(sys_relax(), 0);
}

int main(void)
{
	struct sched_param param = {.sched_priority = 20};
	cpu_set_t one;
	pthread_t thread;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	REQUIRE(pthread_setaffinity_np(pthread_self(), sizeof one, &one) == 0);
	REQUIRE(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param) == 0);

	relax();
	CHECK_EQ(turns(work, SCHED_FIFO), WORKERS);
	CHECK(turns(work_in_turns, SCHED_RR) >= 20);
	CHECK_EQ(turns(work, SCHED_FIFO), WORKERS);
	CHECK_EQ(turns(yields, SCHED_FIFO), 10 * WORKERS);

	/* One that is more urgent does not wait for them. */
	thread = start(urgent, 0, SCHED_FIFO, 11);
	CHECK_EQ(turns(work, SCHED_FIFO), WORKERS);
	pthread_join(thread, NULL);
	CHECK(urgent_ran_at < WORKERS);

	/* A policy that changes while the threads compute. */
	pthread_t threads[2];
	struct timespec time = {.tv_nsec = 30000000};
	last = changes = 0;
	for (int i = 0; i < 2; i++)
		threads[i] = start(work_in_turns, i + 1, SCHED_FIFO, 10);
	do
		nanosleep(&time, NULL);
	while (changes == 0);
	nanosleep(&time, NULL);
	CHECK_EQ(changes, 1);
	param.sched_priority = 10;
	for (int i = 0; i < 2; i++)
		CHECK_RC(pthread_setschedparam(threads[i], SCHED_RR, &param), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	CHECK(changes >= 20);
	return check_done();
}
