/* Priorities: of the threads that could run on a core the one with the highest priority does, at
 * once; equal ones share. */
#define _GNU_SOURCE
#include "check.h"
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

static int lowest, highest;
static char order[32];
static volatile int length;
static sem_t go;

static void pin(pthread_attr_t *attributes, int priority)
{
	struct sched_param parameters = {.sched_priority = priority};
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	CHECK_EQ(pthread_attr_init(attributes), 0);
	CHECK_EQ(pthread_attr_setinheritsched(attributes, PTHREAD_EXPLICIT_SCHED), 0);
	CHECK_EQ(pthread_attr_setschedpolicy(attributes, SCHED_RR), 0);
	CHECK_EQ(pthread_attr_setschedparam(attributes, &parameters), 0);
	CHECK_EQ(pthread_attr_setaffinity_np(attributes, sizeof one, &one), 0);
}

static void *note(void *argument)
{
	sem_wait(&go);
	order[__atomic_fetch_add(&length, 1, __ATOMIC_SEQ_CST)] = (char)(long)argument;
	return NULL;
}

/* Woken all at once, they run in the order of their priorities, not of their creation. */
static void order_of_wakeup(void)
{
	pthread_t threads[3];
	pthread_attr_t attributes;
	sem_init(&go, 0, 0);
	length = 0;
	for (int i = 0; i < 3; i++) {
		pin(&attributes, lowest + 1 + i);
		REQUIRE(pthread_create(&threads[i], &attributes, note, (void *)(long)('a' + i)) == 0);
	}
	usleep(50000); /* all wait now */
	for (int i = 0; i < 3; i++)
		sem_post(&go);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	order[length] = 0;
	CHECK_EQ(strcmp(order, "cba"), 0);
}

static volatile int stop;
static volatile long counts[2];

static void *count(void *argument)
{
	while (!stop)
		counts[(long)argument]++;
	return NULL;
}

static void *preempt(void *argument)
{
	/* Wakes by the clock and must get the core from a lower thread that never yields. The host may be busy,
	 * so one of the times counts, however many that takes; without preemption there would be none. */
	long *least = argument;
	for (int i = 0; i < 20 || (*least >= 5000 && i < 500); i++) {
		struct timespec before, after, pause = {0, 5000000};
		clock_gettime(CLOCK_MONOTONIC, &before);
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &after);
		long late = (after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000 - 5000;
		CHECK(late >= 0);
		if (late < *least)
			*least = late;
	}
	return NULL;
}

int main(void)
{
	lowest = sched_get_priority_min(SCHED_RR);
	highest = sched_get_priority_max(SCHED_RR);
	CHECK(highest - lowest >= 3);
	CHECK_ERRNO(sched_get_priority_max(4711), EINVAL);

	/* main must not compete for core 0 while it arranges things: it has the highest priority. */
	struct sched_param parameters = {.sched_priority = highest}, read_back = {0};
	cpu_set_t one;
	int policy;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_RR, &parameters), 0);
	CHECK_EQ(pthread_getschedparam(pthread_self(), &policy, &read_back), 0);
	CHECK(policy == SCHED_RR && read_back.sched_priority == highest);
	parameters.sched_priority = highest + 1;
	CHECK_RC(pthread_setschedparam(pthread_self(), SCHED_RR, &parameters), EINVAL);
	CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof one, &one), 0);

	order_of_wakeup();

	/* Of two that never stop, the higher gets everything. */
	pthread_t low, high;
	pthread_attr_t attributes;
	pin(&attributes, lowest + 1);
	REQUIRE(pthread_create(&low, &attributes, count, (void *)0) == 0);
	while (counts[0] == 0)
		usleep(1000);
	pin(&attributes, lowest + 2);
	REQUIRE(pthread_create(&high, &attributes, count, (void *)1) == 0);
	while (counts[1] == 0)
		usleep(1000);
	long before = counts[0];
	usleep(100000);
	CHECK_EQ(counts[0], before);
	/* A thread with a still higher one is not delayed by them. */
	pthread_t sleeper;
	long least = LONG_MAX;
	pin(&attributes, lowest + 3);
	REQUIRE(pthread_create(&sleeper, &attributes, preempt, &least) == 0);
	pthread_join(sleeper, NULL);
	CHECK(least < 5000); /* half a time slice */
	stop = 1;
	pthread_join(high, NULL);
	pthread_join(low, NULL);
	CHECK(counts[0] > before); /* then the lower one went on */
	return check_done();
}
