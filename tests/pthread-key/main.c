/* Thread-specific data: limits, destructors and their rounds, deleted keys. */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include "check.h"

static pthread_key_t key, again, quiet;
static int destroyed, rounds, sum;

static void destroy(void *value)
{
	/* POSIX: the value is null when its destructor runs. */
	CHECK(pthread_getspecific(key) == 0);
	destroyed += (int)(long)value;
}

static void set_again(void *value)
{
	rounds++;
	pthread_setspecific(again, value);
}

static void *use(void *arg)
{
	CHECK(pthread_getspecific(key) == 0);
	CHECK_RC(pthread_setspecific(key, arg), 0);
	CHECK_RC(pthread_setspecific(again, arg), 0);
	CHECK_RC(pthread_setspecific(quiet, arg), 0);
	CHECK(pthread_getspecific(key) == arg);
	return 0;
}

static void add(void *value)
{
	__atomic_add_fetch(&sum, (int)(long)value, __ATOMIC_SEQ_CST);
}

static pthread_key_t many[PTHREAD_KEYS_MAX];
static int made;

static void *use_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < made; i++)
		CHECK(pthread_getspecific(many[i]) == 0);
	for (int i = 0; i < made; i++)
		CHECK_RC(pthread_setspecific(many[i], (void *)1L), 0);
	for (int i = 0; i < made; i++)
		CHECK(pthread_getspecific(many[i]) == (void *)1L);
	return 0;
}

static void *leave(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_setspecific(key, (void *)7L), 0);
	pthread_exit(0);
}

int main(void)
{
	pthread_t thread;
	CHECK_RC(pthread_key_create(&key, destroy), 0);
	CHECK_RC(pthread_key_create(&again, set_again), 0);
	CHECK_RC(pthread_key_create(&quiet, 0), 0);
	CHECK(pthread_getspecific(key) == 0);
	CHECK_RC(pthread_setspecific(key, (void *)1000L), 0);
	REQUIRE(pthread_create(&thread, 0, use, (void *)5L) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	CHECK_EQ(destroyed, 5);
	CHECK_EQ(rounds, PTHREAD_DESTRUCTOR_ITERATIONS);
	REQUIRE(pthread_create(&thread, 0, leave, 0) == 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	CHECK_EQ(destroyed, 12);
	CHECK(pthread_getspecific(key) == (void *)1000L);

	/* A deleted key's value is not seen through the next key. */
	CHECK_RC(pthread_key_delete(key), 0);
	CHECK_RC(pthread_key_delete(key), EINVAL);
	CHECK_RC(pthread_setspecific(key, 0), EINVAL);
	CHECK(pthread_getspecific(key) == 0);
	CHECK_RC(pthread_key_create(&key, 0), 0);
	CHECK(pthread_getspecific(key) == 0);
	CHECK_RC(pthread_setspecific(PTHREAD_KEYS_MAX + 5, 0), EINVAL);
	CHECK_RC(pthread_key_delete(PTHREAD_KEYS_MAX + 5), EINVAL);

	while (made < PTHREAD_KEYS_MAX && pthread_key_create(&many[made], add) == 0)
		made++;
	CHECK(made >= 128);
	CHECK_RC(pthread_key_create(&key, 0), EAGAIN);
	for (int round = 0; round < 3; round++) {
		REQUIRE(pthread_create(&thread, 0, use_many, 0) == 0);
		REQUIRE(pthread_join(thread, 0) == 0);
		CHECK_EQ(sum, made * (round + 1));
	}
	for (int i = 0; i < made; i++)
		CHECK_RC(pthread_key_delete(many[i]), 0);
	return check_done();
}
