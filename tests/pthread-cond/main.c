/* Condition variables: clocks, timeouts, order of waking, errors, destroying right after a broadcast. */
#define _GNU_SOURCE
#include <pthread.h>
#include "check.h"
#include "deadline.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int waiting, released, order[8], done;

static void *wait_turn(void *arg)
{
	pthread_mutex_lock(&mutex);
	waiting++;
	while (!released) {
		CHECK_RC(pthread_cond_wait(&cond, &mutex), 0);
	}
	released--;
	order[done++] = (int)(long)arg;
	pthread_mutex_unlock(&mutex);
	return 0;
}

static int locked_value(int *value)
{
	pthread_mutex_lock(&mutex);
	int now = *value;
	pthread_mutex_unlock(&mutex);
	return now;
}

static void signals(void)
{
	pthread_t threads[8];
	CHECK_RC(pthread_cond_signal(&cond), 0);
	CHECK_RC(pthread_cond_broadcast(&cond), 0);
	for (long i = 0; i < 8; i++) {
		REQUIRE(pthread_create(&threads[i], 0, wait_turn, (void *)i) == 0);
		EVENTUALLY(locked_value(&waiting) == i + 1);
	}
	for (int i = 0; i < 5; i++) {
		pthread_mutex_lock(&mutex);
		released = 1;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
		EVENTUALLY(locked_value(&done) == i + 1);
	}
	pthread_mutex_lock(&mutex);
	released = 3;
	pthread_mutex_unlock(&mutex);
	pthread_cond_broadcast(&cond);
	int seen = 0;
	for (int i = 0; i < 8; i++) {
		CHECK_RC(pthread_join(threads[i], 0), 0);
		seen |= 1 << order[i];
	}
	CHECK_EQ(seen, 255);
	CHECK_RC(pthread_cond_destroy(&cond), 0);
}

static void timeouts(void)
{
	pthread_condattr_t attr;
	pthread_cond_t monotonic, real = PTHREAD_COND_INITIALIZER;
	clockid_t clock;
	int shared;
	CHECK_RC(pthread_condattr_init(&attr), 0);
	CHECK_RC(pthread_condattr_getclock(&attr, &clock), 0);
	CHECK_EQ(clock, CLOCK_REALTIME);
	CHECK_RC(pthread_condattr_setclock(&attr, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
	CHECK_RC(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), 0);
	CHECK_RC(pthread_condattr_getclock(&attr, &clock), 0);
	CHECK_EQ(clock, CLOCK_MONOTONIC);
	CHECK_RC(pthread_condattr_getpshared(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_PROCESS_PRIVATE);
	CHECK_RC(pthread_condattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
	CHECK_RC(pthread_condattr_getpshared(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_PROCESS_SHARED);
	CHECK_RC(pthread_condattr_setpshared(&attr, 5), EINVAL);
	CHECK_RC(pthread_cond_init(&monotonic, &attr), 0);
	CHECK_RC(pthread_condattr_destroy(&attr), 0);

	pthread_mutex_lock(&mutex);
	for (int i = 0; i < 4; i++) {
		long ms = i < 2 ? 30 : -30;
		long long before = now_ms();
		struct timespec at = deadline_ms(i & 1 ? CLOCK_MONOTONIC : CLOCK_REALTIME, ms);
		CHECK_RC(pthread_cond_timedwait(i & 1 ? &monotonic : &real, &mutex, &at), ETIMEDOUT);
		long long took = now_ms() - before;
		CHECK(ms < 0 || took >= 29);
		CHECK(took < 20000);
		/* The mutex is ours again. */
		CHECK_RC(pthread_mutex_trylock(&mutex), EBUSY);
		at = deadline_ms(CLOCK_MONOTONIC, ms);
		CHECK_RC(pthread_cond_clockwait(&real, &mutex, CLOCK_MONOTONIC, &at), ETIMEDOUT);
	}
	struct timespec bad = deadline_ms(CLOCK_REALTIME, 1000);
	CHECK_RC(pthread_cond_clockwait(&real, &mutex, CLOCK_PROCESS_CPUTIME_ID, &bad), EINVAL);
	bad.tv_nsec = 1000000000;
	CHECK_RC(pthread_cond_timedwait(&real, &mutex, &bad), EINVAL);
	bad.tv_nsec = -1;
	CHECK_RC(pthread_cond_timedwait(&real, &mutex, &bad), EINVAL);
	pthread_mutex_unlock(&mutex);
	CHECK_RC(pthread_cond_destroy(&real), 0);
	CHECK_RC(pthread_cond_destroy(&monotonic), 0);
}

static void other_mutexes(void)
{
	pthread_mutex_t check = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
	pthread_cond_t local = PTHREAD_COND_INITIALIZER;
	struct timespec soon = deadline_ms(CLOCK_REALTIME, 10);
	CHECK_RC(pthread_cond_wait(&local, &check), EPERM);
	CHECK_RC(pthread_mutex_lock(&check), 0);
	CHECK_RC(pthread_cond_timedwait(&local, &check, &soon), ETIMEDOUT);
	CHECK_RC(pthread_mutex_unlock(&check), 0);
	CHECK_RC(pthread_mutex_unlock(&check), EPERM);
}

struct short_lived {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	int inside, go;
};

static void *use_briefly(void *arg)
{
	struct short_lived *object = arg;
	pthread_mutex_lock(&object->mutex);
	object->inside++;
	while (!object->go)
		pthread_cond_wait(&object->cond, &object->mutex);
	object->inside--;
	pthread_mutex_unlock(&object->mutex);
	return 0;
}

static void destroyed_after_broadcast(void)
{
	for (int round = 0; round < 200; round++) {
		struct short_lived object = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };
		pthread_t threads[4];
		for (int i = 0; i < 4; i++)
			REQUIRE(pthread_create(&threads[i], 0, use_briefly, &object) == 0);
		int inside = 0;
		while (inside < 4) {
			pthread_mutex_lock(&object.mutex);
			inside = object.inside;
			pthread_mutex_unlock(&object.mutex);
			sched_yield();
		}
		pthread_mutex_lock(&object.mutex);
		object.go = 1;
		pthread_cond_broadcast(&object.cond);
		CHECK_RC(pthread_cond_destroy(&object.cond), 0);
		memset(&object.cond, 0xee, sizeof object.cond);
		pthread_mutex_unlock(&object.mutex);
		for (int i = 0; i < 4; i++)
			CHECK_RC(pthread_join(threads[i], 0), 0);
	}
}

int main(void)
{
	signals();
	timeouts();
	other_mutexes();
	destroyed_after_broadcast();
	return check_done();
}
