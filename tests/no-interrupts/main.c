/* A core that runs one thread takes no interrupt at all: one thread a core computes for the given
 * time, and the kernel's counter of those cores stands still, while the last core sleeps and wakes
 * by timers all the time. */
#define _GNU_SOURCE
#include "check.h"
#include <hermit/system.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

static double seconds;
static int cores;
static pthread_barrier_t start;
static volatile int finished;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *compute(void *argument)
{
	uint32_t core = (uint32_t)(long)argument;
	pthread_barrier_wait(&start);
	/* What arranging the start itself needs (the last one's wake-up) shall be over. */
	double settled = now() + 0.05;
	while (now() < settled)
		;
	int64_t before = sys_interrupt_count(core);
	double end = now() + seconds;
	volatile double x = 1;
	while (now() < end)
		for (int i = 0; i < 10000; i++)
			x = x * 1.0000001 + 1e-9;
	int64_t after = sys_interrupt_count(core);
	CHECK_EQ(sched_getcpu(), core);
	CHECK(before >= 0);
	CHECK_EQ(after - before, 0);
	__atomic_add_fetch(&finished, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

int main(int argc, char **argv)
{
	seconds = argc > 1 ? atof(argv[1]) : 5;
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	REQUIRE(cores >= 2);
	pthread_barrier_init(&start, NULL, cores - 1);
	pthread_t threads[64];
	for (long core = 0; core < cores; core++) {
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(core, &one);
		if (core == cores - 1) {
			CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof one, &one), 0);
			break;
		}
		pthread_attr_t attributes;
		pthread_attr_init(&attributes);
		pthread_attr_setaffinity_np(&attributes, sizeof one, &one);
		REQUIRE(pthread_create(&threads[core], &attributes, compute, (void *)core) == 0);
	}
	int64_t before = sys_interrupt_count(cores - 1);
	long wakeups = 0;
	while (finished < cores - 1) {
		struct timespec pause = {0, 3000000};
		nanosleep(&pause, NULL);
		wakeups++;
	}
	CHECK(sys_interrupt_count(cores - 1) - before >= wakeups / 2); /* the counter does count */
	CHECK(wakeups > 10);
	for (int i = 0; i < cores - 1; i++)
		pthread_join(threads[i], NULL);
	CHECK(sys_interrupt_count(4711) < 0);
	if (check_failures == 0)
		printf("no interrupt on %d cores in %g s, %ld timers on the other\n", cores - 1, seconds, wakeups);
	return check_done();
}
