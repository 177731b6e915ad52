/* Without variables a team has one thread a core; each of them can run on any. */
#include "check.h"
#include <omp.h>

int main(int argc, char **argv)
{
	int cores = argc > 1 ? atoi(argv[1]) : omp_get_num_procs();
	CHECK_EQ(omp_get_num_procs(), cores);
	CHECK_EQ(omp_get_max_threads(), cores);
	int count = 0;
#pragma omp parallel reduction(+ : count)
	count++;
	CHECK_EQ(count, cores);
	return check_done();
}
