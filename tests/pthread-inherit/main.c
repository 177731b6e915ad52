/* Priority inheritance and protection on one core: a thread of middle priority that computes must not
 * keep one of high priority from a mutex that one of low priority holds. */
#define _GNU_SOURCE
#include <pthread.h>
#include "check.h"
#include "deadline.h"

static pthread_mutex_t mutex;
static int low_has_it, high_waits, middle_runs, high_done, stop;

static void spin_until(int *flag)
{
	while (!__atomic_load_n(flag, __ATOMIC_SEQ_CST))
		;
}

static void *low(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_mutex_lock(&mutex), 0);
	__atomic_store_n(&low_has_it, 1, __ATOMIC_SEQ_CST);
	/* The high one preempts here, waits, and lends its priority: this loop goes on before the middle. */
	spin_until(&high_waits);
	for (volatile int i = 0; i < 2000000; i++)
		;
	CHECK_RC(pthread_mutex_unlock(&mutex), 0);
	return 0;
}

static void *middle(void *arg)
{
	(void)arg;
	__atomic_store_n(&middle_runs, 1, __ATOMIC_SEQ_CST);
	long long end = now_ms() + 20000;
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST) && now_ms() < end)
		;
	CHECK(now_ms() < end);
	return 0;
}

static void *high(void *arg)
{
	(void)arg;
	__atomic_store_n(&high_waits, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_mutex_lock(&mutex), 0);
	__atomic_store_n(&high_done, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_mutex_unlock(&mutex), 0);
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static pthread_t start(void *(*body)(void *), int priority)
{
	pthread_attr_t attr;
	struct sched_param param = { priority };
	pthread_t thread;
	cpu_set_t zero;
	CPU_ZERO(&zero);
	CPU_SET(0, &zero);
	CHECK_RC(pthread_attr_init(&attr), 0);
	CHECK_RC(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
	CHECK_RC(pthread_attr_setschedpolicy(&attr, SCHED_FIFO), 0);
	CHECK_RC(pthread_attr_setschedparam(&attr, &param), 0);
	CHECK_RC(pthread_attr_setaffinity_np(&attr, sizeof zero, &zero), 0);
	REQUIRE(pthread_create(&thread, &attr, body, 0) == 0);
	return thread;
}

int main(void)
{
	for (int protocol = PTHREAD_PRIO_INHERIT; protocol <= PTHREAD_PRIO_PROTECT; protocol++) {
		pthread_mutexattr_t attr;
		CHECK_RC(pthread_mutexattr_init(&attr), 0);
		CHECK_RC(pthread_mutexattr_setprotocol(&attr, protocol), 0);
		CHECK_RC(pthread_mutexattr_setprioceiling(&attr, 90), 0);
		CHECK_RC(pthread_mutex_init(&mutex, &attr), 0);
		low_has_it = high_waits = middle_runs = high_done = stop = 0;
		struct sched_param param = { 95 };
		CHECK_RC(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
		pthread_t threads[3];
		threads[0] = start(low, 10);
		while (!__atomic_load_n(&low_has_it, __ATOMIC_SEQ_CST))
			sleep_ms(1);
		if (protocol == PTHREAD_PRIO_PROTECT)
			high_waits = 1;
		threads[1] = start(middle, 50);
		threads[2] = start(high, 80);
		for (int i = 0; i < 3; i++)
			CHECK_RC(pthread_join(threads[i], 0), 0);
		CHECK_EQ(high_done, 1);

		if (protocol == PTHREAD_PRIO_PROTECT) {
			int ceiling;
			CHECK_RC(pthread_mutex_getprioceiling(&mutex, &ceiling), 0);
			CHECK_EQ(ceiling, 90);
			CHECK_RC(pthread_mutex_lock(&mutex), EINVAL);
			CHECK_RC(pthread_mutex_setprioceiling(&mutex, 97, &ceiling), 0);
			CHECK_EQ(ceiling, 90);
			CHECK_RC(pthread_mutex_lock(&mutex), 0);
			CHECK_RC(pthread_mutex_unlock(&mutex), 0);
			CHECK_RC(pthread_mutex_setprioceiling(&mutex, 1000, &ceiling), EINVAL);
		}
		CHECK_RC(pthread_mutex_destroy(&mutex), 0);
	}
	return check_done();
}
