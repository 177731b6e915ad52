/* OMP_PROC_BIND, OMP_PLACES and GOMP_CPU_AFFINITY decide where each thread of a team runs. The
 * program prints the core of each thread, in order; test.conf knows what it must be. */
#define _GNU_SOURCE
#include "check.h"
#include <omp.h>
#include <sched.h>

int main(void)
{
	int core[64], bound[64], threads = 0;
#pragma omp parallel
	{
		int me = omp_get_thread_num();
		cpu_set_t mask;
		CPU_ZERO(&mask);
		sched_getaffinity(0, sizeof mask, &mask);
		for (volatile int i = 0; i < 100000; i++)
			;
#pragma omp barrier
		core[me] = sched_getcpu();
		bound[me] = CPU_COUNT(&mask);
#pragma omp single
		threads = omp_get_num_threads();
		CHECK(CPU_ISSET(core[me], &mask));
	}
	printf("places %d, bind %d, cores", omp_get_num_places(), (int)omp_get_proc_bind());
	for (int i = 0; i < threads; i++)
		printf(" %d", bound[i] == 1 ? core[i] : -1);
	printf("\n");
	return check_done();
}
