/* One program in three languages, all of them with OpenMP: C reads the arguments and prints, Fortran computes,
 * C++ sorts and reports errors by exceptions, which end at its border.
 *
 *     x86_64-hermit-gcc -O2 -fopenmp -c main.c
 *     x86_64-hermit-g++ -O2 -fopenmp -c statistics.cc
 *     x86_64-hermit-gfortran -O2 -fopenmp main.o statistics.o field.f90 -lstdc++ -o mixed
 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

/* field.f90: fills n values, returns their sum. */
double fill_field(double *values, int n);

/* statistics.cc: 0, or -1 with the reason. */
int median(const double *values, int n, double *result, char *reason, size_t size);

int main(int argc, char **argv)
{
	char *end = "";
	int n = argc > 1 ? strtol(argv[1], &end, 10) : 100001;
	if (argc > 2 || *end || n < 0) {
		fprintf(stderr, "usage: mixed [VALUES]\n");
		return 2;
	}
	double *values = malloc(n * sizeof *values + 1);
	if (!values) {
		perror("mixed");
		return 1;
	}
	double sum = fill_field(values, n);
	double check = 0;
#pragma omp parallel for reduction(+ : check)
	for (int i = 0; i < n; i++)
		check += values[i];
	char reason[80];
	double middle;
	if (median(values, n, &middle, reason, sizeof reason)) {
		fprintf(stderr, "mixed: %s\n", reason);
		return 1;
	}
	printf("%d values on %d threads: sum %.1f, median %.3f%s\n", n, omp_get_max_threads(), sum, middle,
	       check == sum ? "" : " (the languages disagree on the sum)");
	free(values);
	return check != sum;
}
