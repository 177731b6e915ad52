/* What the simplest services cost: getpid, sched_yield with nobody else to run, malloc and the
 * first touch of fresh memory. The first of the three measurements that HermitCore's theses use.
 *
 * usage: basic [ROUNDS] */
#include "../ticks.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void show(const char *what, double cost, double rate)
{
	printf("%-36s %12.1f ticks %12.1f ns\n", what, cost, cost / rate);
}

/* Writes one byte in each `step` of fresh memory. */
static double first_touch(size_t step, size_t count)
{
	char *memory = mmap(NULL, step * count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -1;
	uint64_t start = ticks();
	for (size_t i = 0; i < count; i++)
		((volatile char *)memory)[i * step] = 1;
	double cost = (double)(ticks() - start) / count;
	munmap(memory, step * count);
	return cost;
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? atol(argv[1]) : 10000;
	if (rounds < 1) {
		fprintf(stderr, "usage: basic [ROUNDS]\n");
		return 2;
	}
	double rate = ticks_per_nanosecond();
	volatile long sink = 0;
	for (int i = 0; i < 100; i++) { /* warm the caches */
		sink += getpid();
		sched_yield();
		free(malloc(64));
	}
	show("getpid", TICKS_PER(rounds, sink += getpid()), rate);
	show("sched_yield", TICKS_PER(rounds, sched_yield()), rate);
	show("malloc and free, 64 bytes", TICKS_PER(rounds, void *volatile p = malloc(64); free(p)), rate);

	char **kept = calloc(rounds, sizeof *kept);
	if (kept == NULL)
		return 1;
	long i = 0;
	show("malloc, 64 bytes, kept", TICKS_PER(rounds, kept[i++] = malloc(64)), rate);
	while (i > 0)
		free(kept[--i]);
	free(kept);

	double small = first_touch(4096, 4096), large = first_touch(2 << 20, 16);
	if (small < 0 || large < 0) {
		perror("basic: mmap");
		return 1;
	}
	show("first touch, each 4 KiB", small, rate);
	show("first touch, each 2 MiB", large, rate);
	return 0;
}
