/* The time-stamp counter at main: with the one at the kernel's entry (bench/probe.S) it gives the
 * instructions from entry to main. */
#include "measure.h"

int main(void)
{
	measure_icount = 1;
	uint64_t now = measure_now();
	printf("= tsc at main\t%llu\n", (unsigned long long)now);
	return 0;
}
