/* Checks for guest tests: each failure is one line on stderr, and check_done() makes the exit
 * status of it. Safe to use from several threads; allocates nothing. */
#ifndef HERMIT_TESTS_CHECK_H
#define HERMIT_TESTS_CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_count;
static int check_failures;

__attribute__((unused)) static int check_report(int ok, const char *file, int line, const char *text)
{
	int error = errno;
	__atomic_add_fetch(&check_count, 1, __ATOMIC_RELAXED);
	if (!ok) {
		__atomic_add_fetch(&check_failures, 1, __ATOMIC_RELAXED);
		fprintf(stderr, "%s:%d: failed: %s (errno %d)\n", file, line, text, error);
		errno = error;
	}
	return ok;
}

__attribute__((unused)) static int check_equal(long long actual, long long expected, const char *file,
					       int line, const char *text)
{
	__atomic_add_fetch(&check_count, 1, __ATOMIC_RELAXED);
	if (actual != expected) {
		__atomic_add_fetch(&check_failures, 1, __ATOMIC_RELAXED);
		fprintf(stderr, "%s:%d: failed: %s is %lld, not %lld\n", file, line, text, actual, expected);
		return 0;
	}
	return 1;
}

/* The exit status: 0 when every check held. */
__attribute__((unused)) static int check_done(void)
{
	if (check_failures > 0) {
		printf("%d checks, %d failed\n", check_count, check_failures);
		return 1;
	}
	return 0;
}

#define CHECK(expr) check_report(!!(expr), __FILE__, __LINE__, #expr)
#define CHECK_EQ(actual, expected) \
	check_equal((long long)(actual), (long long)(expected), __FILE__, __LINE__, #actual)
/* A call that must return -1 and set errno to `number`. */
#define CHECK_ERRNO(call, number)                                                                   \
	do {                                                                                        \
		errno = 0;                                                                          \
		long long check_result_ = (long long)(call);                                        \
		int check_errno_ = errno;                                                           \
		check_equal(check_result_, -1, __FILE__, __LINE__, #call);                          \
		check_equal(check_errno_, (number), __FILE__, __LINE__, "errno of " #call);         \
	} while (0)
/* A call that returns its error number, as those of pthread.h do. */
#define CHECK_RC(call, number) check_equal((call), (number), __FILE__, __LINE__, #call)
#define REQUIRE(expr)                                                                               \
	do {                                                                                        \
		if (!check_report(!!(expr), __FILE__, __LINE__, #expr))                             \
			exit(check_done());                                                         \
	} while (0)

#endif
