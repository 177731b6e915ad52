/* Heat in a square plate: implicit Euler steps in time, the equations of each solved by Jacobi's
 * iteration.
 *
 * usage: jacobi [SIZE [THREADS]]      (SIZE inner points a side, default 256; THREADS: all cores)
 *
 * The edge is kept at 0, and the plate begins with sin(pi x) sin(pi y). That is an eigenfunction of
 * the discrete equations: each step must multiply it by a known factor, so the program can check
 * its result, as well as the residual of the last step. It fails if either is too large. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 5
#define COURANT 2.0 /* time step / distance of points squared */
#define TOLERANCE 1e-10

static const double pi = 3.14159265358979323846;

static double start_value(int i, int j, int n)
{
	return sin(pi * i / (n + 1)) * sin(pi * j / (n + 1));
}

/* One sweep over (1 + 4c) u - c (neighbours of u) = before; returns the largest change. */
static double sweep(const double *before, const double *old, double *new, int n)
{
	size_t row = n + 2;
	double change = 0;
#pragma omp parallel for schedule(static) reduction(max : change)
	for (int i = 1; i <= n; i++)
		for (int j = 1; j <= n; j++) {
			size_t at = i * row + j;
			double neighbours = old[at - row] + old[at + row] + old[at - 1] + old[at + 1];
			double value = (before[at] + COURANT * neighbours) / (1 + 4 * COURANT);
			double difference = fabs(value - old[at]);
			change = difference > change ? difference : change;
			new[at] = value;
		}
	return change;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 256;
	if (argc > 2)
		omp_set_num_threads(atoi(argv[2]));
	if (n < 1 || n > 20000 || (argc > 2 && atoi(argv[2]) < 1)) {
		fprintf(stderr, "usage: jacobi [SIZE [THREADS]]\n");
		return 2;
	}
	size_t row = n + 2, points = row * row;
	double *before = calloc(points, sizeof *before);
	double *old = calloc(points, sizeof *old), *new = calloc(points, sizeof *new);
	if (before == NULL || old == NULL || new == NULL) {
		fprintf(stderr, "jacobi: no memory for %d x %d points\n", n, n);
		return 1;
	}
#pragma omp parallel for schedule(static)
	for (int i = 1; i <= n; i++)
		for (int j = 1; j <= n; j++)
			old[i * row + j] = start_value(i, j, n);

	int sweeps = 0;
	double residual = 0, start = omp_get_wtime();
	for (int step = 0; step < STEPS; step++) {
#pragma omp parallel for schedule(static)
		for (size_t at = 0; at < points; at++)
			before[at] = old[at];
		do {
			residual = sweep(before, old, new, n);
			double *swap = old;
			old = new;
			new = swap;
			sweeps++;
		} while (residual > TOLERANCE && sweeps < 10000);
	}
	double seconds = omp_get_wtime() - start;

	double factor = pow(1 + 4 * COURANT * (1 - cos(pi / (n + 1))), -STEPS), error = 0;
#pragma omp parallel for schedule(static) reduction(max : error)
	for (int i = 1; i <= n; i++)
		for (int j = 1; j <= n; j++) {
			double difference = fabs(old[i * row + j] - factor * start_value(i, j, n));
			error = difference > error ? difference : error;
		}

	printf("jacobi: %d x %d points, %d threads, %d steps, %d sweeps in %.3f s\n", n, n,
	       omp_get_max_threads(), STEPS, sweeps, seconds);
	/* A change below the tolerance leaves an error of at most 4c times that in each step. */
	int good = residual <= TOLERANCE && error <= 4 * COURANT * STEPS * TOLERANCE * 2;
	printf("residual %.1e, distance from the solution %.1e: %s\n", residual, error,
	       good ? "correct" : "WRONG");
	free(before);
	free(old);
	free(new);
	return good ? 0 : 1;
}
