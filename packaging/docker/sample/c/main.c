#include <omp.h>
#include <stdio.h>

int main(void)
{
	int sum = 0;
#pragma omp parallel reduction(+ : sum)
	sum += omp_get_num_threads();
	printf("%d threads, sum %d\n", omp_get_max_threads(), sum);
	return 0;
}
