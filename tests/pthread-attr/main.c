/* Thread attributes: read back, refused, and honoured. */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>
#include "check.h"
#include "deadline.h"

static void values(void)
{
	pthread_attr_t attr;
	struct sched_param param;
	int value;
	size_t size;
	void *address;
	CHECK_RC(pthread_attr_init(&attr), 0);
	CHECK_RC(pthread_attr_getdetachstate(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_CREATE_JOINABLE);
	CHECK_RC(pthread_attr_getinheritsched(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_INHERIT_SCHED);
	CHECK_RC(pthread_attr_getscope(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_SCOPE_SYSTEM);
	CHECK_RC(pthread_attr_getschedpolicy(&attr, &value), 0);
	CHECK_EQ(value, SCHED_OTHER);
	CHECK_RC(pthread_attr_getschedparam(&attr, &param), 0);
	CHECK_EQ(param.sched_priority, 0);
	CHECK_RC(pthread_attr_getguardsize(&attr, &size), 0);
	CHECK(size >= 4096);
	CHECK_RC(pthread_attr_getstacksize(&attr, &size), 0);
	CHECK(size >= 65536);

	CHECK_RC(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
	CHECK_RC(pthread_attr_getdetachstate(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_CREATE_DETACHED);
	CHECK_RC(pthread_attr_setdetachstate(&attr, 9), EINVAL);
	CHECK_RC(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
	CHECK_RC(pthread_attr_getinheritsched(&attr, &value), 0);
	CHECK_EQ(value, PTHREAD_EXPLICIT_SCHED);
	CHECK_RC(pthread_attr_setinheritsched(&attr, 9), EINVAL);
	CHECK_RC(pthread_attr_setscope(&attr, PTHREAD_SCOPE_SYSTEM), 0);
	CHECK_RC(pthread_attr_setscope(&attr, PTHREAD_SCOPE_PROCESS), ENOTSUP);
	CHECK_RC(pthread_attr_setscope(&attr, 9), EINVAL);
	for (int policy = SCHED_OTHER; policy <= SCHED_RR; policy++) {
		CHECK_RC(pthread_attr_setschedpolicy(&attr, policy), 0);
		CHECK_RC(pthread_attr_getschedpolicy(&attr, &value), 0);
		CHECK_EQ(value, policy);
		for (int end = 0; end < 2; end++) {
			param.sched_priority = end ? sched_get_priority_max(policy) :
						     sched_get_priority_min(policy);
			CHECK_RC(pthread_attr_setschedparam(&attr, &param), 0);
			int expected = param.sched_priority;
			CHECK_RC(pthread_attr_getschedparam(&attr, &param), 0);
			CHECK_EQ(param.sched_priority, expected);
		}
		param.sched_priority = sched_get_priority_max(policy) + 1;
		CHECK_RC(pthread_attr_setschedparam(&attr, &param), EINVAL);
	}
	CHECK(sched_get_priority_max(SCHED_FIFO) - sched_get_priority_min(SCHED_FIFO) >= 31);
	CHECK_ERRNO(sched_get_priority_max(77), EINVAL);
	CHECK_ERRNO(sched_get_priority_min(77), EINVAL);
	CHECK_RC(pthread_attr_setschedpolicy(&attr, 77), EINVAL);
	CHECK_RC(pthread_attr_setguardsize(&attr, 10000), 0);
	CHECK_RC(pthread_attr_getguardsize(&attr, &size), 0);
	CHECK_EQ(size, 10000);
	CHECK_RC(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN - 1), EINVAL);
	CHECK_RC(pthread_attr_setstacksize(&attr, 123456), 0);
	CHECK_RC(pthread_attr_getstacksize(&attr, &size), 0);
	CHECK_EQ(size, 123456);
	CHECK_RC(pthread_attr_setstack(&attr, &attr, 100), EINVAL);
	CHECK_RC(pthread_attr_setstack(&attr, (void *)0x100000, 65536), 0);
	CHECK_RC(pthread_attr_getstack(&attr, &address, &size), 0);
	CHECK(address == (void *)0x100000);
	CHECK_EQ(size, 65536);
	CHECK_RC(pthread_attr_destroy(&attr), 0);
}

static char own_stack[256 * 1024] __attribute__((aligned(4096)));

struct seen {
	void *address, *local;
	size_t size, guard;
	int detached, policy;
	struct sched_param param;
	cpu_set_t cores;
	int cpu;
};

/* Uses nearly all of the stack. */
static unsigned long deep(size_t bytes)
{
	volatile char frame[bytes];
	for (size_t i = 0; i < bytes; i += 512)
		frame[i] = 1;
	return frame[0];
}

static size_t depth;

static void *look(void *arg)
{
	struct seen *seen = arg;
	pthread_attr_t attr;
	seen->local = &attr;
	CHECK_RC(pthread_getattr_np(pthread_self(), &attr), 0);
	CHECK_RC(pthread_attr_getstack(&attr, &seen->address, &seen->size), 0);
	CHECK_RC(pthread_attr_getguardsize(&attr, &seen->guard), 0);
	CHECK_RC(pthread_attr_getdetachstate(&attr, &seen->detached), 0);
	CHECK_RC(pthread_getschedparam(pthread_self(), &seen->policy, &seen->param), 0);
	CHECK_RC(pthread_getaffinity_np(pthread_self(), sizeof seen->cores, &seen->cores), 0);
	seen->cpu = sched_getcpu();
	CHECK_RC(pthread_attr_destroy(&attr), 0);
	if (depth)
		deep(depth);
	return seen;
}

static struct seen run(pthread_attr_t *attr)
{
	struct seen seen;
	pthread_t thread;
	void *result;
	memset(&seen, 0, sizeof seen);
	REQUIRE(pthread_create(&thread, attr, look, &seen) == 0);
	CHECK_RC(pthread_join(thread, &result), 0);
	CHECK(result == &seen);
	CHECK((char *)seen.local >= (char *)seen.address &&
	      (char *)seen.local < (char *)seen.address + seen.size);
	return seen;
}

static int finished;

static void *finish(void *arg)
{
	__atomic_store_n(&finished, 1, __ATOMIC_SEQ_CST);
	return arg;
}

static void honoured(void)
{
	pthread_attr_t attr;
	struct seen seen;
	CHECK_RC(pthread_attr_init(&attr), 0);
	for (size_t size = PTHREAD_STACK_MIN; size <= 32 << 20; size *= 8) {
		CHECK_RC(pthread_attr_setstacksize(&attr, size < 65536 ? 65536 : size), 0);
		depth = size < 65536 ? 40000 : size - 24576;
		for (int round = 0; round < 3; round++) {
			seen = run(&attr);
			CHECK(seen.size + 4096 >= size);
		}
	}
	depth = 0;
	CHECK_RC(pthread_attr_setstacksize(&attr, 1 << 20), 0);
	CHECK_RC(pthread_attr_setguardsize(&attr, 0), 0);
	seen = run(&attr);
	CHECK_EQ(seen.guard, 0);
	CHECK_RC(pthread_attr_setguardsize(&attr, 65536), 0);
	seen = run(&attr);
	CHECK_EQ(seen.guard, 65536);

	CHECK_RC(pthread_attr_setstack(&attr, own_stack, sizeof own_stack), 0);
	for (int round = 0; round < 3; round++) {
		seen = run(&attr);
		CHECK((char *)seen.local > own_stack && (char *)seen.local < own_stack + sizeof own_stack);
	}
	CHECK_RC(pthread_attr_destroy(&attr), 0);

	cpu_set_t cores;
	CHECK_RC(pthread_attr_init(&attr), 0);
	CHECK_RC(pthread_getaffinity_np(pthread_self(), sizeof cores, &cores), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &cores))
			continue;
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		CHECK_RC(pthread_attr_setaffinity_np(&attr, sizeof one, &one), 0);
		seen = run(&attr);
		CHECK(CPU_EQUAL(&seen.cores, &one));
		CHECK_EQ(seen.cpu, cpu);
		CPU_ZERO(&one);
		CHECK_RC(pthread_attr_getaffinity_np(&attr, sizeof one, &one), 0);
		CHECK_EQ(CPU_COUNT(&one), 1);
		CHECK(CPU_ISSET(cpu, &one));
	}
	CHECK_RC(pthread_attr_destroy(&attr), 0);

	pthread_t thread;
	CHECK_RC(pthread_attr_init(&attr), 0);
	CHECK_RC(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
	for (int round = 0; round < 20; round++) {
		finished = 0;
		REQUIRE(pthread_create(&thread, &attr, finish, 0) == 0);
		EVENTUALLY(__atomic_load_n(&finished, __ATOMIC_SEQ_CST));
	}
	CHECK_RC(pthread_attr_destroy(&attr), 0);

#ifdef __hermit__
	/* On Linux this takes a privilege. */
	CHECK_RC(pthread_attr_init(&attr), 0);
	CHECK_RC(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
	CHECK_RC(pthread_attr_setschedpolicy(&attr, SCHED_RR), 0);
	struct sched_param param = { 42 };
	CHECK_RC(pthread_attr_setschedparam(&attr, &param), 0);
	seen = run(&attr);
	CHECK_EQ(seen.policy, SCHED_RR);
	CHECK_EQ(seen.param.sched_priority, 42);
	CHECK_RC(pthread_attr_setinheritsched(&attr, PTHREAD_INHERIT_SCHED), 0);
	seen = run(&attr);
	CHECK_EQ(seen.policy, SCHED_OTHER);
	CHECK_EQ(seen.param.sched_priority, 0);
	CHECK_RC(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
	seen = run(&attr);
	CHECK_EQ(seen.policy, SCHED_FIFO);
	CHECK_EQ(seen.param.sched_priority, 42);
	CHECK_RC(pthread_setschedprio(pthread_self(), 43), 0);
	CHECK_EQ(sched_getscheduler(0), SCHED_FIFO);
	CHECK_EQ(sched_getparam(0, &param), 0);
	CHECK_EQ(param.sched_priority, 43);
	CHECK_RC(pthread_setschedprio(pthread_self(), 1000), EINVAL);
	param.sched_priority = 0;
	CHECK_RC(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param), 0);
	CHECK_RC(pthread_attr_destroy(&attr), 0);
#endif
	struct timespec slice;
	CHECK_EQ(sched_rr_get_interval(0, &slice), 0);
	CHECK(slice.tv_sec == 0);
}

/* The smallest stack is one on which the C library and the kernel can work. */
static void *print(void *arg)
{
	char text[64];
	struct timespec pause = { 0, 1000000 };
	int *answer = arg;
	snprintf(text, sizeof text, "%d %g %s", 42, 1.5, "text");
	*answer = strcmp(text, "42 1.5 text");
	fprintf(stderr, "%s\n", text);
	nanosleep(&pause, 0);
	free(malloc(100000));
	return arg;
}

static void smallest(void)
{
	enum { SMALL = 16384 };
	static char small[SMALL] __attribute__((aligned(4096)));
	pthread_attr_t attr;
	CHECK_RC(pthread_attr_init(&attr), 0);
	for (int own = 0; own < 2; own++) {
		if (own)
			CHECK_RC(pthread_attr_setstack(&attr, small, sizeof small), 0);
		else
			CHECK_RC(pthread_attr_setstacksize(&attr, SMALL), 0);
		pthread_t thread;
		int answer = -1;
		REQUIRE(pthread_create(&thread, &attr, print, &answer) == 0);
		pthread_attr_t seen;
		size_t size;
		void *address;
		CHECK_RC(pthread_getattr_np(thread, &seen), 0);
		CHECK_RC(pthread_attr_getstack(&seen, &address, &size), 0);
		/* glibc takes a larger one that is there. */
		CHECK(size == SMALL || (!own && size > SMALL));
		CHECK(!own || address == small);
		CHECK_RC(pthread_join(thread, 0), 0);
		CHECK_EQ(answer, 0);
		CHECK_RC(pthread_attr_destroy(&seen), 0);
	}
	CHECK_RC(pthread_attr_destroy(&attr), 0);
}

static void main_thread(void)
{
	pthread_attr_t attr;
	void *address;
	size_t size;
	CHECK_RC(pthread_getattr_np(pthread_self(), &attr), 0);
	CHECK_RC(pthread_attr_getstack(&attr, &address, &size), 0);
	CHECK((char *)&attr > (char *)address && (char *)&attr < (char *)address + size);
	CHECK_RC(pthread_attr_destroy(&attr), 0);
}

int main(void)
{
	values();
	honoured();
	smallest();
	main_thread();
	return check_done();
}
