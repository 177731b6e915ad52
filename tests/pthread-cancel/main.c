/* Cancellation: deferred in each blocking call, asynchronous, disabled, cleanup handlers. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
#include "check.h"
#include "deadline.h"

static int started, cleaned, reached;
static char trail[64];

static void note(void *arg)
{
	strcat(trail, arg);
	cleaned++;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static int ends[2];
static pthread_t sleeper;

static void unlock(void *arg)
{
	/* A cancelled wait has the mutex again. */
	CHECK_RC(pthread_mutex_trylock(arg), EBUSY);
	CHECK_RC(pthread_mutex_unlock(arg), 0);
	cleaned++;
}

static void in_testcancel(void)
{
	for (;;)
		pthread_testcancel();
}

static void in_cond_wait(void)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(0);
}

static void in_cond_timedwait(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 60000);
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	for (;;)
		pthread_cond_timedwait(&cond, &mutex, &at);
	pthread_cleanup_pop(0);
}

static void in_sem_wait(void)
{
	sem_wait(&sem);
}

static void in_sem_timedwait(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 60000);
	sem_timedwait(&sem, &at);
}

static void in_join(void)
{
	pthread_join(sleeper, 0);
}

static void in_nanosleep(void)
{
	sleep_ms(60000);
}

static void in_sleep(void)
{
	sleep(60);
}

static void in_read(void)
{
	char c;
	read(ends[0], &c, 1);
}

static void in_pause(void)
{
	pause();
}

static void (*const calls[])(void) = {
	in_testcancel, in_cond_wait, in_cond_timedwait, in_sem_wait, in_sem_timedwait,
	in_join,       in_nanosleep, in_sleep,		in_read,     in_pause,
};
#define CALLS (int)(sizeof calls / sizeof calls[0])

static void *run(void *arg)
{
	pthread_cleanup_push(note, "a");
	pthread_cleanup_push(note, "b");
	__atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
	calls[(long)arg]();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	reached++;
	return 0;
}

/* With a pause before the request the thread is blocked; without, it is on its way. */
static void deferred(void)
{
	for (long call = 0; call < CALLS; call++)
		for (int round = 0; round < 12; round++) {
			pthread_t thread;
			void *result;
			trail[0] = 0;
			started = 0;
			REQUIRE(pthread_create(&thread, 0, run, (void *)call) == 0);
			if (round % 3 != 0)
				while (!__atomic_load_n(&started, __ATOMIC_SEQ_CST))
					sched_yield();
			if (round % 3 == 2)
				sleep_ms(5);
			CHECK_RC(pthread_cancel(thread), 0);
			CHECK_RC(pthread_join(thread, &result), 0);
			if (!CHECK(result == PTHREAD_CANCELED))
				fprintf(stderr, "call %ld round %d\n", call, round);
			/* If the request came first of all there was nothing to clean. */
			CHECK(strcmp(trail, "ba") == 0 || (round % 3 == 0 && strcmp(trail, "") == 0));
		}
	CHECK_EQ(reached, 0);
	CHECK_RC(pthread_mutex_trylock(&mutex), 0);
	pthread_mutex_unlock(&mutex);
}

static void *disabled(void *arg)
{
	int old;
	(void)arg;
	CHECK_RC(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old), 0);
	CHECK_EQ(old, PTHREAD_CANCEL_ENABLE);
	CHECK_RC(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old), 0);
	CHECK_EQ(old, PTHREAD_CANCEL_DEFERRED);
	__atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) != 2)
		sched_yield();
	pthread_testcancel();
	sleep_ms(20);
	struct timespec at = deadline_ms(CLOCK_REALTIME, 20);
	CHECK_ERRNO(sem_timedwait(&sem, &at), ETIMEDOUT);
	reached++;
	CHECK_RC(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old), 0);
	CHECK_EQ(old, PTHREAD_CANCEL_ASYNCHRONOUS);
	CHECK_RC(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old), 0);
	CHECK_EQ(old, PTHREAD_CANCEL_DISABLE);
	reached++;
	pthread_testcancel();
	reached += 100;
	return 0;
}

static void *computing(void *arg)
{
	volatile unsigned long count = 0;
	CHECK_RC(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0), 0);
	pthread_cleanup_push(note, "c");
	__atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
	for (;;)
		count++;
	pthread_cleanup_pop(0);
	return arg;
}

static void *oneself(void *arg)
{
	pthread_cleanup_push(note, "s");
	if (arg)
		pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0);
	pthread_cancel(pthread_self());
	reached += arg ? 100 : 1;
	pthread_testcancel();
	reached += 100;
	pthread_cleanup_pop(0);
	return 0;
}

static void *leaves(void *arg)
{
	pthread_cleanup_push(note, "1");
	pthread_cleanup_push(note, "2");
	pthread_cleanup_pop(1);
	pthread_cleanup_push(note, "3");
	pthread_exit(arg);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return 0;
}

/* A cancelled waiter takes no signal away from another one. */
static int waiting, woken;

static void *wait_woken(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	waiting++;
	pthread_cond_wait(&cond, &mutex);
	woken++;
	pthread_cleanup_pop(1);
	return 0;
}

static void no_signal_is_lost(void)
{
	for (int round = 0; round < 100; round++) {
		pthread_t threads[2];
		void *results[2];
		waiting = woken = 0;
		for (int i = 0; i < 2; i++)
			REQUIRE(pthread_create(&threads[i], 0, wait_woken, 0) == 0);
		for (;;) {
			pthread_mutex_lock(&mutex);
			int now = waiting;
			pthread_mutex_unlock(&mutex);
			if (now == 2)
				break;
			sched_yield();
		}
		pthread_cancel(threads[round & 1]);
		pthread_mutex_lock(&mutex);
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
		pthread_join(threads[round & 1], &results[0]);
		if (results[0] != PTHREAD_CANCELED)
			pthread_cond_signal(&cond);
		pthread_join(threads[!(round & 1)], &results[1]);
		CHECK(results[1] == 0);
		CHECK(woken >= 1);
	}
}

static void *sleep_long(void *arg)
{
	sleep_ms(60000);
	return arg;
}

int main(void)
{
	pthread_t thread;
	void *result;
	CHECK_EQ(sem_init(&sem, 0, 0), 0);
	REQUIRE(pipe(ends) == 0);
	REQUIRE(pthread_create(&sleeper, 0, sleep_long, 0) == 0);
	deferred();
	CHECK_RC(pthread_cancel(sleeper), 0);
	CHECK_RC(pthread_join(sleeper, &result), 0);
	CHECK(result == PTHREAD_CANCELED);

	started = reached = 0;
	REQUIRE(pthread_create(&thread, 0, disabled, 0) == 0);
	EVENTUALLY(__atomic_load_n(&started, __ATOMIC_SEQ_CST) == 1);
	CHECK_RC(pthread_cancel(thread), 0);
	__atomic_store_n(&started, 2, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	CHECK_EQ(reached, 2);

	for (int round = 0; round < 20; round++) {
		started = 0;
		trail[0] = 0;
		REQUIRE(pthread_create(&thread, 0, computing, 0) == 0);
		EVENTUALLY(__atomic_load_n(&started, __ATOMIC_SEQ_CST) == 1);
		CHECK_RC(pthread_cancel(thread), 0);
		CHECK_RC(pthread_join(thread, &result), 0);
		CHECK(result == PTHREAD_CANCELED);
		CHECK(strcmp(trail, "c") == 0);
	}

	for (long asynchronous = 0; asynchronous < 2; asynchronous++) {
		trail[0] = 0;
		reached = 0;
		REQUIRE(pthread_create(&thread, 0, oneself, (void *)asynchronous) == 0);
		CHECK_RC(pthread_join(thread, &result), 0);
		CHECK(result == PTHREAD_CANCELED);
		CHECK(strcmp(trail, "s") == 0);
		CHECK_EQ(reached, !asynchronous);
	}

	trail[0] = 0;
	REQUIRE(pthread_create(&thread, 0, leaves, &thread) == 0);
	CHECK_RC(pthread_join(thread, &result), 0);
	CHECK(result == &thread);
	CHECK(strcmp(trail, "231") == 0);

	no_signal_is_lost();
	CHECK_RC(pthread_setcancelstate(55, 0), EINVAL);
	CHECK_RC(pthread_setcanceltype(55, 0), EINVAL);
	return check_done();
}
