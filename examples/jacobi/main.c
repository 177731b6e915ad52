/* Stationary heat in a square plate, by Jacobi's iteration.
 *
 * usage: jacobi [SIZE [THREADS]]      (SIZE inner points a side, default 64; THREADS: all cores)
 *
 * The temperature on the edge is that of u(x, y) = x*x - y*y, which satisfies Laplace's equation,
 * and so does its discretisation exactly: the iteration must converge to u itself. The program
 * checks both the residual and the distance from u and fails if either is too large. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

static double exact(int i, int j, int n)
{
	double x = (double)i / (n + 1), y = (double)j / (n + 1);
	return x * x - y * y;
}

/* One sweep from `old` to `new`; the largest change is the residual. */
static double sweep(const double *old, double *new, int n)
{
	int row = n + 2;
	double change = 0;
#pragma omp parallel for schedule(static) reduction(max : change)
	for (int i = 1; i <= n; i++)
		for (int j = 1; j <= n; j++) {
			const double *p = old + (size_t)i * row + j;
			double value = 0.25 * (p[-row] + p[row] + p[-1] + p[1]);
			change = fmax(change, fabs(value - *p));
			new[(size_t)i * row + j] = value;
		}
	return change;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 64;
	if (argc > 2)
		omp_set_num_threads(atoi(argv[2]));
	if (n < 1 || n > 20000 || (argc > 2 && atoi(argv[2]) < 1)) {
		fprintf(stderr, "usage: jacobi [SIZE [THREADS]]\n");
		return 2;
	}
	size_t points = (size_t)(n + 2) * (n + 2);
	double *old = malloc(points * sizeof *old), *new = malloc(points * sizeof *new);
	if (old == NULL || new == NULL) {
		fprintf(stderr, "jacobi: no memory for %d x %d points\n", n, n);
		return 1;
	}
	for (int i = 0; i < n + 2; i++)
		for (int j = 0; j < n + 2; j++) {
			int edge = i == 0 || j == 0 || i == n + 1 || j == n + 1;
			old[(size_t)i * (n + 2) + j] = new[(size_t)i * (n + 2) + j] = edge ? exact(i, j, n) : 0;
		}

	const double tolerance = 1e-9;
	long sweeps = 0, most = 20L * n * n + 1000;
	double residual, start = omp_get_wtime();
	do {
		residual = sweep(old, new, n);
		double *swap = old;
		old = new;
		new = swap;
		sweeps++;
	} while (residual > tolerance && sweeps < most);
	double seconds = omp_get_wtime() - start;

	double error = 0;
	for (int i = 1; i <= n; i++)
		for (int j = 1; j <= n; j++)
			error = fmax(error, fabs(old[(size_t)i * (n + 2) + j] - exact(i, j, n)));

	printf("jacobi: %d x %d points, %d threads, %ld sweeps in %.3f s\n", n, n, omp_get_max_threads(),
	       sweeps, seconds);
	/* The error of a converged iteration is about residual / (1 - convergence rate). */
	int good = residual <= tolerance && error <= tolerance * n * n;
	printf("residual %.1e, distance from the solution %.1e: %s\n", residual, error,
	       good ? "correct" : "WRONG");
	free(old);
	free(new);
	return good ? 0 : 1;
}
