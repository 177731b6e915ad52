/* Stacks: the size asked for can be used to its end, is backed only where touched, and ends in a
 * guard; large thread-local storage is there for every thread. */
#include "check.h"
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <limits.h>

static __thread char large[300 * 1024];
static __thread int initialised = 1234;
static __thread char aligned[64] __attribute__((aligned(1024)));

/* Uses `bytes` of stack. */
__attribute__((noinline)) static int use_stack(size_t bytes)
{
	volatile char frame[1024];
	memset((void *)frame, 1, sizeof frame);
	if (bytes > 2048)
		return use_stack(bytes - 1100) + frame[7];
	return frame[3];
}

static void *body(void *argument)
{
	CHECK_EQ(initialised, 1234);
	CHECK_EQ((uintptr_t)aligned % 1024, 0);
	int zero = 1;
	for (size_t i = 0; i < sizeof large; i += 500)
		zero &= large[i] == 0;
	CHECK(zero);
	memset(large, 7, sizeof large);
	initialised = 1;
	CHECK(use_stack((size_t)argument) > 0);
	return large;
}

int main(void)
{
	CHECK(use_stack(512 * 1024) > 0); /* main's own stack */

	/* 40 threads one after another and at once, each with its own thread-local storage. */
	pthread_attr_t attributes;
	REQUIRE(pthread_attr_init(&attributes) == 0);
	for (size_t size = 512 * 1024; size <= 16 << 20; size *= 2) {
		REQUIRE(pthread_attr_setstacksize(&attributes, size) == 0);
		pthread_t thread;
		REQUIRE(pthread_create(&thread, &attributes, body, (void *)(size - size / 4 - 320 * 1024 + 1)) == 0);
		CHECK_EQ(pthread_join(thread, NULL), 0);
	}
	/* 40 stacks of 64 MiB: 2.5 GiB of addresses, little memory. */
	REQUIRE(pthread_attr_setstacksize(&attributes, 64 << 20) == 0);
	pthread_t threads[40];
	for (int i = 0; i < 40; i++)
		REQUIRE(pthread_create(&threads[i], &attributes, body, (void *)20000) == 0);
	for (int i = 0; i < 40; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);

	/* A stack that the program brings along. */
	size_t size = 1 << 20;
	char *own = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(own != MAP_FAILED);
	REQUIRE(pthread_attr_setstack(&attributes, own, size) == 0);
	pthread_t thread;
	REQUIRE(pthread_create(&thread, &attributes, body, (void *)100000) == 0);
	void *result;
	CHECK_EQ(pthread_join(thread, &result), 0);
	int touched = 0;
	for (size_t i = 0; i < size; i += 64)
		touched |= own[i] != 0;
	CHECK(touched);
	CHECK_RC(pthread_attr_setstacksize(&attributes, 100), EINVAL);
	for (size_t i = 0; i < sizeof large; i += 500)
		if (large[i] != 0) {
			CHECK(!"main's thread-local storage is untouched");
			break;
		}
	return check_done();
}
