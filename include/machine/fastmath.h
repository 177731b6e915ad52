/* What math.h adds under -ffast-math: loops may call the variants of these functions for vectors, which libm has by
 * the names of the x86-64 vector function ABI. Results are within 4 units in the last place. */
#ifndef HERMIT_MACHINE_FASTMATH_H
#define HERMIT_MACHINE_FASTMATH_H

#if defined __GNUC__ && !defined __clang__
#ifdef __cplusplus
extern "C" {
#endif

#define _HERMIT_SIMD __attribute__((__simd__("notinbranch")))

extern _HERMIT_SIMD double sin(double);
extern _HERMIT_SIMD double cos(double);
extern _HERMIT_SIMD double tan(double);
extern _HERMIT_SIMD double exp(double);
extern _HERMIT_SIMD double log(double);
extern _HERMIT_SIMD double log10(double);
extern _HERMIT_SIMD double pow(double, double);
extern _HERMIT_SIMD float sinf(float);
extern _HERMIT_SIMD float cosf(float);
extern _HERMIT_SIMD float tanf(float);
extern _HERMIT_SIMD float expf(float);
extern _HERMIT_SIMD float logf(float);
extern _HERMIT_SIMD float log10f(float);
extern _HERMIT_SIMD float powf(float, float);
#if __ISO_C_VISIBLE >= 1999
extern _HERMIT_SIMD double exp2(double);
extern _HERMIT_SIMD double log2(double);
extern _HERMIT_SIMD float exp2f(float);
extern _HERMIT_SIMD float log2f(float);
#endif

#undef _HERMIT_SIMD

#ifdef __cplusplus
}
#endif
#endif

#endif
