/* A thread that spins until another one of the same core has done something: the other one gets
 * the core by the time slice, in either order, with and without floating point in flight. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

static volatile int flag;
static volatile double shared_sum;

static void *setter(void *argument)
{
	double sum = 0; /* floating point that must not mix with the spinner's */
	for (int i = 0; i < 1000; i++)
		sum += i * 0.5;
	shared_sum = sum;
	flag = 1;
	return argument;
}

static void *spinner(void *argument)
{
	double x = 1.0, y = 3.0;
	long count = 0;
	while (!flag) {
		x = x * 1.0000001;
		y = y - 1e-9;
		count++;
	}
	CHECK(x >= 1.0 && y <= 3.0);
	*(long *)argument = count;
	return argument;
}

/* Vector registers survive being preempted: each thread keeps its own pattern in them. */
static void *keeper(void *argument)
{
	typedef double v4 __attribute__((vector_size(16)));
	double mine = (long)argument;
	v4 a = {mine, mine + 1}, b = {mine + 2, mine + 3}, c = {mine + 4, mine + 5};
	struct timespec start, now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		for (int i = 0; i < 20000; i++)
			__asm__ volatile("" : "+x"(a), "+x"(b), "+x"(c));
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < 400);
	CHECK(a[0] == mine && a[1] == mine + 1 && b[0] == mine + 2 && b[1] == mine + 3 && c[0] == mine + 4 &&
	      c[1] == mine + 5);
	return NULL;
}

int main(void)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	REQUIRE(pthread_setaffinity_np(pthread_self(), sizeof one, &one) == 0);
	long count;
	pthread_t threads[8], other;
	for (int round = 0; round < 5; round++) {
		flag = 0;
		REQUIRE(pthread_create(&threads[0], NULL, spinner, &count) == 0);
		REQUIRE(pthread_create(&other, NULL, setter, NULL) == 0);
		pthread_join(threads[0], NULL);
		pthread_join(other, NULL);
		CHECK(shared_sum == 249750);
		/* main spins itself */
		flag = 0;
		REQUIRE(pthread_create(&other, NULL, setter, NULL) == 0);
		while (!flag)
			;
		pthread_join(other, NULL);
	}
	for (long i = 0; i < 8; i++)
		REQUIRE(pthread_create(&threads[i], NULL, keeper, (void *)(i * 100)) == 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	return check_done();
}
