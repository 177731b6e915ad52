/* Functions of math.h, called as a compiler that does not know them calls them. */
#include "measure.h"
#include <math.h>

static volatile double result;
static volatile float result_f;
static double arguments[64];

#define ONE(name)									\
	{										\
		double (*volatile function)(double) = name;				\
		unsigned at = 0;							\
		MEASURE(#name, 2048, result = function(arguments[at++ % 64]));		\
	}
#define ONE_FLOAT(name)									\
	{										\
		float (*volatile function)(float) = name;				\
		unsigned at = 0;							\
		MEASURE(#name, 2048, result_f = function(arguments[at++ % 64]));	\
	}
#define TWO(name)									\
	{										\
		double (*volatile function)(double, double) = name;			\
		unsigned at = 0;							\
		MEASURE(#name, 2048, result = function(arguments[at++ % 64], 1.5));	\
	}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	for (int i = 0; i < 64; i++)
		arguments[i] = 0.37 + i * 0.41;

	ONE(sqrt);
	ONE(floor);
	TWO(fmax);
	double (*volatile fused)(double, double, double) = fma;
	MEASURE("fma", 2048, result = fused(1.1, 2.2, 3.3));
	TWO(hypot);
	ONE(exp);
	ONE(log);
	TWO(pow);
	ONE(sin);
	ONE(tan);
	void (*volatile both)(double, double *, double *) = sincos;
	unsigned at = 0;
	MEASURE("sincos", 2048, double sine; double cosine; both(arguments[at++ % 64], &sine, &cosine);
		result = sine + cosine);
	ONE(atan);
	ONE(tanh);
	ONE_FLOAT(expf);
	ONE_FLOAT(sinf);
	return 0;
}
