/* A runnable thread does not wait while a core that it may use is idle: N threads that each want
 * a core, started on one, are all running at the same time, on N cores; the same after sleeping,
 * and after their affinity sends them elsewhere. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

static int count;
static volatile int running;
static volatile int met;
static volatile int core_of[64];

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Spins, without ever giving up the core, until all the threads are spinning. One time slice per
 * core would let them meet as well, so their cores are noted. */
static void *spin_till_all(void *argument)
{
	int number = (long)argument;
	__atomic_add_fetch(&running, 1, __ATOMIC_SEQ_CST);
	double deadline = now() + 10;
	while (running < count && now() < deadline)
		;
	core_of[number] = sched_getcpu();
	__atomic_add_fetch(&met, running >= count, __ATOMIC_SEQ_CST);
	double end = now() + 0.05;
	while (now() < end)
		;
	core_of[number] = sched_getcpu();
	return NULL;
}

static int different_cores(void)
{
	unsigned long seen = 0;
	for (int i = 0; i < count; i++)
		seen |= 1UL << core_of[i];
	return __builtin_popcountl(seen);
}

static volatile int stop;
static volatile long progress[64];

static void *worker(void *argument)
{
	int number = (long)argument;
	while (!stop)
		progress[number]++;
	return NULL;
}

int main(int argc, char **argv)
{
	int cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (argc > 1)
		CHECK_EQ(cores, atoi(argv[1]));
	pthread_t threads[64];
	count = cores;
	/* A busy host may keep a virtual processor for longer than a time slice, and what was to run there runs
	 * elsewhere meanwhile. */
	int good = 0;
	for (int round = 0; good < 5 && round < 25; round++) {
		running = met = 0;
		for (long i = 0; i < count; i++)
			REQUIRE(pthread_create(&threads[i], NULL, spin_till_all, (void *)i) == 0);
		for (int i = 0; i < count; i++)
			pthread_join(threads[i], NULL);
		good += met == count && different_cores() == cores;
	}
	CHECK_EQ(good, 5);
	/* All pinned to the last core, then freed: they spread. */
	cpu_set_t last, all;
	CPU_ZERO(&last);
	CPU_ZERO(&all);
	CPU_SET(cores - 1, &last);
	for (int i = 0; i < cores; i++)
		CPU_SET(i, &all);
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	CHECK_EQ(pthread_attr_setaffinity_np(&attributes, sizeof last, &last), 0);
	stop = 0;
	for (long i = 0; i < count; i++)
		REQUIRE(pthread_create(&threads[i], &attributes, worker, (void *)i) == 0);
	long before[64];
	double deadline = now() + 10;
	for (int i = 0; i < count; i++) /* each gets its slice */
		while (progress[i] == 0 && now() < deadline)
			usleep(10000);
	for (int i = 0; i < count; i++) {
		CHECK(progress[i] > 0);
		CHECK_EQ(pthread_setaffinity_np(threads[i], sizeof all, &all), 0);
	}
	usleep(100000);
	for (int i = 0; i < count; i++)
		before[i] = progress[i];
	deadline = now() + 10;
	for (int i = 0; i < count; i++) {
		while (progress[i] == before[i] && now() < deadline)
			usleep(10000);
		CHECK(progress[i] > before[i]);
	}
	stop = 1;
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	return check_done();
}
