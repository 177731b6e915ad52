/* Adds numbers, with OpenMP where the build system has found it. */
long sum(const long *numbers, int count)
{
	long total = 0;
#pragma omp parallel for reduction(+ : total)
	for (int i = 0; i < count; i++)
		total += numbers[i];
	return total;
}
