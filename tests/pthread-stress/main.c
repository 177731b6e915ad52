/* Each primitive under many threads for thousands of rounds, with timeouts racing wake-ups.
 * Arguments: threads, rounds. */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include "check.h"
#include "deadline.h"

static int threads, rounds;
static long shared, slow, expected;

static void run(const char *what, void *(*body)(void *))
{
	pthread_t ids[256];
	long long before = now_ms();
	for (long i = 0; i < threads; i++)
		REQUIRE(pthread_create(&ids[i], 0, body, (void *)i) == 0);
	for (int i = 0; i < threads; i++)
		REQUIRE(pthread_join(ids[i], 0) == 0);
	fprintf(stderr, "%s: %lld ms\n", what, now_ms() - before);
}

static struct timespec soon(long salt)
{
	struct timespec t = deadline_ms(CLOCK_REALTIME, 0);
	t.tv_nsec += salt % 97 * 2000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static pthread_mutex_t mutexes[5];

static void *with_mutexes(void *arg)
{
	for (int i = 0; i < rounds; i++)
		for (int kind = 0; kind < 5; kind++) {
			pthread_mutex_t *mutex = &mutexes[kind];
			if (((long)arg + i) % 3 == 0) {
				struct timespec at = soon((long)arg * 31 + i);
				int answer = pthread_mutex_timedlock(mutex, &at);
				if (answer == ETIMEDOUT)
					pthread_mutex_lock(mutex);
				else
					CHECK_EQ(answer, 0);
			} else {
				CHECK_RC(pthread_mutex_lock(mutex), 0);
			}
			if (kind == 0)
				shared++;
			if (i % 16 == 0)
				sched_yield();
			CHECK_RC(pthread_mutex_unlock(mutex), 0);
		}
	return 0;
}

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;
static int items;

/* Half produce, half consume; a lost wake-up hangs. */
static void *with_cond(void *arg)
{
	int produce = (long)arg & 1;
	for (int i = 0; i < rounds; i++) {
		CHECK_RC(pthread_mutex_lock(&guard), 0);
		while (produce ? items == 4 : items == 0) {
			pthread_cond_t *cond = produce ? &not_full : &not_empty;
			if ((i + (long)arg) % 5 == 0) {
				struct timespec at = soon((long)arg * 17 + i);
				int answer = pthread_cond_timedwait(cond, &guard, &at);
				if (answer != ETIMEDOUT)
					CHECK_EQ(answer, 0);
			} else {
				CHECK_RC(pthread_cond_wait(cond, &guard), 0);
			}
		}
		items += produce ? 1 : -1;
		pthread_cond_signal(produce ? &not_empty : &not_full);
		pthread_mutex_unlock(&guard);
	}
	return 0;
}

static int turn;

/* Everybody waits for its turn: each step wakes all. */
static void *with_broadcast(void *arg)
{
	for (int i = 0; i < rounds / 20 + 1; i++) {
		CHECK_RC(pthread_mutex_lock(&guard), 0);
		while (turn % threads != (long)arg)
			CHECK_RC(pthread_cond_wait(&not_full, &guard), 0);
		turn++;
		pthread_cond_broadcast(&not_full);
		pthread_mutex_unlock(&guard);
	}
	return 0;
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static long left, right;

static void *with_rwlock(void *arg)
{
	for (int i = 0; i < rounds; i++) {
		int write = ((long)arg + i) % 4 == 0, timed = ((long)arg + i) % 7 == 0, answer = 0;
		struct timespec at = soon((long)arg * 13 + i);
		if (write)
			answer = timed ? pthread_rwlock_timedwrlock(&rwlock, &at) : pthread_rwlock_wrlock(&rwlock);
		else
			answer = timed ? pthread_rwlock_timedrdlock(&rwlock, &at) : pthread_rwlock_rdlock(&rwlock);
		if (answer == ETIMEDOUT && timed)
			continue;
		CHECK_EQ(answer, 0);
		if (write) {
			left++;
			if (i % 32 == 0)
				sched_yield();
			right++;
		} else {
			CHECK_EQ(left, right);
		}
		CHECK_RC(pthread_rwlock_unlock(&rwlock), 0);
	}
	return 0;
}

static pthread_barrier_t barrier;
static int arrived, serials;

static void *with_barrier(void *arg)
{
	(void)arg;
	for (int i = 0; i < rounds / 10 + 1; i++) {
		__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_add_fetch(&serials, 1, __ATOMIC_SEQ_CST);
		CHECK(__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) >= (i + 1) * threads);
	}
	return 0;
}

static sem_t sem, back;

static void *with_sem(void *arg)
{
	for (int i = 0; i < rounds; i++) {
		if ((long)arg & 1) {
			CHECK_EQ(sem_post(&sem), 0);
			CHECK_EQ(sem_wait(&back), 0);
		} else {
			struct timespec at = soon((long)arg * 7 + i);
			while (sem_timedwait(&sem, &at) != 0) {
				CHECK_EQ(errno, ETIMEDOUT);
				at = deadline_ms(CLOCK_REALTIME, 1000);
			}
			CHECK_EQ(sem_post(&back), 0);
		}
	}
	return 0;
}

static pthread_spinlock_t spin;

static void *with_spin(void *arg)
{
	(void)arg;
	for (int i = 0; i < rounds; i++) {
		pthread_spin_lock(&spin);
		slow++;
		pthread_spin_unlock(&spin);
	}
	return 0;
}

static pthread_once_t onces[4096];
static int onced;

static void once_routine(void)
{
	__atomic_add_fetch(&onced, 1, __ATOMIC_SEQ_CST);
	sched_yield();
}

static void *with_once(void *arg)
{
	(void)arg;
	for (int i = 0; i < rounds && i < 4096; i++)
		CHECK_RC(pthread_once(&onces[i], once_routine), 0);
	return 0;
}

static void *nothing(void *arg)
{
	return arg;
}

static void *with_create(void *arg)
{
	for (int i = 0; i < rounds / 50 + 1; i++) {
		pthread_t thread;
		void *result;
		REQUIRE(pthread_create(&thread, 0, nothing, arg) == 0);
		if ((i + (long)arg) % 5 == 0) {
			CHECK_RC(pthread_detach(thread), 0);
		} else {
			CHECK_RC(pthread_join(thread, &result), 0);
			CHECK(result == arg);
		}
	}
	return 0;
}

static pthread_key_t key;

static void count_value(void *value)
{
	__atomic_add_fetch(&expected, (long)value, __ATOMIC_SEQ_CST);
}

static void *with_key(void *arg)
{
	(void)arg;
	for (int i = 0; i < rounds; i++) {
		CHECK_RC(pthread_setspecific(key, (void *)(long)(i + 1)), 0);
		CHECK(pthread_getspecific(key) == (void *)(long)(i + 1));
	}
	return 0;
}

int main(int argc, char **argv)
{
	threads = argc > 1 ? atoi(argv[1]) : 16;
	rounds = argc > 2 ? atoi(argv[2]) : 1000;
	pthread_mutexattr_t attr;
	for (int kind = 0; kind < 5; kind++) {
		CHECK_RC(pthread_mutexattr_init(&attr), 0);
		CHECK_RC(pthread_mutexattr_settype(&attr, kind == 1 ? PTHREAD_MUTEX_RECURSIVE :
						      kind == 2 ? PTHREAD_MUTEX_ERRORCHECK :
								  PTHREAD_MUTEX_NORMAL), 0);
		if (kind == 3)
			CHECK_RC(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST), 0);
		if (kind == 4)
			CHECK_RC(pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT), 0);
		CHECK_RC(pthread_mutex_init(&mutexes[kind], &attr), 0);
	}
	run("mutex", with_mutexes);
	CHECK_EQ(shared, (long)threads * rounds);
	for (int kind = 0; kind < 5; kind++)
		CHECK_RC(pthread_mutex_destroy(&mutexes[kind]), 0);
	run("cond", with_cond);
	CHECK_EQ(items, 0);
	run("broadcast", with_broadcast);
	CHECK_EQ(turn, threads * (rounds / 20 + 1));
	run("rwlock", with_rwlock);
	CHECK_EQ(left, right);
	CHECK_RC(pthread_rwlock_destroy(&rwlock), 0);
	CHECK_RC(pthread_barrier_init(&barrier, 0, threads), 0);
	run("barrier", with_barrier);
	CHECK_EQ(serials, rounds / 10 + 1);
	CHECK_RC(pthread_barrier_destroy(&barrier), 0);
	sem_init(&sem, 0, 0);
	sem_init(&back, 0, 0);
	run("sem", with_sem);
	pthread_spin_init(&spin, 0);
	run("spin", with_spin);
	CHECK_EQ(slow, (long)threads * rounds);
	run("once", with_once);
	CHECK_EQ(onced, rounds < 4096 ? rounds : 4096);
	run("create", with_create);
	CHECK_RC(pthread_key_create(&key, count_value), 0);
	run("key", with_key);
	CHECK_EQ(expected, (long)threads * rounds);
	return check_done();
}
