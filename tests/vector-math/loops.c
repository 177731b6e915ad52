/* Loops that GCC makes calls for vectors of. */
#pragma GCC optimize("O3", "fast-math")
#define __FAST_MATH__ 1
#include <math.h>

double summed(const double *x, int count)
{
	double sum = 0;
	for (int i = 0; i < count; i++)
		sum += sin(x[i]) * exp(x[i]) + log(x[i]);
	return sum;
}

float summed_floats(const float *x, int count)
{
	float least = x[0] * 1e30f;
	for (int i = 0; i < count; i++) {
		float y = powf(x[i], 1.5f) + cosf(x[i]);
		least = y < least ? y : least;
	}
	return least;
}
