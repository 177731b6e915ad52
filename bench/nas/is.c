/* IS, integer sort: ranks of keys that are sums of four random numbers, ten times with two keys
 * changed each time, then the sort itself. */
#include "nas.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITERATIONS 10
#define PROBES 5

/* After iteration i the rank of probe p must be rank[p] + i + `low` for the first `rising` probes, which
 * a new small key comes before, and rank[p] - i - `high` for the others. */
static const struct {
	int log2_keys, log2_values;
	int probe[PROBES], rank[PROBES];
	int rising, low, high;
} problems[] = {
	{ 16, 11, { 48427, 17148, 23627, 62548, 4431 }, { 0, 18, 346, 64917, 65463 }, 3, 0, 0 },
	{ 20, 16, { 357773, 934767, 875723, 898999, 404505 },
	  { 1249, 11698, 1039987, 1043896, 1048018 }, 2, -2, 0 },
	{ 23, 19, { 2112377, 662041, 5336171, 3642833, 4250760 },
	  { 104, 17523, 123928, 8288932, 8388264 }, 3, -1, -1 },
};

static int *keys, *counts, *below;
static int key_count, value_count;

static void make_keys(void)
{
#pragma omp parallel
	{
		long threads = omp_get_num_threads(), me = omp_get_thread_num();
		long first = key_count * me / threads, end = key_count * (me + 1) / threads;
		uint64_t state = nas_skip(NAS_SEED, 4 * first);
		for (long i = first; i < end; i++) {
			double sum = nas_random(&state);
			for (int k = 1; k < 4; k++)
				sum += nas_random(&state);
			keys[i] = (int)(value_count / 4 * sum);
		}
	}
}

/* below[v]: how many keys are less than v. Each thread counts its part of the keys in a table of its
 * own; then each adds up a part of the values. */
static void rank_keys(void)
{
	static int part_sum[256];
#pragma omp parallel
	{
		int threads = omp_get_num_threads(), me = omp_get_thread_num();
		int *mine = counts + (size_t)me * value_count;
		memset(mine, 0, value_count * sizeof *mine);
#pragma omp for schedule(static)
		for (int i = 0; i < key_count; i++)
			mine[keys[i]]++;

		int first = (long)value_count * me / threads;
		int end = (long)value_count * (me + 1) / threads;
		int sum = 0;
		for (int v = first; v < end; v++) {
			below[v] = sum;
			for (int t = 0; t < threads; t++)
				sum += counts[(size_t)t * value_count + v];
		}
		part_sum[me] = sum;
#pragma omp barrier
		int before = 0;
		for (int t = 0; t < me; t++)
			before += part_sum[t];
		for (int v = first; v < end; v++)
			below[v] += before;
	}
}

static int ranks_agree(int class, int iteration, const int *probes)
{
	int agree = 1;
	for (int p = 0; p < PROBES; p++) {
		int wanted = problems[class].rank[p];
		wanted += p < problems[class].rising ? iteration + problems[class].low :
						       -iteration - problems[class].high;
		if (below[probes[p]] != wanted) {
			fprintf(stderr, "iteration %d: rank %d of probe %d instead of %d\n", iteration,
				below[probes[p]], p, wanted);
			agree = 0;
		}
	}
	return agree;
}

static void change_keys(int iteration)
{
	keys[iteration] = iteration;
	keys[iteration + ITERATIONS] = value_count - iteration;
}

/* Puts every key at its rank and looks whether they are in order. */
static int sorts(void)
{
	int *sorted = malloc(key_count * sizeof *sorted);
	for (int i = 0; i < key_count; i++)
		sorted[below[keys[i]]++] = keys[i];
	int errors = 0;
#pragma omp parallel for reduction(+ : errors)
	for (int i = 1; i < key_count; i++)
		errors += sorted[i - 1] > sorted[i];
	free(sorted);
	if (errors != 0)
		fprintf(stderr, "%d keys out of order\n", errors);
	return errors == 0;
}

int main(int argc, char **argv)
{
	int class = nas_class(argc, argv), threads = omp_get_max_threads();
	if (threads > 256) {
		fprintf(stderr, "at most 256 threads\n");
		return 2;
	}
	key_count = 1 << problems[class].log2_keys;
	value_count = 1 << problems[class].log2_values;
	keys = malloc(key_count * sizeof *keys);
	below = malloc(value_count * sizeof *below);
	counts = malloc((size_t)threads * value_count * sizeof *counts);
	if (keys == NULL || below == NULL || counts == NULL) {
		fprintf(stderr, "out of memory\n");
		return 1;
	}
	make_keys();
	/* Once untimed: memory is backed, threads are there. */
	change_keys(1);
	rank_keys();

	int verified = 1, probes[PROBES];
	double start = nas_seconds();
	for (int iteration = 1; iteration <= ITERATIONS; iteration++) {
		change_keys(iteration);
		for (int p = 0; p < PROBES; p++)
			probes[p] = keys[problems[class].probe[p]];
		rank_keys();
		verified &= ranks_agree(class, iteration, probes);
	}
	double seconds = nas_seconds() - start;
	verified &= sorts();
	return nas_report("IS", class, verified, seconds);
}
