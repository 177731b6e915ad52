/* What the other tests of threads do not reach: refusals of pthread_create, ceilings, robust mutexes under
 * condition variables, kinds of read-write locks, clocks of threads, and the older names. */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include "check.h"
#include "deadline.h"

static void *give(void *arg)
{
	return arg;
}

static void creation(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	size_t size = 0;
	CHECK_RC(pthread_attr_init(&attr), 0);
	/* More stack than there can be memory. */
	CHECK_RC(pthread_attr_setstacksize(&attr, (size_t)1 << 50), 0);
	int answer = pthread_create(&thread, &attr, give, 0);
	CHECK(answer == EAGAIN || answer == EINVAL);
	CHECK_RC(pthread_attr_setstacksize(&attr, 1 << 20), 0);
	CHECK_RC(pthread_attr_setguardsize(&attr, (size_t)1 << 50), 0);
	answer = pthread_create(&thread, &attr, give, 0);
	CHECK(answer == EAGAIN || answer == EINVAL);
	CHECK_RC(pthread_attr_destroy(&attr), 0);

	/* What is not given is the default. */
	pthread_attr_t old;
	CHECK_RC(pthread_getattr_default_np(&old), 0);
	CHECK_RC(pthread_attr_getstacksize(&old, &size), 0);
	CHECK(size >= 65536);
	attr = old;
	CHECK_RC(pthread_attr_setstacksize(&attr, 3 << 20), 0);
	CHECK_RC(pthread_setattr_default_np(&attr), 0);
	pthread_attr_t again;
	CHECK_RC(pthread_getattr_default_np(&again), 0);
	CHECK_RC(pthread_attr_getstacksize(&again, &size), 0);
	CHECK_EQ(size, 3 << 20);
	static char stack[65536] __attribute__((aligned(4096)));
	CHECK_RC(pthread_attr_setstack(&attr, stack, sizeof stack), 0);
	CHECK_RC(pthread_setattr_default_np(&attr), EINVAL);
	CHECK_RC(pthread_setattr_default_np(&old), 0);
}

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static void older_names(void)
{
	pthread_mutexattr_t mutexattr;
	pthread_mutex_t mutex;
	int robust;
	CHECK_RC(pthread_mutexattr_init(&mutexattr), 0);
	CHECK_RC(pthread_mutexattr_setrobust_np(&mutexattr, PTHREAD_MUTEX_ROBUST_NP), 0);
	CHECK_RC(pthread_mutexattr_getrobust_np(&mutexattr, &robust), 0);
	CHECK_EQ(robust, PTHREAD_MUTEX_ROBUST);
	CHECK_RC(pthread_mutex_init(&mutex, &mutexattr), 0);
	CHECK_RC(pthread_mutex_consistent_np(&mutex), EINVAL);
	CHECK_RC(pthread_mutex_destroy(&mutex), 0);
	CHECK_RC(pthread_mutexattr_destroy(&mutexattr), 0);
	CHECK_RC(pthread_yield(), 0);
#ifdef __hermit__
	/* glibc's headers have them no more. */
	pthread_attr_t attr;
	static char stack[65536] __attribute__((aligned(4096)));
	void *end;
	CHECK_RC(pthread_attr_init(&attr), 0);
	CHECK_RC(pthread_attr_setstacksize(&attr, sizeof stack), 0);
	CHECK_RC(pthread_attr_setstackaddr(&attr, stack + sizeof stack), 0);
	CHECK_RC(pthread_attr_getstackaddr(&attr, &end), 0);
	CHECK(end == stack + sizeof stack);
	CHECK_RC(pthread_attr_setstackaddr(&attr, stack + 5), EINVAL);
	pthread_t thread;
	void *result;
	REQUIRE(pthread_create(&thread, &attr, give, stack) == 0);
	CHECK_RC(pthread_join(thread, &result), 0);
	CHECK(result == stack);
	CHECK_RC(pthread_attr_setstack(&attr, stack + 1, sizeof stack - 1), EINVAL);
	CHECK_RC(pthread_attr_setstack(&attr, stack, SIZE_MAX), EINVAL);
	CHECK_RC(pthread_attr_destroy(&attr), 0);
#endif
}

/* A mutex without a ceiling has none to tell. */
static void ceilings(void)
{
	pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, guarded;
	pthread_mutexattr_t attr;
	int ceiling = -1;
	CHECK_RC(pthread_mutex_getprioceiling(&plain, &ceiling), EINVAL);
	CHECK_RC(pthread_mutex_setprioceiling(&plain, 5, &ceiling), EINVAL);
	CHECK_RC(pthread_mutexattr_init(&attr), 0);
	CHECK_RC(pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_PROTECT), 0);
	CHECK_RC(pthread_mutexattr_setprioceiling(&attr, 20), 0);
	CHECK_RC(pthread_mutexattr_setprioceiling(&attr, 0), EINVAL);
	CHECK_RC(pthread_mutexattr_setprioceiling(&attr, sched_get_priority_max(SCHED_FIFO) + 1), EINVAL);
	CHECK_RC(pthread_mutex_init(&guarded, &attr), 0);
	CHECK_RC(pthread_mutex_getprioceiling(&guarded, &ceiling), 0);
	CHECK_EQ(ceiling, 20);
	CHECK_RC(pthread_mutex_destroy(&guarded), 0);
	CHECK_RC(pthread_mutexattr_destroy(&attr), 0);
}

static pthread_mutex_t robust;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int waits;

static void *wait_robust(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_mutex_lock(&robust), 0);
	__atomic_store_n(&waits, 1, __ATOMIC_SEQ_CST);
	int answer = pthread_cond_wait(&cond, &robust);
	if (answer == EOWNERDEAD) {
		CHECK_RC(pthread_mutex_consistent(&robust), 0);
		CHECK_RC(pthread_mutex_unlock(&robust), 0);
	}
	return (void *)(long)answer;
}

static void *signal_and_die(void *arg)
{
	CHECK_RC(pthread_mutex_lock(&robust), 0);
	CHECK_RC(pthread_cond_signal(&cond), 0);
	return arg;
}

/* The mutex that pthread_cond_wait takes again may have lost its owner. */
static void robust_condition(void)
{
	pthread_mutexattr_t attr;
	pthread_t waiter, dying;
	void *answer;
	CHECK_RC(pthread_mutexattr_init(&attr), 0);
	CHECK_RC(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST), 0);
	CHECK_RC(pthread_mutex_init(&robust, &attr), 0);
	CHECK_RC(pthread_mutexattr_destroy(&attr), 0);
	REQUIRE(pthread_create(&waiter, 0, wait_robust, 0) == 0);
	EVENTUALLY(__atomic_load_n(&waits, __ATOMIC_SEQ_CST));
	/* This lock is given only when the waiter waits. */
	CHECK_RC(pthread_mutex_lock(&robust), 0);
	CHECK_RC(pthread_mutex_unlock(&robust), 0);
	REQUIRE(pthread_create(&dying, 0, signal_and_die, 0) == 0);
	CHECK_RC(pthread_join(dying, 0), 0);
	CHECK_RC(pthread_join(waiter, &answer), 0);
	CHECK_EQ((long)answer, EOWNERDEAD);
	CHECK_RC(pthread_mutex_destroy(&robust), 0);
}

static pthread_rwlock_t lock;

static void *write_it(void *arg)
{
	CHECK_RC(pthread_rwlock_wrlock(&lock), 0);
	CHECK_RC(pthread_rwlock_unlock(&lock), 0);
	return arg;
}

/* A writer that waits keeps new readers out only if the lock prefers writers and counts on it that nobody
 * reads twice. */
static void kinds(void)
{
	static const int all[] = { PTHREAD_RWLOCK_PREFER_READER_NP, PTHREAD_RWLOCK_PREFER_WRITER_NP,
				   PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP };
	pthread_rwlockattr_t attr;
	int kind;
	CHECK_RC(pthread_rwlockattr_init(&attr), 0);
	CHECK_RC(pthread_rwlockattr_getkind_np(&attr, &kind), 0);
	CHECK_EQ(kind, PTHREAD_RWLOCK_DEFAULT_NP);
	CHECK_RC(pthread_rwlockattr_setkind_np(&attr, 9), EINVAL);
	for (int i = 0; i < 3; i++) {
		CHECK_RC(pthread_rwlockattr_setkind_np(&attr, all[i]), 0);
		CHECK_RC(pthread_rwlockattr_getkind_np(&attr, &kind), 0);
		CHECK_EQ(kind, all[i]);
		CHECK_RC(pthread_rwlock_init(&lock, &attr), 0);
		pthread_t writer;
		CHECK_RC(pthread_rwlock_rdlock(&lock), 0);
		REQUIRE(pthread_create(&writer, 0, write_it, 0) == 0);
		if (all[i] == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) {
			int answer;
			long long end = now_ms() + 10000;
			while ((answer = pthread_rwlock_tryrdlock(&lock)) == 0 && now_ms() < end) {
				CHECK_RC(pthread_rwlock_unlock(&lock), 0);
				sched_yield();
			}
			CHECK_EQ(answer, EBUSY);
		} else {
			sleep_ms(10);
			CHECK_RC(pthread_rwlock_rdlock(&lock), 0);
			CHECK_RC(pthread_rwlock_unlock(&lock), 0);
		}
		CHECK_RC(pthread_rwlock_unlock(&lock), 0);
		CHECK_RC(pthread_join(writer, 0), 0);
		CHECK_RC(pthread_rwlock_destroy(&lock), 0);
	}
	CHECK_RC(pthread_rwlockattr_destroy(&attr), 0);
}

static int stop;

static void *compute(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST))
		;
	return arg;
}

static long long ns_of(clockid_t clock)
{
	struct timespec t = { 0, 0 };
	CHECK_EQ(clock_gettime(clock, &t), 0);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void clocks(void)
{
	pthread_t thread;
	clockid_t own, others;
	CHECK_RC(pthread_getcpuclockid(pthread_self(), &own), 0);
	long long before = ns_of(own), end = now_ms() + 10000;
	while (ns_of(own) < before + 5000000 && now_ms() < end)
		;
	CHECK(ns_of(own) >= before + 5000000);
	/* Of another thread: its time passes while this one sleeps. */
	REQUIRE(pthread_create(&thread, 0, compute, 0) == 0);
	int answer = pthread_getcpuclockid(thread, &others);
	CHECK_EQ(answer, 0);
	if (answer == 0) {
		before = ns_of(others);
		while (ns_of(others) < before + 5000000 && now_ms() < end)
			sleep_ms(1);
		CHECK(ns_of(others) >= before + 5000000);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_join(thread, 0), 0);
}

static void nothing(void)
{
}

static void scheduling(void)
{
	struct sched_param param = { .sched_priority = 1 };
	int policy;
	CHECK_RC(pthread_setschedparam(pthread_self(), 77, &param), EINVAL);
	CHECK_RC(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param), EINVAL);
	CHECK_RC(pthread_setschedprio(pthread_self(), 5), EINVAL);
	CHECK_RC(pthread_setschedprio(pthread_self(), 0), 0);
	CHECK_RC(pthread_getschedparam(pthread_self(), &policy, &param), 0);
	CHECK_EQ(policy, SCHED_OTHER);
	CHECK_EQ(param.sched_priority, 0);
	CHECK_RC(pthread_atfork(nothing, nothing, nothing), 0);
	CHECK_EQ(pthread_setconcurrency(0), 0);
	CHECK_EQ(pthread_getconcurrency(), 0);
}

int main(void)
{
	creation();
	older_names();
	ceilings();
	robust_condition();
	kinds();
	clocks();
	scheduling();
	return check_done();
}
