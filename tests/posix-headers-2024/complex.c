#include <complex.h>

_Static_assert(sizeof(CMPLX(1, 2)) == 2 * sizeof(double) && sizeof(CMPLXF(1, 2)) == 2 * sizeof(float), "CMPLX");
_Static_assert(sizeof(CMPLXL(1, 2)) == 2 * sizeof(long double), "CMPLXL");
