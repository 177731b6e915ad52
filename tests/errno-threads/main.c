/* errno belongs to the thread. */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#define THREADS 16
#define ROUNDS 2000

static int *addresses[THREADS];
static pthread_barrier_t together;

static void *body(void *argument)
{
	long number = (long)argument;
	addresses[number] = &errno;
	CHECK_EQ(errno, 0); /* a new thread's errno is zero */
	pthread_barrier_wait(&together);
	for (int i = 0; i < ROUNDS; i++) {
		errno = 1000 + number;
		if (i % 100 == 0)
			sched_yield();
		CHECK_EQ(errno, 1000 + number);
		if (number % 2) {
			CHECK_ERRNO(close(-1), EBADF);
		} else {
			CHECK_ERRNO(open("/no/such/file", O_RDONLY), ENOENT);
		}
	}
	pthread_barrier_wait(&together);
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	pthread_barrier_init(&together, NULL, THREADS);
	errno = 77;
	for (long i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, body, (void *)i) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(errno, 77);
	for (int i = 0; i < THREADS; i++)
		for (int j = 0; j < i; j++)
			CHECK(addresses[i] != addresses[j] && addresses[i] != &errno);
	return check_done();
}
