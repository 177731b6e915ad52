/* Sleeping: never too short, not much too long, to an absolute time, several at once, errors. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct timespec spec(int64_t ns)
{
	return (struct timespec){ns / 1000000000, ns % 1000000000};
}

/* On a busy host any single sleep may be late; one must not be, however long that takes. */
static void precision(int64_t ns)
{
	int64_t best = INT64_MAX;
	for (int i = 0; i < 10 || (best > 5000000 && i < 300); i++) {
		struct timespec pause = spec(ns);
		int64_t start = now(CLOCK_MONOTONIC);
		CHECK_EQ(nanosleep(&pause, NULL), 0);
		int64_t late = now(CLOCK_MONOTONIC) - start - ns;
		CHECK(late >= 0);
		if (late < best)
			best = late;
	}
	if (best > 5000000)
		CHECK_EQ(best, 0);
}

static void *one_of_many(void *argument)
{
	int64_t ns = (int64_t)argument * 1000000, start = now(CLOCK_MONOTONIC);
	struct timespec pause = spec(ns);
	CHECK_EQ(nanosleep(&pause, NULL), 0);
	int64_t slept = now(CLOCK_MONOTONIC) - start;
	CHECK(slept >= ns && slept < ns + 10000000000LL);
	return NULL;
}

int main(void)
{
	precision(1);
	precision(50000);
	precision(1000000);
	precision(30000000);
	int64_t start = now(CLOCK_MONOTONIC);
	CHECK_EQ(usleep(20000), 0);
	CHECK(now(CLOCK_MONOTONIC) - start >= 20000000);
	CHECK_EQ(sleep(0), 0);

	struct timespec t = spec(now(CLOCK_MONOTONIC) + 50000000);
	int64_t wanted = t.tv_sec * 1000000000LL + t.tv_nsec;
	CHECK_RC(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL), 0);
	CHECK(now(CLOCK_MONOTONIC) >= wanted);
	CHECK_RC(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL), 0); /* past: at once */
	t = spec(now(CLOCK_REALTIME) + 50000000);
	wanted = t.tv_sec * 1000000000LL + t.tv_nsec;
	CHECK_RC(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL), 0);
	CHECK(now(CLOCK_REALTIME) >= wanted);
	t = spec(0);
	start = now(CLOCK_MONOTONIC);
	CHECK_RC(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL), 0);
	CHECK(now(CLOCK_MONOTONIC) - start < 10000000000);

	pthread_t threads[20];
	for (int64_t i = 0; i < 20; i++) /* in no order */
		REQUIRE(pthread_create(&threads[i], NULL, one_of_many, (void *)(1 + i * 37 % 100)) == 0);
	for (int i = 0; i < 20; i++)
		pthread_join(threads[i], NULL);

	t = (struct timespec){0, 1000000000};
	CHECK_ERRNO(nanosleep(&t, NULL), EINVAL);
	t = (struct timespec){0, -1};
	CHECK_ERRNO(nanosleep(&t, NULL), EINVAL);
	t = (struct timespec){-1, 0};
	CHECK_ERRNO(nanosleep(&t, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL), EINVAL);
	t = (struct timespec){0, 1};
	CHECK_RC(clock_nanosleep(4711, 0, &t, NULL), EINVAL);
	return check_done();
}
