/* FT: a diffusion equation in a periodic box solved by three-dimensional Fourier transforms. */
#include "nas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 6
#define ALPHA 1e-6
#define LONGEST 256
/* Lines that are transformed at once: neighbours in memory, also where a line is not. */
#define LINES 8

typedef struct {
	double re, im;
} complex_number;

static const struct {
	int nx, ny, nz;
	complex_number sum[STEPS];
} problems[] = {
	{ 64, 64, 64,
	  { { 5.546087004964e+02, 4.845363331978e+02 },
	    { 5.546385409189e+02, 4.865304269511e+02 },
	    { 5.546148406171e+02, 4.883910722336e+02 },
	    { 5.545423607415e+02, 4.901273169046e+02 },
	    { 5.544255039624e+02, 4.917475857993e+02 },
	    { 5.542683411902e+02, 4.932597244941e+02 } } },
	{ 128, 128, 32,
	  { { 5.673612178944e+02, 5.293246849175e+02 },
	    { 5.631436885271e+02, 5.282149986629e+02 },
	    { 5.594024089970e+02, 5.270996558037e+02 },
	    { 5.560698047020e+02, 5.260027904925e+02 },
	    { 5.530898991250e+02, 5.249400845633e+02 },
	    { 5.504159734538e+02, 5.239212247086e+02 } } },
	{ 256, 256, 128,
	  { { 5.046735008193e+02, 5.114047905510e+02 },
	    { 5.059412319734e+02, 5.098809666433e+02 },
	    { 5.069376896287e+02, 5.098144042213e+02 },
	    { 5.077892868474e+02, 5.101336130759e+02 },
	    { 5.085233095391e+02, 5.104914655194e+02 },
	    { 5.091487099959e+02, 5.107917842803e+02 } } },
};

static int nx, ny, nz;
static size_t points;
/* exp(2 pi i k / LONGEST) */
static complex_number roots[LONGEST];

static inline complex_number times(complex_number a, complex_number b)
{
	return (complex_number){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

/* Transforms LINES interleaved lines of n elements in place, by Stockham's method: each pass reads
 * one buffer and writes the other in an order that leaves the result sorted. */
static void transform_lines(complex_number *line, complex_number *other, int n, int sign)
{
	complex_number *from = line, *to = other;
	for (int half = n / 2, stride = 1; half >= 1; half /= 2, stride *= 2) {
		for (int p = 0; p < half; p++) {
			complex_number root = roots[p * stride * (LONGEST / n)];
			root.im *= sign;
			for (int q = 0; q < stride * LINES; q++) {
				complex_number a = from[p * stride * LINES + q];
				complex_number b = from[(p + half) * stride * LINES + q];
				complex_number difference = { a.re - b.re, a.im - b.im };
				to[2 * p * stride * LINES + q] =
					(complex_number){ a.re + b.re, a.im + b.im };
				to[(2 * p + 1) * stride * LINES + q] = times(difference, root);
			}
		}
		complex_number *swap = from;
		from = to;
		to = swap;
	}
	if (from != line)
		memcpy(line, from, (size_t)n * LINES * sizeof *line);
}

/* Transforms LINES lines of n elements each: the elements of a line are `step` apart, the lines `apart`. */
static void transform_group(complex_number *at, int n, size_t step, size_t apart, int sign)
{
	complex_number line[LONGEST * LINES], other[LONGEST * LINES];
	for (int i = 0; i < n; i++)
		for (int l = 0; l < LINES; l++)
			line[i * LINES + l] = at[i * step + l * apart];
	transform_lines(line, other, n, sign);
	for (int i = 0; i < n; i++)
		for (int l = 0; l < LINES; l++)
			at[i * step + l * apart] = line[i * LINES + l];
}

static void transform(complex_number *u, int sign)
{
	size_t plane = (size_t)nx * ny;
#pragma omp parallel
	{
#pragma omp for collapse(2)
		for (int z = 0; z < nz; z++)
			for (int y = 0; y < ny; y += LINES)
				transform_group(u + z * plane + (size_t)y * nx, nx, 1, nx, sign);
#pragma omp for collapse(2)
		for (int z = 0; z < nz; z++)
			for (int x = 0; x < nx; x += LINES)
				transform_group(u + z * plane + x, ny, nx, 1, sign);
#pragma omp for collapse(2)
		for (int y = 0; y < ny; y++)
			for (int x = 0; x < nx; x += LINES)
				transform_group(u + (size_t)y * nx + x, nz, plane, 1, sign);
	}
}

static void make_start(complex_number *u)
{
#pragma omp parallel for
	for (int z = 0; z < nz; z++) {
		size_t first = (size_t)z * nx * ny;
		uint64_t state = nas_skip(NAS_SEED, 2 * first);
		for (size_t i = first; i < first + (size_t)nx * ny; i++) {
			u[i].re = nas_random(&state);
			u[i].im = nas_random(&state);
		}
	}
}

/* The frequency's square of index k. */
static double square(int k, int n)
{
	double frequency = k >= n / 2 ? k - n : k;
	return frequency * frequency;
}

/* How each frequency fades in one step of time. */
static void make_fading(double *fading)
{
#pragma omp parallel for collapse(2)
	for (int z = 0; z < nz; z++)
		for (int y = 0; y < ny; y++)
			for (int x = 0; x < nx; x++)
				fading[((size_t)z * ny + y) * nx + x] =
					exp(-4 * ALPHA * M_PI * M_PI *
					    (square(x, nx) + square(y, ny) + square(z, nz)));
}

static void evolve(complex_number *frequencies, complex_number *u, const double *fading)
{
#pragma omp parallel for
	for (size_t i = 0; i < points; i++) {
		frequencies[i].re *= fading[i];
		frequencies[i].im *= fading[i];
		u[i] = frequencies[i];
	}
}

static complex_number checksum(const complex_number *u)
{
	complex_number sum = { 0, 0 };
	for (int j = 1; j <= 1024; j++) {
		complex_number v = u[((size_t)(5 * j % nz) * ny + 3 * j % ny) * nx + j % nx];
		sum.re += v.re / points;
		sum.im += v.im / points;
	}
	return sum;
}

int main(int argc, char **argv)
{
	int class = nas_class(argc, argv);
	nx = problems[class].nx;
	ny = problems[class].ny;
	nz = problems[class].nz;
	points = (size_t)nx * ny * nz;
	complex_number *frequencies = malloc(points * sizeof *frequencies);
	complex_number *u = malloc(points * sizeof *u);
	double *fading = malloc(points * sizeof *fading);
	if (frequencies == NULL || u == NULL || fading == NULL) {
		fprintf(stderr, "out of memory\n");
		return 1;
	}
	for (int k = 0; k < LONGEST; k++)
		roots[k] = (complex_number){ cos(2 * M_PI * k / LONGEST), sin(2 * M_PI * k / LONGEST) };
	/* Once untimed: memory is backed, threads are there. */
	make_start(u);
	transform(u, -1);

	complex_number sums[STEPS];
	double start = nas_seconds();
	make_fading(fading);
	make_start(frequencies);
	transform(frequencies, -1);
	for (int step = 0; step < STEPS; step++) {
		evolve(frequencies, u, fading);
		transform(u, 1);
		sums[step] = checksum(u);
	}
	double seconds = nas_seconds() - start;

	int verified = 1;
	for (int step = 0; step < STEPS; step++) {
		complex_number wanted = problems[class].sum[step];
		verified &= nas_agrees("sum's real part", sums[step].re, wanted.re, 1e-12);
		verified &= nas_agrees("sum's imaginary part", sums[step].im, wanted.im, 1e-12);
	}
	return nas_report("FT", class, verified, seconds);
}
