#include <omp.h>

double parallel_sum(const double *values, int n, int *threads);
double parallel_sum(const double *values, int n, int *threads)
{
	double sum = 0;

#pragma omp parallel for reduction(+ : sum)
	for (int i = 0; i < n; i++)
		sum += values[i];
#pragma omp parallel
#pragma omp master
	*threads = omp_get_num_threads();
	return sum;
}

extern int square(int) __asm__("main.Square");

int call_back(int times);
int call_back(int times)
{
	int sum = 0;

	for (int i = 0; i < times; i++)
		sum += square(i);
	return sum;
}
