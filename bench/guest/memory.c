/* The C library's heap and the first touch of fresh pages. */
#include "measure.h"
#include <sys/mman.h>

#define KEPT 2000
#define LARGE 32

static void *kept[KEPT];

/* One byte written in each `step` of `count` steps of fresh memory. */
static double first_touch(size_t step, size_t count)
{
	double least = 1e300;
	for (int repetition = 0; repetition < REPETITIONS; repetition++) {
		size_t align = 2 << 20;
		char *memory = mmap(NULL, step * count + align, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED) {
			perror("mmap");
			exit(1);
		}
		volatile char *first = (char *)(((uintptr_t)memory + align - 1) & -align);
		uint64_t start = measure_now();
		for (size_t i = 0; i < count; i++)
			first[i * step] = 1;
		double cost = (double)(measure_now() - start) / count;
		least = cost < least ? cost : least;
		munmap(memory, step * count + align);
	}
	return least;
}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	void *volatile block;
	MEASURE("malloc+free 64", 2000, block = malloc(64); free(block));
	MEASURE("malloc+free 64 KiB", 1000, block = malloc(65536); free(block));

	double least = 1e300;
	/* Never freed, so it is always fresh memory, its first touch included. */
	for (int repetition = 0; repetition < REPETITIONS; repetition++) {
		uint64_t start = measure_now();
		for (int i = 0; i < KEPT; i++)
			kept[i] = malloc(64);
		double cost = (double)(measure_now() - start) / KEPT;
		least = cost < least ? cost : least;
	}
	measure_report("malloc 64, kept", least);

	double large = 1e300;
	for (int repetition = 0; repetition < REPETITIONS; repetition++) {
		uint64_t start = measure_now();
		for (int i = 0; i < LARGE; i++) {
			kept[i] = malloc(1 << 20);
			*(volatile char *)kept[i] = 1;
		}
		double cost = (double)(measure_now() - start) / LARGE;
		large = cost < large ? cost : large;
		for (int i = 0; i < LARGE; i++)
			free(kept[i]);
	}
	measure_report("malloc 1 MiB, kept", large);

	measure_report("first touch, each 4 KiB", first_touch(4096, 4096));
	measure_report("first touch, each 2 MiB", first_touch(2 << 20, 16));
	return 0;
}
