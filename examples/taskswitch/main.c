/* What it costs to go from one thread to another on the same core: two threads that only yield,
 * and two that wake each other through semaphores. The second of the thesis' measurements.
 *
 * usage: taskswitch [ROUNDS] */
#define _GNU_SOURCE
#include "../ticks.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

static long rounds;
static sem_t ping, pong;
static pthread_barrier_t start;

static void *yielding(void *argument)
{
	(void)argument;
	pthread_barrier_wait(&start);
	for (long i = 0; i < rounds; i++)
		sched_yield();
	return NULL;
}

static void *answering(void *argument)
{
	(void)argument;
	for (long i = 0; i < rounds; i++) {
		sem_wait(&ping);
		sem_post(&pong);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	rounds = argc > 1 ? atol(argv[1]) : 100000;
	if (rounds < 1) {
		fprintf(stderr, "usage: taskswitch [ROUNDS]\n");
		return 2;
	}
	/* Both threads on core 0; a new thread inherits its creator's affinity. */
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	int error = pthread_setaffinity_np(pthread_self(), sizeof one, &one);
	if (error != 0) {
		fprintf(stderr, "taskswitch: pthread_setaffinity_np: error %d\n", error);
		return 1;
	}
	double rate = ticks_per_nanosecond();
	pthread_t other;

	pthread_barrier_init(&start, NULL, 2);
	if (pthread_create(&other, NULL, yielding, NULL) != 0)
		return 1;
	pthread_barrier_wait(&start);
	uint64_t from = ticks();
	for (long i = 0; i < rounds; i++)
		sched_yield();
	double cost = (double)(ticks() - from) / rounds / 2;
	pthread_join(other, NULL);
	printf("switch by sched_yield          %10.1f ticks %10.1f ns\n", cost, cost / rate);

	sem_init(&ping, 0, 0);
	sem_init(&pong, 0, 0);
	if (pthread_create(&other, NULL, answering, NULL) != 0)
		return 1;
	from = ticks();
	for (long i = 0; i < rounds; i++) {
		sem_post(&ping);
		sem_wait(&pong);
	}
	cost = (double)(ticks() - from) / rounds;
	pthread_join(other, NULL);
	printf("semaphore there and back       %10.1f ticks %10.1f ns\n", cost, cost / rate);
	return 0;
}
