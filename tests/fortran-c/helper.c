#include <ISO_Fortran_binding.h>
#include <math.h>
#include <stdlib.h>

struct point {
	double x, y;
	int id;
};

extern int counter;

double length(struct point p)
{
	counter += p.id;
	return hypot(p.x, p.y);
}

void sort(int *values, int n, int (*before)(const void *, const void *))
{
	qsort(values, n, sizeof *values, before);
}

int *make_array(int n)
{
	int *array = malloc(n * sizeof *array);
	for (int i = 0; array && i < n; i++)
		array[i] = i * i;
	return array;
}

int sum_of(CFI_cdesc_t *array)
{
	int sum = 0;
	for (CFI_index_t j = 0; j < array->dim[1].extent; j++)
		for (CFI_index_t i = 0; i < array->dim[0].extent; i++) {
			CFI_index_t at[] = {i + array->dim[0].lower_bound, j + array->dim[1].lower_bound};
			sum += *(int *)CFI_address(array, at);
		}
	return sum;
}
