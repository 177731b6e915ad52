/* Read-write locks: sharing, exclusion, timeouts, errors. */
#define _GNU_SOURCE
#include <pthread.h>
#include "check.h"
#include "deadline.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

struct answers {
	int tryread, trywrite, timedread, timedwrite, pastread, pastwrite, badread, badwrite, clockread,
		clockwrite;
};

static int give_back(int answer)
{
	if (answer == 0)
		CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	return answer;
}

static void *ask(void *arg)
{
	struct answers *a = arg;
	struct timespec past = { 1, 0 }, bad = { 1, 1000000000 }, at;
	a->tryread = give_back(pthread_rwlock_tryrdlock(&lock));
	a->trywrite = give_back(pthread_rwlock_trywrlock(&lock));
	at = deadline_ms(CLOCK_REALTIME, 10);
	a->timedread = give_back(pthread_rwlock_timedrdlock(&lock, &at));
	at = deadline_ms(CLOCK_REALTIME, 10);
	a->timedwrite = give_back(pthread_rwlock_timedwrlock(&lock, &at));
	a->pastread = give_back(pthread_rwlock_timedrdlock(&lock, &past));
	a->pastwrite = give_back(pthread_rwlock_timedwrlock(&lock, &past));
	a->badread = give_back(pthread_rwlock_timedrdlock(&lock, &bad));
	a->badwrite = give_back(pthread_rwlock_timedwrlock(&lock, &bad));
	at = deadline_ms(CLOCK_MONOTONIC, 10);
	a->clockread = give_back(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &at));
	at = deadline_ms(CLOCK_MONOTONIC, 10);
	a->clockwrite = give_back(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &at));
	return 0;
}

static struct answers elsewhere(void)
{
	struct answers answers;
	pthread_t thread;
	REQUIRE(pthread_create(&thread, 0, ask, &answers) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	return answers;
}

static int written;

static void *write_once(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_rwlock_wrlock(&lock), 0);
	__atomic_store_n(&written, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	return 0;
}

static void *write_until(void *arg)
{
	(void)arg;
	struct timespec at = deadline_ms(CLOCK_REALTIME, 100);
	CHECK_RC(pthread_rwlock_timedwrlock(&lock, &at), ETIMEDOUT);
	return 0;
}

static void *read_once(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_rwlock_rdlock(&lock), 0);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	return 0;
}

int main(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 10);
	CHECK_RC(pthread_rwlock_rdlock(&lock), 0);
	struct answers a = elsewhere();
	CHECK_EQ(a.tryread, 0);
	CHECK_EQ(a.trywrite, EBUSY);
	CHECK_EQ(a.timedread, 0);
	CHECK_EQ(a.timedwrite, ETIMEDOUT);
	CHECK_EQ(a.pastread, 0);
	CHECK_EQ(a.pastwrite, ETIMEDOUT);
	CHECK_EQ(a.badwrite, EINVAL);
	CHECK_EQ(a.clockread, 0);
	CHECK_EQ(a.clockwrite, ETIMEDOUT);

	/* A writer waits; readers pass it, this one and others; the writer gets the lock in the end. */
	pthread_t thread, reader;
	REQUIRE(pthread_create(&thread, 0, write_once, 0) == 0);
	sleep_ms(30);
	CHECK_EQ(__atomic_load_n(&written, __ATOMIC_SEQ_CST), 0);
	CHECK_RC(pthread_rwlock_rdlock(&lock), 0);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	REQUIRE(pthread_create(&reader, 0, read_once, 0) == 0);
	REQUIRE(pthread_join(reader, 0) == 0);
	CHECK_EQ(__atomic_load_n(&written, __ATOMIC_SEQ_CST), 0);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	CHECK_EQ(written, 1);
	pthread_rwlockattr_t attr;
	CHECK_RC(pthread_rwlockattr_init(&attr), 0);
	CHECK_RC(pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP), 0);
	CHECK_RC(pthread_rwlock_destroy(&lock), 0);
	CHECK_RC(pthread_rwlock_init(&lock, &attr), 0);
	CHECK_RC(pthread_rwlockattr_destroy(&attr), 0);

	/* With this kind readers stand behind a writer, until it gives up. */
	CHECK_RC(pthread_rwlock_rdlock(&lock), 0);
	REQUIRE(pthread_create(&thread, 0, write_until, 0) == 0);
	sleep_ms(30);
	REQUIRE(pthread_create(&reader, 0, read_once, 0) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	REQUIRE(pthread_join(reader, 0) == 0);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);

	CHECK_RC(pthread_rwlock_wrlock(&lock), 0);
	CHECK_RC(pthread_rwlock_wrlock(&lock), EDEADLK);
	CHECK_RC(pthread_rwlock_rdlock(&lock), EDEADLK);
	CHECK_RC(pthread_rwlock_trywrlock(&lock), EBUSY);
	CHECK_RC(pthread_rwlock_tryrdlock(&lock), EBUSY);
	a = elsewhere();
	CHECK_EQ(a.tryread, EBUSY);
	CHECK_EQ(a.trywrite, EBUSY);
	CHECK_EQ(a.timedread, ETIMEDOUT);
	CHECK_EQ(a.timedwrite, ETIMEDOUT);
	CHECK_EQ(a.pastread, ETIMEDOUT);
	CHECK_EQ(a.badread, EINVAL);
	CHECK_EQ(a.badwrite, EINVAL);
	CHECK_EQ(a.clockread, ETIMEDOUT);
	CHECK_EQ(a.clockwrite, ETIMEDOUT);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	CHECK_RC(pthread_rwlock_clockrdlock(&lock, 12345, &at), EINVAL);
	CHECK_RC(pthread_rwlock_destroy(&lock), 0);

	int shared;
	CHECK_RC(pthread_rwlockattr_init(&attr), 0);
	CHECK_RC(pthread_rwlockattr_getpshared(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_PROCESS_PRIVATE);
	CHECK_RC(pthread_rwlockattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
	CHECK_RC(pthread_rwlockattr_getpshared(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_PROCESS_SHARED);
	CHECK_RC(pthread_rwlockattr_setpshared(&attr, 9), EINVAL);
	CHECK_RC(pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NP), 0);
	CHECK_RC(pthread_rwlockattr_getkind_np(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_RWLOCK_PREFER_WRITER_NP);
	CHECK_RC(pthread_rwlock_init(&lock, &attr), 0);
	CHECK_RC(pthread_rwlockattr_destroy(&attr), 0);
	CHECK_RC(pthread_rwlock_wrlock(&lock), 0);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	CHECK_RC(pthread_rwlock_destroy(&lock), 0);
	return check_done();
}
