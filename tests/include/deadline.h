/* Deadlines and waiting for tests with threads. */
#ifndef HERMIT_TESTS_DEADLINE_H
#define HERMIT_TESTS_DEADLINE_H

#include <sched.h>
#include <time.h>

/* Now, or some milliseconds before or after, on this clock. */
__attribute__((unused)) static struct timespec deadline_ms(clockid_t clock, long ms)
{
	struct timespec t;
	clock_gettime(clock, &t);
	long long ns = t.tv_sec * 1000000000LL + t.tv_nsec + ms * 1000000LL;
	t.tv_sec = ns / 1000000000LL;
	t.tv_nsec = ns % 1000000000LL;
	return t;
}

/* Milliseconds of the monotonic clock. */
__attribute__((unused)) static long long now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

__attribute__((unused)) static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	nanosleep(&t, 0);
}

/* Waits until `condition` holds, thirty seconds at most. */
#define EVENTUALLY(condition)                                                                        \
	do {                                                                                        \
		long long end_ = now_ms() + 30000;                                                  \
		while (!(condition) && now_ms() < end_)                                             \
			sched_yield();                                                              \
		CHECK(condition);                                                                   \
	} while (0)

#endif
