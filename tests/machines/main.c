/* Boots everywhere: as many cores as asked for all run a thread at the same time, and the memory
 * that there is can be used. */
#include "check.h"
#include <pthread.h>
#include <unistd.h>

static pthread_barrier_t barrier;

static void *meet(void *argument)
{
	pthread_barrier_wait(&barrier);
	return argument;
}

int main(void)
{
	int cores = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[64];
	REQUIRE(cores >= 1 && cores <= 64);
	pthread_barrier_init(&barrier, NULL, cores);
	for (int i = 1; i < cores; i++)
		REQUIRE(pthread_create(&threads[i], NULL, meet, NULL) == 0);
	meet(NULL);
	for (int i = 1; i < cores; i++)
		pthread_join(threads[i], NULL);
	long pages = sysconf(_SC_PHYS_PAGES), available = sysconf(_SC_AVPHYS_PAGES);
	CHECK(pages > 0 && available > 0 && available <= pages);
	size_t size = 1 << 20;
	char *memory = malloc(size);
	REQUIRE(memory != NULL);
	memset(memory, 1, size);
	printf("%d cores\n", cores);
	return check_done();
}
