/* sincosl(), which newlib lacks and GCC makes of a sinl() and a cosl() of the same argument. */
#include <math.h>

void sincosl(long double, long double *, long double *);

void __attribute__((weak)) sincosl(long double x, long double *sine, long double *cosine) {
	*sine = sinl(x);
	/* To the compiler this is another argument; or it would call this very function. */
	__asm__("" : "+m"(x));
	*cosine = cosl(x);
}
