/* Every function of C99's math.h in float, double and long double against known values, special cases with
 * their exceptions, complex.h by identities, and fenv.h. */
#include <complex.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include "check.h"

#define HALF_PI	1.570796326794896619231321691639751442L

/* Within `units` units in the last place of the type with epsilon `epsilon`. */
static int near(long double actual, long double expected, long double epsilon, int units)
{
	if (isnan(expected))
		return isnan(actual);
	if (isinf(expected) || expected == 0)
		return actual == expected;
	return fabsl(actual - expected) <= units * epsilon * fabsl(expected);
}

static void compare(long double actual, long double expected, long double epsilon, const char *name, long double argument)
{
	check_count++;
	if (!near(actual, expected, epsilon, 4)) {
		check_failures++;
		fprintf(stderr, "%s(%.17Lg) is %.21Lg, not %.21Lg\n", name, argument, actual, expected);
	}
}

#define ONE(name, x, value)							\
	compare((name##f)(x), value, FLT_EPSILON, #name "f", x);		\
	compare((name)(x), value, DBL_EPSILON, #name, x);			\
	compare((name##l)(x), value, LDBL_EPSILON, #name "l", x)
#define TWO(name, x, y, value)							\
	compare((name##f)(x, y), value, FLT_EPSILON, #name "f", x);		\
	compare((name)(x, y), value, DBL_EPSILON, #name, x);			\
	compare((name##l)(x, y), value, LDBL_EPSILON, #name "l", x)

static void values(void)
{
	ONE(sin, 0.5, 0.479425538604203000273287935215571388L);
	ONE(cos, 0.5, 0.877582561890372716116281582603829652L);
	ONE(tan, 0.5, 0.546302489843790513255179465780285383L);
	ONE(asin, 0.5, 0.523598775598298873077107230546583814L);
	ONE(acos, 0.5, 1.04719755119659774615421446109316763L);
	ONE(atan, 0.5, 0.463647609000806116214256231461214402L);
	TWO(atan2, 1.0, -1.0, 2.35619449019234492884698253745962716L);
	ONE(sinh, 0.5, 0.521095305493747361622425626411491559L);
	ONE(cosh, 0.5, 1.12762596520638078522622516140267201L);
	ONE(tanh, 0.5, 0.462117157260009758502318483643672549L);
	ONE(asinh, 0.5, 0.481211825059603447497758913424368423L);
	ONE(acosh, 1.5, 0.962423650119206894995517826848736846L);
	ONE(atanh, 0.5, 0.549306144334054845697622618461852612L);
	ONE(exp, 0.5, 1.64872127070012814684865078781416357L);
	ONE(exp2, 0.5, 1.41421356237309504880168872420969808L);
	compare(exp10(0.5), 3.16227766016837933199889354443271853L, DBL_EPSILON, "exp10", 0.5);
	ONE(expm1, 0.0009765625, 0.000977039492416535242845292593229578L);
	ONE(log, 3.0, 1.09861228866810969139524523692252570L);
	ONE(log2, 3.0, 1.58496250072115618145373894394781651L);
	ONE(log10, 3.0, 0.477121254719662437295027903255115309L);
	ONE(log1p, 0.0009765625, 0.00097608597305545889596L);
	TWO(pow, 2.5, 3.5, 24.70529422006546353124L);
	TWO(hypot, 3.0, 4.0, 5.0L);
	ONE(sqrt, 2.0, 1.41421356237309504880168872420969808L);
	ONE(cbrt, 2.0, 1.25992104989487316476721060727822835L);
	ONE(erf, 0.5, 0.520499877813046537682746653891964529L);
	ONE(erfc, 0.5, 0.479500122186953462317253346108035471L);
	ONE(tgamma, 4.5, 11.6317283965674489291442L);
	ONE(lgamma, 4.5, 2.45373657084244222050414250343571615L);
	ONE(floor, -2.5, -3.0L);
	ONE(ceil, -2.5, -2.0L);
	ONE(trunc, -2.7, -2.0L);
	ONE(round, 2.5, 3.0L);
	ONE(round, -2.5, -3.0L);
	ONE(rint, 2.5, 2.0L);
	ONE(nearbyint, 3.5, 4.0L);
	ONE(fabs, -1.5, 1.5L);
	ONE(logb, 10.0, 3.0L);
	TWO(fmod, 7.5, -2.0, 1.5L);
	TWO(remainder, 7.5, 2.0, -0.5L);
	TWO(fdim, 3.0, 1.0, 2.0L);
	TWO(fdim, 1.0, 3.0, 0.0L);
	TWO(fmax, 1.0, NAN, 1.0L);
	TWO(fmin, NAN, 2.0, 2.0L);
	TWO(copysign, 3.0, -0.0, -3.0L);
	TWO(ldexp, 0.75, 4, 12.0L);
	TWO(scalbn, 0.75, -2, 0.1875L);
	TWO(scalbln, 0.75, 3L, 6.0L);
	CHECK(j0(1.0) == j0(-1.0) && fabs(j0(1.0) - 0.765197686557966551) < 1e-15 && fabs(j1(1.0) - 0.440050585744933516) < 1e-15);
	CHECK(fabs(jn(2, 1.0) - 0.114903484931900480) < 1e-15 && fabs(y0(1.0) - 0.088256964215676958) < 1e-15);
	CHECK(fabs(y1(1.0) + 0.781212821300288716) < 1e-15 && fabs(yn(2, 1.0) + 1.65068260681625446) < 1e-14);
	CHECK(fma(0x1.0000000000001p0, 0x1.0000000000001p0, -1.0) == 0x1.00000000000008p-51);
	CHECK(fmaf(0x1.000002p0f, 0x1.000002p0f, -1.0f) == 0x1p-22f && fmal(3.0L, 4.0L, 5.0L) == 17.0L);
	CHECK(nextafter(1.0, 2.0) == 1.0 + DBL_EPSILON && nextafterf(1.0f, 0.0f) == 1.0f - FLT_EPSILON / 2 && nextafterl(1.0L, 2.0L) == 1.0L + LDBL_EPSILON);
	CHECK(nexttoward(1.0, 2.0L) == 1.0 + DBL_EPSILON && nexttowardf(0.0f, 1.0L) == 0x1p-149f && nexttowardl(1.0L, 0.0L) < 1.0L);
	int exponent, quotient;
	double whole;
	float wholef;
	long double wholel;
	CHECK(frexp(12.0, &exponent) == 0.75 && exponent == 4);
	CHECK(frexpf(0.1f, &exponent) == 0.8f && exponent == -3);
	CHECK(frexpl(0x1p-16445L, &exponent) == 0.5L && exponent == -16444);
	CHECK(modf(-3.25, &whole) == -0.25 && whole == -3.0);
	CHECK(modff(3.25f, &wholef) == 0.25f && wholef == 3.0f && modfl(1e30L, &wholel) == 0 && wholel == 1e30L);
	CHECK(remquo(7.0, 2.0, &quotient) == -1.0 && (quotient & 7) == 4);
	CHECK(remquof(-7.0f, 2.0f, &quotient) == 1.0f && (-quotient & 7) == 4 && remquol(5.0L, 3.0L, &quotient) == -1.0L);
	CHECK(ilogb(10.0) == 3 && ilogbf(0.1f) == -4 && ilogbl(0x1p-16445L) == -16445 && ilogb(0.0) == FP_ILOGB0 && ilogb(INFINITY) == INT_MAX);
	CHECK(lrint(2.5) == 2 && lrintf(3.5f) == 4 && lrintl(-2.5L) == -2 && llrint(1e15 + 0.5) == 1000000000000000LL);
	CHECK(lround(2.5) == 3 && lroundf(-2.5f) == -3 && lroundl(0.4L) == 0 && llround(-0.5) == -1 && llroundl(1e18L) == 1000000000000000000LL);
	CHECK(signgam == 1 && (lgamma(-0.5), signgam == -1));
	int sign;
	CHECK(fabs(lgamma_r(-0.5, &sign) - 1.26551212348464539) < 1e-14 && sign == -1);
	double s, c;
	sincos(0.5, &s, &c);
	CHECK(s == sin(0.5) && c == cos(0.5));
	CHECK(drem(7.5, 2.0) == -0.5 && gamma(4.5) == lgamma(4.5));
	/* As it is called by programs: a macro would be a quotient of logarithms. */
	for (int power = -1022; power < 1024; power++)
		CHECK(log2(ldexp(1.0, power)) == power);
	/* Large arguments are reduced exactly. */
	compare(sin(1e22), -0.85220084976718880177L, DBL_EPSILON, "sin", 1e22L);
}

/* The exceptions that an expression raises. */
#define RAISES(expression, flags)							\
	do {										\
		feclearexcept(FE_ALL_EXCEPT);						\
		volatile double unused = (expression);					\
		(void)unused;								\
		CHECK_EQ(fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW), flags);	\
	} while (0)

static void special_cases(void)
{
	volatile double zero = 0, one = 1, minus = -1, huge = DBL_MAX, infinite = INFINITY, nan_ = NAN;
	RAISES(log(zero), FE_DIVBYZERO);
	RAISES(log(minus), FE_INVALID);
	RAISES(sqrt(minus), FE_INVALID);
	RAISES(one / zero, FE_DIVBYZERO);
	RAISES(zero / zero, FE_INVALID);
	RAISES(huge * huge, FE_OVERFLOW);
	RAISES(exp(huge), FE_OVERFLOW);
	RAISES(sin(infinite), FE_INVALID);
	RAISES(acos(one + one), FE_INVALID);
	RAISES(atanh(one), FE_DIVBYZERO);
	RAISES(fmod(one, zero), FE_INVALID);
	RAISES(pow(zero, minus), FE_DIVBYZERO);
	RAISES(sin(one), 0);
	RAISES(floor(one / 3), 0);
	CHECK(isinf(log(zero)) && log(zero) < 0 && isnan(log(minus)) && isnan(sqrt(minus)) && isinf(exp(huge)) && exp(-huge) == 0);
	CHECK(pow(nan_, 0.0) == 1 && pow(1.0, nan_) == 1 && isnan(pow(minus, 0.5)) && pow(zero, 0.0) == 1 && pow(-infinite, 3.0) == -infinite);
	CHECK(hypot(infinite, nan_) == infinite && isnan(fmax(nan_, nan_)) && atan2(zero, minus) == M_PI && atan2(-zero, minus) == -M_PI);
	CHECK(isnan(tgamma(minus)));
	CHECK(cbrt(-8.0) == -2 && signbit(sqrt(-zero)) && signbit(ceil(-0.5)) && signbit(sin(-zero)));
	CHECK(fabs(tgamma(5.0) - 24) < 1e-13 && isinf(tgamma(huge)) && erf(infinite) == 1 && erfc(-infinite) == 2);
	if (math_errhandling & MATH_ERRNO) {
		errno = 0;
		log(minus);
		CHECK_EQ(errno, EDOM);
		errno = 0;
		exp(huge);
		CHECK_EQ(errno, ERANGE);
		errno = 0;
		log(zero);
		CHECK_EQ(errno, ERANGE);
		errno = 0;
		sqrt(minus);
		CHECK_EQ(errno, EDOM);
		errno = 0;
		pow(zero, minus);
		CHECK_EQ(errno, ERANGE);
	}
	CHECK(fpclassify(zero) == FP_ZERO && fpclassify(one) == FP_NORMAL && fpclassify(infinite) == FP_INFINITE && fpclassify(nan_) == FP_NAN);
	CHECK(fpclassify(0x1p-1074) == FP_SUBNORMAL && fpclassify(0x1p-149f) == FP_SUBNORMAL && fpclassify(0x1p-16445L) == FP_SUBNORMAL);
	CHECK(isfinite(one) && !isfinite(infinite) && isnormal(one) && !isnormal(zero) && signbit(-zero) && !signbit(zero));
	CHECK(isgreater(one, zero) && !isgreater(nan_, zero) && isless(zero, one) && islessequal(one, one) && isgreaterequal(one, one));
	CHECK(islessgreater(zero, one) && isunordered(nan_, one) && !isunordered(zero, one));
	CHECK(isnan(nan("")) && isnan(nanf("1")) && isnan(nanl("")) && HUGE_VAL == INFINITY && finite(one) && !finite(infinite));
}

static void rounding(void)
{
	volatile double x = 2.5, third = 1.0, three = 3.0;
	CHECK_EQ(fegetround(), FE_TONEAREST);
	volatile double nearest = third / three;
	CHECK_EQ(fesetround(FE_UPWARD), 0);
	CHECK(fegetround() == FE_UPWARD && rint(x) == 3 && lrint(x) == 3 && third / three >= nearest && rint(-2.5) == -2);
	volatile double up = third / three;
	CHECK_EQ(fesetround(FE_DOWNWARD), 0);
	CHECK(rint(x) == 2 && rint(-2.5) == -3 && third / three < up);
	CHECK_EQ(fesetround(FE_TOWARDZERO), 0);
	CHECK(rint(x) == 2 && rint(-2.5) == -2 && nearbyint(-2.7) == -2 && round(x) == 3);
	CHECK_EQ(fesetround(FE_TONEAREST), 0);
	CHECK(fesetround(12345) != 0);

	CHECK_EQ(feclearexcept(FE_ALL_EXCEPT), 0);
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), 0);
	CHECK_EQ(feraiseexcept(FE_INVALID | FE_DIVBYZERO), 0);
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_INVALID | FE_DIVBYZERO);
	fexcept_t flag;
	CHECK_EQ(fegetexceptflag(&flag, FE_ALL_EXCEPT), 0);
	feclearexcept(FE_ALL_EXCEPT);
	CHECK_EQ(fesetexceptflag(&flag, FE_INVALID), 0);
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_INVALID);
	fenv_t environment;
	CHECK_EQ(fegetenv(&environment), 0);
	CHECK_EQ(feholdexcept(&environment), 0);
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), 0);
	fesetround(FE_UPWARD);
	feraiseexcept(FE_OVERFLOW);
	CHECK_EQ(feupdateenv(&environment), 0);
	CHECK((fetestexcept(FE_ALL_EXCEPT) & (FE_OVERFLOW | FE_INVALID)) == (FE_OVERFLOW | FE_INVALID));
	CHECK_EQ(fegetround(), FE_TONEAREST);
	CHECK_EQ(fesetenv(FE_DFL_ENV), 0);
	CHECK_EQ(fegetround(), FE_TONEAREST);
	CHECK_EQ(fegetexcept(), 0);
}

#define CLOSE(a, b, epsilon) CHECK(cabsl((long double complex)(a) - (long double complex)(b)) <= 8 * (epsilon) * cabsl(b))
#define COMPLEX(name, value)						\
	CLOSE((name##f)(0.5f + 0.25f * I), value, FLT_EPSILON);		\
	CLOSE((name)(0.5 + 0.25 * I), value, DBL_EPSILON);		\
	CLOSE((name##l)(0.5L + 0.25L * I), value, LDBL_EPSILON)

static void complex_numbers(void)
{
	long double complex z = 0.5L + 0.25L * I, i = I;
	COMPLEX(cexp, expl(0.5L) * (cosl(0.25L) + I * sinl(0.25L)));
	COMPLEX(clog, logl(cabsl(z)) + I * atan2l(0.25L, 0.5L));
	COMPLEX(csin, sinl(0.5L) * coshl(0.25L) + I * (cosl(0.5L) * sinhl(0.25L)));
	COMPLEX(ccos, cosl(0.5L) * coshl(0.25L) - I * (sinl(0.5L) * sinhl(0.25L)));
	COMPLEX(ctan, csinl(z) / ccosl(z));
	COMPLEX(csinh, sinhl(0.5L) * cosl(0.25L) + I * (coshl(0.5L) * sinl(0.25L)));
	COMPLEX(ccosh, coshl(0.5L) * cosl(0.25L) + I * (sinhl(0.5L) * sinl(0.25L)));
	COMPLEX(ctanh, csinhl(z) / ccoshl(z));
	COMPLEX(csqrt, cexpl(clogl(z) / 2));
	COMPLEX(casin, -i * clogl(i * z + csqrtl(1 - z * z)));
	COMPLEX(cacos, HALF_PI - casinl(z));
	COMPLEX(catan, (clogl(1 + i * z) - clogl(1 - i * z)) / (2 * i));
	COMPLEX(casinh, clogl(z + csqrtl(z * z + 1)));
	COMPLEX(cacosh, clogl(z + csqrtl(z + 1) * csqrtl(z - 1)));
	COMPLEX(catanh, (clogl(1 + z) - clogl(1 - z)) / 2);
	CLOSE((cpow)(0.5 + 0.25 * I, 2.0), z * z, DBL_EPSILON);
	CLOSE((cpowf)(0.5f + 0.25f * I, 2.0f), z * z, FLT_EPSILON);
	CLOSE((cpowl)(z, 2.0L), z * z, LDBL_EPSILON);
	CHECK((cabs)(3 + 4 * I) == 5 && (cabsf)(3 + 4 * I) == 5 && (cabsl)(3 + 4 * I) == 5);
	CHECK((carg)(-1.0) == M_PI && (creal)(1 + 2 * I) == 1 && (cimag)(1 + 2 * I) == 2 && (conj)(1 + 2 * I) == 1 - 2 * I);
	CHECK((cproj)(1 + 2 * I) == 1 + 2 * I && isinf((creal)((cproj)(INFINITY + I))) && (cargl)(I) == HALF_PI);
	CHECK((csqrt)(-4.0) == 2 * I && (cexp)(0) == 1);
	/* Multiplication and division as Annex G has them. */
	double complex infinite = CMPLX(INFINITY, NAN);
	CHECK(isinf(creal(infinite * (1 + I))) || isinf(cimag(infinite * (1 + I))));
}

#include <tgmath.h>

static void generic(void)
{
	CHECK(sizeof(sin(1.0f)) == sizeof(float) && sizeof(sin(1.0)) == sizeof(double) && sizeof(sin(1.0L)) == sizeof(long double));
	CHECK(sizeof(exp(1.0f * I)) == sizeof(float complex) && sizeof(pow(1.0L, 2)) == sizeof(long double));
	CHECK(exp(1.0L) == expl(1.0L) && cos(1.0f) == cosf(1.0f));
}

int main(void)
{
	values();
	special_cases();
	rounding();
	complex_numbers();
	generic();
	return check_done();
}
