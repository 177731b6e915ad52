/* Mutexes: every type and attribute, each documented error, timeouts, robustness. */
#define _GNU_SOURCE
#include <pthread.h>
#include "check.h"
#include "deadline.h"

static pthread_mutex_t make(int type, int robust, int protocol)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t mutex;
	CHECK_RC(pthread_mutexattr_init(&attr), 0);
	CHECK_RC(pthread_mutexattr_settype(&attr, type), 0);
	CHECK_RC(pthread_mutexattr_setrobust(&attr, robust), 0);
	CHECK_RC(pthread_mutexattr_setprotocol(&attr, protocol), 0);
	CHECK_RC(pthread_mutex_init(&mutex, &attr), 0);
	CHECK_RC(pthread_mutexattr_destroy(&attr), 0);
	return mutex;
}

static void attributes(void)
{
	pthread_mutexattr_t attr;
	int value;
	CHECK_RC(pthread_mutexattr_init(&attr), 0);
	CHECK_RC(pthread_mutexattr_gettype(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_MUTEX_DEFAULT);
	CHECK_RC(pthread_mutexattr_getrobust(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_MUTEX_STALLED);
	CHECK_RC(pthread_mutexattr_getprotocol(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_PRIO_NONE);
	CHECK_RC(pthread_mutexattr_getpshared(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_PROCESS_PRIVATE);
	for (int type = PTHREAD_MUTEX_NORMAL; type <= PTHREAD_MUTEX_ERRORCHECK; type++) {
		CHECK_RC(pthread_mutexattr_settype(&attr, type), 0);
		CHECK_RC(pthread_mutexattr_gettype(&attr, &value), 0);
		CHECK_EQ(value, type);
	}
	for (int protocol = PTHREAD_PRIO_NONE; protocol <= PTHREAD_PRIO_PROTECT; protocol++) {
		CHECK_RC(pthread_mutexattr_setprotocol(&attr, protocol), 0);
		CHECK_RC(pthread_mutexattr_getprotocol(&attr, &value), 0);
		CHECK_EQ(value, protocol);
	}
	CHECK_RC(pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
	CHECK_RC(pthread_mutexattr_getpshared(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_PROCESS_SHARED);
	CHECK_RC(pthread_mutexattr_setprioceiling(&attr, 17), 0);
	CHECK_RC(pthread_mutexattr_getprioceiling(&attr, &value), 0);
	CHECK_EQ(value, 17);
	CHECK_RC(pthread_mutexattr_settype(&attr, 77), EINVAL);
	CHECK_RC(pthread_mutexattr_setrobust(&attr, 77), EINVAL);
	CHECK_RC(pthread_mutexattr_setpshared(&attr, 77), EINVAL);
	CHECK(pthread_mutexattr_setprotocol(&attr, 77) != 0);
	CHECK_RC(pthread_mutexattr_setprioceiling(&attr, 12345), EINVAL);
	CHECK_RC(pthread_mutexattr_destroy(&attr), 0);
}

struct other {
	pthread_mutex_t *mutex;
	struct timespec deadline;
	int lock, try, timed, clock, unlock;
};

static void *from_another(void *arg)
{
	struct other *other = arg;
	other->try = pthread_mutex_trylock(other->mutex);
	other->timed = pthread_mutex_timedlock(other->mutex, &other->deadline);
	struct timespec soon = deadline_ms(CLOCK_MONOTONIC, 20);
	other->clock = pthread_mutex_clocklock(other->mutex, CLOCK_MONOTONIC, &soon);
	other->unlock = pthread_mutex_unlock(other->mutex);
	return 0;
}

static struct other elsewhere(pthread_mutex_t *mutex, struct timespec deadline)
{
	struct other other = { mutex, deadline, 0, 0, 0, 0, 0 };
	pthread_t thread;
	REQUIRE(pthread_create(&thread, 0, from_another, &other) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	return other;
}

static void types(void)
{
	pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
	struct timespec soon = deadline_ms(CLOCK_REALTIME, 20), past = { 1, 0 }, bad = { 1, 1000000000 };
	CHECK_RC(pthread_mutex_lock(&normal), 0);
	CHECK_RC(pthread_mutex_trylock(&normal), EBUSY);
	CHECK_RC(pthread_mutex_timedlock(&normal, &soon), ETIMEDOUT);
	CHECK_RC(pthread_mutex_timedlock(&normal, &past), ETIMEDOUT);
	CHECK_RC(pthread_mutex_timedlock(&normal, &bad), EINVAL);
	bad.tv_nsec = -1;
	CHECK_RC(pthread_mutex_timedlock(&normal, &bad), EINVAL);
	CHECK_RC(pthread_mutex_destroy(&normal), EBUSY);
	CHECK_RC(pthread_mutex_unlock(&normal), 0);
	/* An available lock is given, whatever the deadline. */
	CHECK_RC(pthread_mutex_timedlock(&normal, &bad), 0);
	CHECK_RC(pthread_mutex_unlock(&normal), 0);
	CHECK_RC(pthread_mutex_timedlock(&normal, &past), 0);
	CHECK_RC(pthread_mutex_unlock(&normal), 0);
	CHECK_RC(pthread_mutex_clocklock(&normal, 12345, &soon), EINVAL);
	CHECK_RC(pthread_mutex_destroy(&normal), 0);

	pthread_mutex_t check[] = { PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP,
				    make(PTHREAD_MUTEX_ERRORCHECK, 0, 0) };
	for (int i = 0; i < 2; i++) {
		CHECK_RC(pthread_mutex_unlock(&check[i]), EPERM);
		CHECK_RC(pthread_mutex_lock(&check[i]), 0);
		CHECK_RC(pthread_mutex_lock(&check[i]), EDEADLK);
		CHECK_RC(pthread_mutex_trylock(&check[i]), EBUSY);
		struct other other = elsewhere(&check[i], past);
		CHECK_EQ(other.try, EBUSY);
		CHECK_EQ(other.timed, ETIMEDOUT);
		CHECK_EQ(other.clock, ETIMEDOUT);
		CHECK_EQ(other.unlock, EPERM);
		CHECK_RC(pthread_mutex_unlock(&check[i]), 0);
		CHECK_RC(pthread_mutex_destroy(&check[i]), 0);
	}

	pthread_mutex_t recursive[] = { PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP,
					make(PTHREAD_MUTEX_RECURSIVE, 0, 0),
					make(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ROBUST, 0) };
	for (int i = 0; i < 3; i++) {
		for (int depth = 0; depth < 5; depth++)
			CHECK_RC(depth & 1 ? pthread_mutex_trylock(&recursive[i]) :
					     pthread_mutex_lock(&recursive[i]),
				 0);
		for (int depth = 0; depth < 5; depth++) {
			struct other other = elsewhere(&recursive[i], deadline_ms(CLOCK_REALTIME, 5));
			CHECK_EQ(other.try, EBUSY);
			CHECK_EQ(other.timed, ETIMEDOUT);
			CHECK_EQ(other.unlock, EPERM);
			CHECK_RC(pthread_mutex_unlock(&recursive[i]), 0);
		}
		CHECK_RC(pthread_mutex_unlock(&recursive[i]), EPERM);
		CHECK_RC(pthread_mutex_destroy(&recursive[i]), 0);
	}
}

static void *lock_and_end(void *arg)
{
	CHECK_RC(pthread_mutex_lock(arg), 0);
	return 0;
}

static void *lock_late(void *arg)
{
	long answer = pthread_mutex_lock(arg);
	if (answer == EOWNERDEAD) {
		CHECK_RC(pthread_mutex_consistent(arg), 0);
		CHECK_RC(pthread_mutex_unlock(arg), 0);
	}
	return (void *)answer;
}

static int owned, asked;

static void *lock_wait_end(void *arg)
{
	CHECK_RC(pthread_mutex_lock(arg), 0);
	__atomic_store_n(&owned, 1, __ATOMIC_SEQ_CST);
	EVENTUALLY(__atomic_load_n(&asked, __ATOMIC_SEQ_CST));
	sleep_ms(30);
	return 0;
}

static void *ask_late(void *arg)
{
	__atomic_store_n(&asked, 1, __ATOMIC_SEQ_CST);
	return lock_late(arg);
}

static void robust(int protocol)
{
	pthread_mutex_t mutex = make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, protocol);
	pthread_t thread, waiter;
	CHECK_RC(pthread_mutex_consistent(&mutex), EINVAL);
	REQUIRE(pthread_create(&thread, 0, lock_and_end, &mutex) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	CHECK_RC(pthread_mutex_trylock(&mutex), EOWNERDEAD);
	CHECK_RC(pthread_mutex_consistent(&mutex), 0);
	CHECK_RC(pthread_mutex_unlock(&mutex), 0);
	CHECK_RC(pthread_mutex_lock(&mutex), 0);
	CHECK_RC(pthread_mutex_unlock(&mutex), 0);

	/* The owner ends while somebody waits. */
	void *answer;
	owned = asked = 0;
	REQUIRE(pthread_create(&thread, 0, lock_wait_end, &mutex) == 0);
	EVENTUALLY(__atomic_load_n(&owned, __ATOMIC_SEQ_CST));
	REQUIRE(pthread_create(&waiter, 0, ask_late, &mutex) == 0);
	REQUIRE(pthread_join(waiter, &answer) == 0);
	CHECK_EQ((long)answer, EOWNERDEAD);
	REQUIRE(pthread_join(thread, 0) == 0);

	/* Unlocked without being made consistent: lost for everybody, also for who waits. */
	REQUIRE(pthread_create(&thread, 0, lock_and_end, &mutex) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	struct timespec deadline = deadline_ms(CLOCK_REALTIME, 1000);
	CHECK_RC(pthread_mutex_timedlock(&mutex, &deadline), EOWNERDEAD);
	asked = 0;
	REQUIRE(pthread_create(&waiter, 0, ask_late, &mutex) == 0);
	EVENTUALLY(__atomic_load_n(&asked, __ATOMIC_SEQ_CST));
	sleep_ms(30);
	CHECK_RC(pthread_mutex_unlock(&mutex), 0);
	REQUIRE(pthread_join(waiter, &answer) == 0);
	CHECK_EQ((long)answer, ENOTRECOVERABLE);
	CHECK_RC(pthread_mutex_lock(&mutex), ENOTRECOVERABLE);
	CHECK_RC(pthread_mutex_trylock(&mutex), ENOTRECOVERABLE);
	CHECK_RC(pthread_mutex_destroy(&mutex), 0);
}

int main(void)
{
	attributes();
	types();
	robust(PTHREAD_PRIO_NONE);
	robust(PTHREAD_PRIO_INHERIT);
	return check_done();
}
