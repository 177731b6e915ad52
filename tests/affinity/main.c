/* Affinity: a thread runs only where its mask permits, masks are inherited and can be read back,
 * and those that permit no core are refused. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

static void *stay(void *argument)
{
	int core = (long)argument;
	cpu_set_t mask;
	CHECK_EQ(pthread_getaffinity_np(pthread_self(), sizeof mask, &mask), 0);
	CHECK(CPU_COUNT(&mask) == 1 && CPU_ISSET(core, &mask));
	for (int i = 0; i < 300; i++) {
		CHECK_EQ(sched_getcpu(), core);
		if (i % 3 == 0)
			sched_yield();
		if (i % 100 == 0)
			usleep(1000);
	}
	return NULL;
}

int main(void)
{
	int cores = sysconf(_SC_NPROCESSORS_ONLN);
	CHECK(cores >= 1);
	CHECK_EQ(sysconf(_SC_NPROCESSORS_CONF) >= cores, 1);
	cpu_set_t mask, original;
	CHECK_EQ(pthread_getaffinity_np(pthread_self(), sizeof original, &original), 0);
	CHECK_EQ(CPU_COUNT(&original), cores);

	for (int core = 0; core < cores; core++) {
		CPU_ZERO(&mask);
		CPU_SET(core, &mask);
		CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof mask, &mask), 0);
		CHECK_EQ(sched_getcpu(), core); /* it has moved when the call returns */
		pthread_t thread;
		REQUIRE(pthread_create(&thread, NULL, stay, (void *)(long)core) == 0); /* inherits */
		pthread_join(thread, NULL);
	}
	CHECK_EQ(sched_setaffinity(0, sizeof original, &original), 0);

	pthread_t threads[64];
	for (long i = 0; i < 2 * cores && i < 64; i++) {
		pthread_attr_t attributes;
		pthread_attr_init(&attributes);
		CPU_ZERO(&mask);
		CPU_SET(i % cores, &mask);
		CHECK_EQ(pthread_attr_setaffinity_np(&attributes, sizeof mask, &mask), 0);
		REQUIRE(pthread_create(&threads[i], &attributes, stay, (void *)(i % cores)) == 0);
	}
	for (int i = 0; i < 2 * cores && i < 64; i++)
		pthread_join(threads[i], NULL);

	CPU_ZERO(&mask);
	CHECK_RC(pthread_setaffinity_np(pthread_self(), sizeof mask, &mask), EINVAL);
	CPU_SET(1023, &mask);
	CHECK_RC(pthread_setaffinity_np(pthread_self(), sizeof mask, &mask), EINVAL);
	CHECK_EQ(sched_getaffinity(0, sizeof mask, &mask), 0);
	CHECK(CPU_EQUAL(&mask, &original));
	return check_done();
}
