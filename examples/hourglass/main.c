/* How quiet a core is: reads the time-stamp counter in a loop and notes every gap that is longer
 * than reading takes. What is in a gap is somebody else's: an interrupt, another thread, the
 * hypervisor. The third of the thesis' measurements.
 *
 * usage: hourglass [MILLISECONDS [THRESHOLD_NS]]
 *
 * The histogram has one line for each power of two. */
#include "../ticks.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	long milliseconds = argc > 1 ? atol(argv[1]) : 2000;
	long threshold = argc > 2 ? atol(argv[2]) : 1000;
	if (milliseconds < 1 || threshold < 1) {
		fprintf(stderr, "usage: hourglass [MILLISECONDS [THRESHOLD_NS]]\n");
		return 2;
	}
	double rate = ticks_per_nanosecond();
	uint64_t limit = (uint64_t)(threshold * rate);
	uint64_t histogram[64] = {0}, reads = 0, gaps = 0, lost = 0, longest = 0;

	uint64_t start = ticks(), last = start, end = start + (uint64_t)(milliseconds * 1e6 * rate);
	while (last < end) {
		uint64_t now = ticks(), gap = now - last;
		last = now;
		reads++;
		if (gap > limit) {
			gaps++;
			lost += gap;
			if (gap > longest)
				longest = gap;
			histogram[63 - __builtin_clzll((uint64_t)(gap / rate) | 1)]++;
		}
	}
	printf("%" PRIu64 " reads in %ld ms (%.1f ticks a ns), a read each %.1f ns\n", reads, milliseconds, rate,
	       (last - start) / rate / reads);
	printf("%" PRIu64 " gaps over %ld ns, %.3f %% of the time, the longest %.1f us\n", gaps, threshold,
	       100.0 * lost / (last - start), longest / rate / 1e3);
	for (int i = 0; i < 40; i++)
		if (histogram[i] > 0)
			printf("%12" PRIu64 " ns and more: %" PRIu64 "\n", (uint64_t)1 << i, histogram[i]);
	return 0;
}
