/* EP, embarrassingly parallel: pairs of Gaussian deviates by the polar method, their sums, and how
 * many fall into each square annulus. */
#include "nas.h"

#include <math.h>

#define SEED 271828183ULL
/* Pairs of one block: what a thread makes at a time. */
#define BLOCK (1 << 16)

static const struct {
	int log2_pairs;
	double sx, sy;
} problems[] = {
	{ 24, -3.247834652034740e3, -6.958407078382297e3 },
	{ 25, -2.863319731645753e3, -6.320053679109499e3 },
	{ 28, -4.295875165629892e3, -1.580732573678431e4 },
};

int main(int argc, char **argv)
{
	int class = nas_class(argc, argv);
	long blocks = (1L << problems[class].log2_pairs) / BLOCK;
	double sx = 0, sy = 0;
	long annulus[10] = { 0 };

	double start = nas_seconds();
#pragma omp parallel for reduction(+ : sx, sy, annulus)
	for (long block = 0; block < blocks; block++) {
		uint64_t state = nas_skip(SEED, 2UL * BLOCK * block);
		for (int pair = 0; pair < BLOCK; pair++) {
			double x = 2 * nas_random(&state) - 1;
			double y = 2 * nas_random(&state) - 1;
			double t = x * x + y * y;
			if (t > 1)
				continue;
			double factor = sqrt(-2 * log(t) / t);
			x *= factor;
			y *= factor;
			sx += x;
			sy += y;
			annulus[(int)fmax(fabs(x), fabs(y))]++;
		}
	}
	double seconds = nas_seconds() - start;

	/* The accepted share of pairs is pi / 4. */
	long accepted = 0;
	for (int i = 0; i < 10; i++)
		accepted += annulus[i];
	int verified = nas_agrees("sum of X", sx, problems[class].sx, 1e-8) &
		       nas_agrees("sum of Y", sy, problems[class].sy, 1e-8) &
		       nas_agrees("accepted", accepted, blocks * (double)BLOCK * 0.785398163397, 1e-3);
	return nas_report("EP", class, verified, seconds);
}
