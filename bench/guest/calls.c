/* The simplest services: who am I, give up the core with nobody there to take it, the time. */
#include "measure.h"
#include <sched.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	struct timespec t;
	MEASURE("getpid", 2000, getpid());
	MEASURE("sched_yield, no other thread", 2000, sched_yield());
	MEASURE("clock_gettime", 2000, clock_gettime(CLOCK_MONOTONIC, &t));
	return 0;
}
