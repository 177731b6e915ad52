/* 64 threads at once for many rounds on each primitive, many more one after another, and all of
 * them gone at the end without a trace. */
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#define THREADS 64

static int rounds = 2000;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn[THREADS];
static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;
static long plain, spun, written, posted, turns;

static void *body(void *argument)
{
	long number = (long)argument;
	for (int i = 0; i < rounds; i++) {
		pthread_mutex_lock(&lock);
		plain++;
		pthread_mutex_unlock(&lock);
	}
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < rounds; i++) {
		sem_wait(&semaphore);
		posted++; /* the semaphore's value is 1: it is a lock */
		sem_post(&semaphore);
	}
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < rounds; i++) {
		if ((i + number) % 4 == 0) {
			pthread_rwlock_wrlock(&rwlock);
			written++;
			pthread_rwlock_unlock(&rwlock);
		} else {
			pthread_rwlock_rdlock(&rwlock);
			long first = written;
			__asm__ volatile("" : : : "memory");
			CHECK(first == written);
			pthread_rwlock_unlock(&rwlock);
		}
	}
	for (int i = 0; i < rounds / 10; i++) {
		pthread_spin_lock(&spin);
		spun++;
		pthread_spin_unlock(&spin);
	}
	/* Round robin: each waits for its turn and tells the next, sometimes everybody. */
	for (int i = 0; i < rounds / 4; i++) {
		pthread_mutex_lock(&lock);
		while (turns % THREADS != number)
			pthread_cond_wait(&turn[number], &lock);
		turns++;
		if (i % 50 == 0)
			for (int j = 0; j < THREADS; j++)
				pthread_cond_broadcast(&turn[j]);
		else
			pthread_cond_signal(&turn[(number + 1) % THREADS]);
		pthread_mutex_unlock(&lock);
	}
	for (int i = 0; i < rounds / 2; i++)
		pthread_barrier_wait(&barrier);
	return argument;
}

static void *short_life(void *argument)
{
	__atomic_add_fetch((long *)argument, 1, __ATOMIC_RELAXED);
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		rounds = atoi(argv[1]);
	pthread_t threads[THREADS];
	pthread_barrier_init(&barrier, NULL, THREADS);
	pthread_spin_init(&spin, 0);
	sem_init(&semaphore, 0, 1);
	for (int i = 0; i < THREADS; i++)
		pthread_cond_init(&turn[i], NULL);
	for (long i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, body, (void *)i) == 0);
	for (long i = 0; i < THREADS; i++) {
		void *result;
		CHECK_EQ(pthread_join(threads[i], &result), 0);
		CHECK_EQ((long)result, i);
	}
	CHECK_EQ(plain, THREADS * rounds);
	CHECK_EQ(posted, THREADS * rounds);
	CHECK_EQ(written, THREADS * rounds / 4);
	CHECK_EQ(spun, THREADS * (rounds / 10));
	CHECK_EQ(turns, THREADS * (rounds / 4));

	long lived = 0;
	for (int i = 0; i < 2000; i++) {
		REQUIRE(pthread_create(&threads[i % THREADS], NULL, short_life, &lived) == 0);
		if (i % THREADS == THREADS - 1)
			for (int j = 0; j < THREADS; j++)
				CHECK_EQ(pthread_join(threads[j], NULL), 0);
	}
	for (int j = 0; j < 2000 % THREADS; j++)
		CHECK_EQ(pthread_join(threads[j], NULL), 0);
	CHECK_EQ(lived, 2000);
	pthread_attr_t detached;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	lived = 0;
	for (int i = 0; i < 1000; i++) {
		int error;
		/* Detached threads end when they please: too many at once is no failure. */
		while ((error = pthread_create(&threads[0], &detached, short_life, &lived)) == EAGAIN)
			sched_yield();
		REQUIRE(error == 0);
	}
	while (__atomic_load_n(&lived, __ATOMIC_RELAXED) < 1000)
		sched_yield();
	return check_done();
}
