/* malloc and free in several threads at the same time: argv[2] of them. The cost is the time for
 * all pairs divided by their number: it is no larger with many threads than with one if they do
 * not disturb each other, and smaller if there are cores for them. */
#include "measure.h"
#include <pthread.h>

#define BLOCKS 64

static long rounds;
static pthread_barrier_t barrier;

static void churn(long count)
{
	void *blocks[BLOCKS] = {0};
	for (long i = 0; i < count; i++) {
		int slot = i * 7 % BLOCKS;
		free(blocks[slot]);
		blocks[slot] = malloc(16 + i % 13 * 24);
		*(volatile char *)blocks[slot] = 1;
	}
	for (int i = 0; i < BLOCKS; i++)
		free(blocks[i]);
}

static void *body(void *argument)
{
	churn(1000);
	pthread_barrier_wait(&barrier);
	for (int repetition = 0; repetition < REPETITIONS; repetition++) {
		pthread_barrier_wait(&barrier);
		churn(rounds);
		pthread_barrier_wait(&barrier);
	}
	return argument;
}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	int count = argc > 2 ? atoi(argv[2]) : 1;
	rounds = measure_icount ? 10000 : 100000;
	pthread_t threads[64];
	pthread_barrier_init(&barrier, NULL, count + 1);
	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, body, NULL) != 0)
			return 1;
	pthread_barrier_wait(&barrier);
	double least = 1e300;
	for (int repetition = 0; repetition < REPETITIONS; repetition++) {
		/* Before the barrier: behind it this thread may be the last to get a core. */
		uint64_t start = measure_now();
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		double cost = (double)(measure_now() - start) / rounds / count;
		least = cost < least ? cost : least;
	}
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	char name[64];
	snprintf(name, sizeof name, "malloc+free, %d thread%s", count, count > 1 ? "s at once" : "");
	measure_report(name, least);
	return 0;
}
