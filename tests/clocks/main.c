/* Clocks: they go forward on every core and between cores, agree with each other and have the
 * resolution they claim; bad clocks and times are refused. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock)
{
	struct timespec t = {-1, -1};
	CHECK_EQ(clock_gettime(clock, &t), 0);
	CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t latest;

/* Under the lock no thread may read a time before what another one has read. */
static void *follow(void *argument)
{
	(void)argument;
	for (int i = 0; i < 20000; i++) {
		pthread_mutex_lock(&lock);
		int64_t time = now(CLOCK_MONOTONIC);
		if (time < latest)
			CHECK_EQ(time, latest);
		latest = time;
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

int main(void)
{
	int64_t before = now(CLOCK_MONOTONIC), real = now(CLOCK_REALTIME);
	CHECK(before > 0);
	CHECK(real / 1000000000 > 1700000000); /* after November 2023: there is a wall clock */
	struct timeval tv;
	CHECK_EQ(gettimeofday(&tv, NULL), 0);
	CHECK(tv.tv_sec >= real / 1000000000 && tv.tv_sec - real / 1000000000 <= 10);
	CHECK(time(NULL) >= tv.tv_sec && time(NULL) - tv.tv_sec <= 10);
	struct timespec resolution = {-1, -1};
	CHECK_EQ(clock_getres(CLOCK_MONOTONIC, &resolution), 0);
	CHECK(resolution.tv_sec == 0 && resolution.tv_nsec >= 1 && resolution.tv_nsec <= 1000);
	CHECK_EQ(clock_getres(CLOCK_REALTIME, NULL), 0);

	int64_t last = before, largest = 0;
	for (int i = 0; i < 100000; i++) {
		int64_t time = now(CLOCK_MONOTONIC);
		if (time < last)
			CHECK_EQ(time, last);
		if (time - last > largest)
			largest = time - last;
		last = time;
	}
	CHECK(largest > 0);

	pthread_t threads[8];
	for (int i = 0; i < 8; i++)
		REQUIRE(pthread_create(&threads[i], NULL, follow, NULL) == 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	/* And on each core in turn, without the lock's help. */
	int cores = sysconf(_SC_NPROCESSORS_ONLN);
	last = 0;
	for (int i = 0; i < 20 * cores; i++) {
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(i % cores, &one);
		CHECK_EQ(sched_setaffinity(0, sizeof one, &one), 0);
		int64_t time = now(CLOCK_MONOTONIC);
		CHECK(time > last);
		last = time;
	}

	/* CPU time stands still while a thread sleeps and goes on while it works. */
	int64_t cpu, process = now(CLOCK_PROCESS_CPUTIME_ID), slept = 0;
	for (int i = 0; i < 20; i++) { /* a virtual processor that is kept waiting counts, too */
		cpu = now(CLOCK_THREAD_CPUTIME_ID);
		usleep(200000);
		slept = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
		if (slept < 150000000)
			break;
	}
	CHECK(slept >= 0 && slept < 150000000);
	before = now(CLOCK_MONOTONIC);
	while (now(CLOCK_MONOTONIC) - before < 100000000)
		;
	CHECK(now(CLOCK_THREAD_CPUTIME_ID) - cpu > slept);
	CHECK(now(CLOCK_PROCESS_CPUTIME_ID) > process);
	clock_t ticks = clock();
	CHECK(ticks != (clock_t)-1 && ticks > 0);

	struct timespec t;
	CHECK_ERRNO(clock_gettime(4711, &t), EINVAL);
	CHECK_ERRNO(clock_getres(-12345, &t), EINVAL);
	t = (struct timespec){0, 1000000000};
	CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &t), EINVAL);
	t = (struct timespec){0, 0};
	CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &t), EINVAL);
	return check_done();
}
