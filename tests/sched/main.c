/* sched.h: policies, priorities, affinity, and what each refuses. */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include "check.h"

#define NOBODY 0x3ffffff

static void ranges(void)
{
	static const int realtime[] = { SCHED_FIFO, SCHED_RR };
	static const int others[] = { SCHED_OTHER, SCHED_BATCH, SCHED_IDLE };
	for (int i = 0; i < 2; i++) {
		int low = sched_get_priority_min(realtime[i]), high = sched_get_priority_max(realtime[i]);
		CHECK(low >= 1);
		/* POSIX: at least 32 priorities. */
		CHECK(high - low >= 31);
	}
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(sched_get_priority_min(others[i]), 0);
		CHECK_EQ(sched_get_priority_max(others[i]), 0);
	}
	CHECK_ERRNO(sched_get_priority_min(-1), EINVAL);
	CHECK_ERRNO(sched_get_priority_max(-1), EINVAL);
	CHECK_ERRNO(sched_get_priority_min(INT_MAX), EINVAL);
	CHECK_ERRNO(sched_get_priority_max(INT_MAX), EINVAL);
}

/* Changing to a realtime policy takes a privilege elsewhere. */
static int may(int result)
{
	if (result == -1 && errno == EPERM)
		return 0;
	CHECK_EQ(result, 0);
	return result == 0;
}

static void policies(void)
{
	struct sched_param param = { .sched_priority = 77 };
	CHECK_EQ(sched_getscheduler(0), SCHED_OTHER);
	CHECK_EQ(sched_getscheduler(getpid()), SCHED_OTHER);
	CHECK_EQ(sched_getparam(0, &param), 0);
	CHECK_EQ(param.sched_priority, 0);
	CHECK_EQ(sched_setparam(0, &param), 0);
	param.sched_priority = 1;
	CHECK_ERRNO(sched_setparam(0, &param), EINVAL);
	CHECK_ERRNO(sched_setscheduler(0, SCHED_OTHER, &param), EINVAL);
	CHECK_ERRNO(sched_setscheduler(0, 77, &param), EINVAL);
	CHECK_ERRNO(sched_setscheduler(0, -1, &param), EINVAL);
	param.sched_priority = 0;
	CHECK_ERRNO(sched_setscheduler(0, SCHED_FIFO, &param), EINVAL);
	param.sched_priority = sched_get_priority_max(SCHED_RR) + 1;
	CHECK_ERRNO(sched_setscheduler(0, SCHED_RR, &param), EINVAL);
	param.sched_priority = -1;
	CHECK_ERRNO(sched_setscheduler(0, SCHED_RR, &param), EINVAL);

	param.sched_priority = 0;
	CHECK_ERRNO(sched_getparam(NOBODY, &param), ESRCH);
	CHECK_ERRNO(sched_setparam(NOBODY, &param), ESRCH);
	CHECK_ERRNO(sched_getscheduler(NOBODY), ESRCH);
	CHECK_ERRNO(sched_setscheduler(NOBODY, SCHED_OTHER, &param), ESRCH);
	CHECK_ERRNO(sched_getparam(-1, &param), EINVAL);
	CHECK_ERRNO(sched_getscheduler(-1), EINVAL);
	CHECK_ERRNO(sched_getparam(0, 0), EINVAL);
	CHECK_ERRNO(sched_setparam(0, 0), EINVAL);
	CHECK_ERRNO(sched_setscheduler(0, SCHED_OTHER, 0), EINVAL);

	for (int policy = SCHED_FIFO; policy <= SCHED_RR; policy++) {
		param.sched_priority = 5;
		if (!may(sched_setscheduler(0, policy, &param)))
			return;
		CHECK_EQ(sched_getscheduler(0), policy);
		param.sched_priority = 6;
		CHECK_EQ(sched_setparam(getpid(), &param), 0);
		param.sched_priority = 0;
		CHECK_EQ(sched_getparam(0, &param), 0);
		CHECK_EQ(param.sched_priority, 6);
#ifdef __hermit__
		/* The policy of pthread.h is the same thing; glibc remembers an old one. */
		int seen;
		CHECK_RC(pthread_getschedparam(pthread_self(), &seen, &param), 0);
		CHECK_EQ(seen, policy);
		CHECK_EQ(param.sched_priority, 6);
#endif
		param.sched_priority = 0;
		CHECK_ERRNO(sched_setparam(0, &param), EINVAL);
		CHECK_EQ(sched_setscheduler(0, SCHED_BATCH, &param), 0);
		CHECK_EQ(sched_getscheduler(0), SCHED_BATCH);
		CHECK_EQ(sched_setscheduler(0, SCHED_OTHER, &param), 0);
	}
}

static void slices(void)
{
	struct timespec slice = { -1, -1 };
	CHECK_EQ(sched_rr_get_interval(0, &slice), 0);
	CHECK(slice.tv_sec == 0 && slice.tv_nsec >= 0 && slice.tv_nsec < 1000000000);
	CHECK_EQ(sched_rr_get_interval(getpid(), &slice), 0);
	CHECK_ERRNO(sched_rr_get_interval(NOBODY, &slice), ESRCH);
	CHECK_ERRNO(sched_rr_get_interval(-1, &slice), EINVAL);
	struct sched_param param = { .sched_priority = 5 };
	if (may(sched_setscheduler(0, SCHED_RR, &param))) {
		CHECK_EQ(sched_rr_get_interval(0, &slice), 0);
		CHECK(slice.tv_nsec > 0);
		param.sched_priority = 0;
		CHECK_EQ(sched_setscheduler(0, SCHED_OTHER, &param), 0);
	}
}

static void cores(void)
{
	cpu_set_t all, one, seen;
	unsigned cpu = -1, node = -1;
	CPU_ZERO(&all);
	CHECK(sched_getaffinity(0, sizeof all, &all) >= 0);
	CHECK(CPU_COUNT(&all) >= 1);
	CHECK_EQ(getcpu(&cpu, &node), 0);
	CHECK(CPU_ISSET(cpu, &all));
	CHECK_EQ(getcpu(0, 0), 0);
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		CHECK_EQ(sched_setaffinity(0, sizeof one, &one), 0);
		CHECK_EQ(sched_getcpu(), i);
		CHECK_EQ(getcpu(&cpu, 0), 0);
		CHECK_EQ(cpu, i);
		CPU_ZERO(&seen);
		CHECK(sched_getaffinity(getpid(), sizeof seen, &seen) >= 0);
		CHECK(CPU_EQUAL(&seen, &one));
	}
	CHECK_EQ(sched_setaffinity(0, sizeof all, &all), 0);
	CPU_ZERO(&one);
	CHECK_ERRNO(sched_setaffinity(0, sizeof one, &one), EINVAL);
	CHECK_ERRNO(sched_setaffinity(0, 0, &all), EINVAL);
	CHECK_ERRNO(sched_setaffinity(NOBODY, sizeof all, &all), ESRCH);
	CHECK_ERRNO(sched_getaffinity(NOBODY, sizeof all, &all), ESRCH);
	/* Room for less than a word. */
	CHECK_ERRNO(sched_getaffinity(0, 1, &all), EINVAL);
}

static int turn;

static void *other(void *arg)
{
	for (int i = 0; i < 100; i++) {
		while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) % 2 == 0)
			CHECK_EQ(sched_yield(), 0);
		__atomic_add_fetch(&turn, 1, __ATOMIC_SEQ_CST);
	}
	return arg;
}

/* Two threads that share a core pass a turn to each other. */
static void yields(void)
{
	cpu_set_t all, one;
	pthread_t thread;
	CHECK(sched_getaffinity(0, sizeof all, &all) >= 0);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	CHECK_EQ(sched_setaffinity(0, sizeof one, &one), 0);
	REQUIRE(pthread_create(&thread, 0, other, 0) == 0);
	for (int i = 0; i < 100; i++) {
		while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) % 2 == 1)
			CHECK_EQ(sched_yield(), 0);
		__atomic_add_fetch(&turn, 1, __ATOMIC_SEQ_CST);
	}
	CHECK_RC(pthread_join(thread, 0), 0);
	CHECK_EQ(turn, 200);
	CHECK_EQ(sched_setaffinity(0, sizeof all, &all), 0);
}

int main(void)
{
	ranges();
	policies();
	slices();
	cores();
	yields();
	return check_done();
}
