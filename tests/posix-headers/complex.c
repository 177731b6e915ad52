#include <complex.h>
#include "check.h"

CONSTANTS(
	I, _Complex_I)
TYPE(complex double)
