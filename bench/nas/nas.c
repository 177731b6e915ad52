#include "nas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char classes[] = "SWA";

uint64_t nas_skip(uint64_t x, uint64_t count)
{
	for (uint64_t power = NAS_MULTIPLIER; count != 0; count >>= 1) {
		if (count & 1)
			x = nas_step(x, power);
		power = nas_step(power, power);
	}
	return x;
}

/* For Fortran, which has no inline functions of C. */
double nas_random_next(uint64_t *x)
{
	return nas_random(x);
}

int nas_class(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[argc - 1] : "";
	const char *class = strlen(word) == 1 ? strchr(classes, word[0]) : NULL;
	if (class == NULL) {
		fprintf(stderr, "the last argument is a class: S, W or A\n");
		exit(2);
	}
	return (int)(class - classes);
}

double nas_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

int nas_agrees(const char *what, double got, double wanted, double error)
{
	/* Written so that NaN does not agree. */
	if (fabs((got - wanted) / wanted) <= error)
		return 1;
	fprintf(stderr, "%s is %.15g instead of %.15g\n", what, got, wanted);
	return 0;
}

int nas_report(const char *name, int class, int verified, double seconds)
{
	if (!verified) {
		fprintf(stderr, "%s, class %c: not verified\n", name, classes[class]);
		return 1;
	}
	printf("= %s, class %c\t%.2f\n", name, classes[class], seconds * 1e3);
	return 0;
}
