/* Creating, joining, detaching, naming; what is refused. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include "check.h"
#include "deadline.h"

static void *give(void *arg)
{
	return arg;
}

static void *leave(void *arg)
{
	pthread_exit(arg);
}

static int go;

static void *wait_for_go(void *arg)
{
	while (!__atomic_load_n(&go, __ATOMIC_SEQ_CST))
		sleep_ms(1);
	return arg;
}

static void *join_other(void *arg)
{
	pthread_t other = *(pthread_t *)arg;
	return (void *)(long)pthread_join(other, 0);
}

static pthread_t first;

/* A try tells how a thread stands, and changes nothing while that runs. */
__attribute__((unused)) static void wait_for_try(pthread_t thread, int expected)
{
	long long end = now_ms() + 30000;
	int answer;
	while ((answer = pthread_tryjoin_np(thread, 0)) != expected && now_ms() < end)
		sleep_ms(1);
	CHECK_EQ(answer, expected);
}

__attribute__((unused)) static void *be_joined(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&first, __ATOMIC_SEQ_CST))
		sleep_ms(1);
	wait_for_try(first, EDEADLK);
	CHECK_RC(pthread_join(first, 0), EDEADLK);
	return 0;
}

static void *join_it(void *other)
{
	pthread_join(*(pthread_t *)other, 0);
	return 0;
}

/* Who is cancelled no longer waits: to join it is no deadlock. */
static void join_cancelled(void)
{
	pthread_t me = pthread_self(), thread;
	void *result;
	for (int round = 0; round < 100; round++) {
		REQUIRE(pthread_create(&thread, 0, join_it, &me) == 0);
		if (round % 2)
			sleep_ms(1);
		CHECK_RC(pthread_cancel(thread), 0);
		CHECK_RC(pthread_join(thread, &result), 0);
		CHECK(result == PTHREAD_CANCELED);
	}
}

static _Thread_local int own = 5;
static _Thread_local char buffer[3000];

static void *count_own(void *arg)
{
	CHECK_EQ(own, 5);
	for (unsigned i = 0; i < sizeof buffer; i++)
		CHECK(buffer[i] == 0);
	own = (int)(long)arg;
	memset(buffer, own, sizeof buffer);
	errno = own;
	sched_yield();
	CHECK_EQ(errno, own);
	return (void *)(long)own;
}

int main(void)
{
	pthread_t thread, other;
	void *result;
	CHECK(pthread_equal(pthread_self(), pthread_self()));
	for (intptr_t i = 0; i < 200; i++) {
		REQUIRE(pthread_create(&thread, 0, i & 1 ? give : leave, (void *)i) == 0);
		CHECK(!pthread_equal(thread, pthread_self()));
		CHECK_RC(pthread_join(thread, &result), 0);
		CHECK_EQ((intptr_t)result, i);
	}
	for (intptr_t i = 1; i < 50; i++) {
		REQUIRE(pthread_create(&thread, 0, count_own, (void *)i) == 0);
		CHECK_RC(pthread_join(thread, &result), 0);
		CHECK_EQ((intptr_t)result, i);
	}
	CHECK_EQ(own, 5);

	join_cancelled();
	CHECK_RC(pthread_join(pthread_self(), 0), EDEADLK);
	REQUIRE(pthread_create(&thread, 0, wait_for_go, 0) == 0);
	CHECK_RC(pthread_tryjoin_np(thread, &result), EBUSY);
	struct timespec at = deadline_ms(CLOCK_REALTIME, 20), past = { 1, 0 }, bad = { 1, -1 };
	CHECK_RC(pthread_timedjoin_np(thread, &result, &at), ETIMEDOUT);
	CHECK_RC(pthread_timedjoin_np(thread, &result, &past), ETIMEDOUT);
#ifdef __hermit__
	/* glibc 2.36 never returns. */
	CHECK_RC(pthread_timedjoin_np(thread, &result, &bad), EINVAL);
#else
	(void)bad;
#endif
	at = deadline_ms(CLOCK_MONOTONIC, 20);
	CHECK_RC(pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &at), ETIMEDOUT);
	CHECK_RC(pthread_clockjoin_np(thread, &result, 12345, &at), EINVAL);
	/* Somebody else is joining it already. */
	REQUIRE(pthread_create(&other, 0, join_other, &thread) == 0);
#ifdef __hermit__
	wait_for_try(thread, EINVAL);
	/* POSIX leaves it undefined; glibc 2.36 hangs. */
	CHECK_RC(pthread_join(thread, 0), EINVAL);
	CHECK_RC(pthread_detach(thread), EINVAL);
#endif
	__atomic_store_n(&go, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_join(other, &result), 0);
	CHECK_EQ((intptr_t)result, 0);

	/* Ended, not joined: still a thread. */
	REQUIRE(pthread_create(&thread, 0, wait_for_go, &thread) == 0);
	sleep_ms(30);
	at = deadline_ms(CLOCK_REALTIME, 30000);
	CHECK_RC(pthread_timedjoin_np(thread, &result, &at), 0);
	CHECK(result == &thread);
	REQUIRE(pthread_create(&thread, 0, give, &thread) == 0);
	long long end = now_ms() + 30000;
	int answer;
	while ((answer = pthread_tryjoin_np(thread, &result)) == EBUSY && now_ms() < end)
		sched_yield();
	CHECK_EQ(answer, 0);

#ifdef __hermit__
	/* Two that would join each other. */
	REQUIRE(pthread_create(&other, 0, be_joined, 0) == 0);
	REQUIRE(pthread_create(&first, 0, join_other, &other) == 0);
	CHECK_RC(pthread_join(first, &result), 0);
	CHECK_EQ((intptr_t)result, 0);
	CHECK_RC(pthread_join(thread, 0), ESRCH);
	CHECK_RC(pthread_detach(thread), ESRCH);
	CHECK_RC(pthread_cancel(thread), ESRCH);
	CHECK_RC(pthread_kill(thread, 0), ESRCH);
	CHECK_RC(pthread_setname_np(thread, "x"), ESRCH);
	CHECK_RC(pthread_kill(pthread_self(), 1000), EINVAL);
#endif
	CHECK_RC(pthread_kill(pthread_self(), 0), 0);

	/* Detached before and after their end. */
	for (int i = 0; i < 100; i++) {
		REQUIRE(pthread_create(&thread, 0, give, 0) == 0);
		if (i & 1)
			sched_yield();
		CHECK_RC(pthread_detach(thread), 0);
	}
	go = 0;
	REQUIRE(pthread_create(&thread, 0, wait_for_go, 0) == 0);
	CHECK_RC(pthread_detach(thread), 0);
	CHECK_RC(pthread_detach(thread), EINVAL);
	CHECK_RC(pthread_join(thread, 0), EINVAL);
	__atomic_store_n(&go, 1, __ATOMIC_SEQ_CST);

	char name[16];
	CHECK_RC(pthread_setname_np(pthread_self(), "fifteen letters"), 0);
	CHECK_RC(pthread_getname_np(pthread_self(), name, sizeof name), 0);
	CHECK(strcmp(name, "fifteen letters") == 0);
	CHECK_RC(pthread_getname_np(pthread_self(), name, 5), ERANGE);
	CHECK_RC(pthread_setname_np(pthread_self(), "sixteen letters!"), ERANGE);
	CHECK_RC(pthread_setconcurrency(3), 0);
	CHECK_EQ(pthread_getconcurrency(), 3);
	CHECK_RC(pthread_setconcurrency(-1), EINVAL);
	clockid_t clock;
	CHECK_RC(pthread_getcpuclockid(pthread_self(), &clock), 0);
	CHECK_RC(pthread_atfork(0, 0, 0), 0);
	return check_done();
}
