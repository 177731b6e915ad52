/* From one thread to another: by yielding, by semaphore, by condition variable, by futex; by
 * creating and joining one. argv[2] is `same` (both threads on core 0) or `other` (on two). */
#include "measure.h"
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <unistd.h>

#ifdef __hermit__
#include <hermit/futex.h>
#include <hermit/time.h>
static void futex_sleep(uint32_t *word, uint32_t value)
{
	sys_futex_wait(word, value, HERMIT_NO_DEADLINE, HERMIT_CLOCK_MONOTONIC);
}
static void futex_rouse(uint32_t *word)
{
	sys_futex_wake(word, 1);
}
#else
#include <linux/futex.h>
#include <sys/syscall.h>
static void futex_sleep(uint32_t *word, uint32_t value)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}
static void futex_rouse(uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
#endif

static long rounds;
static int other_core;
static sem_t ping, pong;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed[2] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};
static int turn;
static uint32_t words[2];
static pthread_barrier_t begin;

static void pin(int core)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(core, &one);
	if (pthread_setaffinity_np(pthread_self(), sizeof one, &one) != 0) {
		fprintf(stderr, "cannot pin to core %d\n", core);
		exit(1);
	}
}

static void by_semaphore(int me)
{
	for (long i = 0; i < rounds; i++)
		if (me == 0) {
			sem_post(&ping);
			sem_wait(&pong);
		} else {
			sem_wait(&ping);
			sem_post(&pong);
		}
}

static void by_condition(int me)
{
	pthread_mutex_lock(&lock);
	for (long i = 0; i < rounds; i++) {
		while (turn != me)
			pthread_cond_wait(&changed[me], &lock);
		turn = !me;
		pthread_cond_signal(&changed[!me]);
	}
	pthread_mutex_unlock(&lock);
}

static void futex_take(uint32_t *word)
{
	while (__atomic_exchange_n(word, 0, __ATOMIC_ACQUIRE) == 0)
		futex_sleep(word, 0);
}

static void futex_give(uint32_t *word)
{
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	futex_rouse(word);
}

static void by_futex(int me)
{
	for (long i = 0; i < rounds; i++) {
		if (me == 0) {
			futex_give(&words[0]);
			futex_take(&words[1]);
		} else {
			futex_take(&words[0]);
			futex_give(&words[1]);
		}
	}
}

static void by_yield(int me)
{
	(void)me;
	for (long i = 0; i < rounds; i++)
		sched_yield();
}

static void *partner(void *argument)
{
	pin(other_core);
	pthread_barrier_wait(&begin);
	((void (*)(int))argument)(1);
	return NULL;
}

static double measure(void (*way)(int))
{
	double least = 1e300;
	for (int repetition = 0; repetition < REPETITIONS; repetition++) {
		pthread_t thread;
		sem_init(&ping, 0, 0);
		sem_init(&pong, 0, 0);
		turn = words[0] = words[1] = 0;
		pthread_barrier_init(&begin, NULL, 2);
		if (pthread_create(&thread, NULL, partner, way) != 0)
			exit(1);
		pthread_barrier_wait(&begin);
		uint64_t start = measure_now();
		way(0);
		double cost = (double)(measure_now() - start) / rounds;
		least = cost < least ? cost : least;
		pthread_join(thread, NULL);
	}
	return least;
}

static void *nothing(void *argument)
{
	return argument;
}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	int two = argc > 2 && strcmp(argv[2], "other") == 0;
	other_core = two;
	rounds = measure_icount ? 1000 : 2000;
	pin(0);
	if (two) {
		measure_report("semaphore ping-pong, two cores", measure(by_semaphore));
		measure_report("condition ping-pong, two cores", measure(by_condition));
		measure_report("futex ping-pong, two cores", measure(by_futex));
		return 0;
	}
	measure_report("switch of two threads (yield)", measure(by_yield) / 2);
	measure_report("semaphore ping-pong", measure(by_semaphore));
	measure_report("condition ping-pong", measure(by_condition));
	measure_report("futex ping-pong", measure(by_futex));
	pthread_t thread;
	MEASURE("thread create+join", 200, pthread_create(&thread, NULL, nothing, NULL); pthread_join(thread, NULL));
	return 0;
}
