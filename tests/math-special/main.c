/* Special values of every function of math.h and complex.h: C17 Annexes F and G, and what errno and the exceptions say.
 * Each result is a line, and the lines must be those of the host's C library; results that are not exact are
 * written with fewer digits than they have. They are a hundred thousand, so a function's name and the hash
 * of its lines are written; with an argument, the lines themselves, to see which of them differ. */
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "lines.h"

int lines_wanted;
static const char *function = "";
static uint64_t hash;

void say(const char *name, const char *format, ...)
{
	char line[400];
	va_list rest;
	va_start(rest, format);
	vsnprintf(line, sizeof line, format, rest);
	va_end(rest);
	if (lines_wanted) {
		printf("%s%s", name, line);
		return;
	}
	if (strcmp(name, function) != 0) {
		if (*function)
			printf("%s %016llx\n", function, (unsigned long long)hash);
		function = name;
		hash = 0xcbf29ce484222325;
	}
	/* FNV-1a */
	for (const char *c = line; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
}

/* What the last call said of its result: an exception only where it is all that happened, for C libraries
 * raise some on the way that nobody wants. */
static const char *problem(long double result)
{
	static char text[40];
	int raised = fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
	const char *what = raised & FE_INVALID ? " invalid" : "";
	if (isinf(result) && raised & FE_DIVBYZERO)
		what = " divbyzero";
	else if (isinf(result) && raised & FE_OVERFLOW)
		what = " overflow";
	int range = isinf(result) && *what && errno == ERANGE;
	snprintf(text, sizeof text, "%s%s", what, errno == EDOM ? " EDOM" : range ? " ERANGE" : "");
	return text;
}

static void begin(void)
{
	errno = 0;
	feclearexcept(FE_ALL_EXCEPT);
}

/* The text of a number; a NaN has no sign. */
static const char *text(long double x, int digits)
{
	static char texts[4][60];
	static int next;
	char *t = texts[next++ % 4];
	if (isnan(x))
		snprintf(t, 60, "nan");
	else
		snprintf(t, 60, "%.*Lg", digits, x);
	return t;
}

/* An argument, which only a reader wants to know. */
static const char *shown(long double x)
{
	return lines_wanted ? text(x, 21) : "";
}

#define LINE(name, type, digits, argument, second, call)								\
	do {													\
		begin();											\
		volatile type result = call;									\
		const char *what = problem(result);									\
		say(name, "(%s%s) = %s%s\n", shown(argument), second, text(result, digits), what);	\
	} while (0)

static const long double values[] = {
	0.0L, -0.0L, 1, -1, 0.5L, -0.5L, 1.5L, -1.5L, 2, -2, 2.5L, 3, -3, 4.5L, 10, -10, 25, 0.25L, -0.25L, 1e-5L, -1e-5L,
	100, -100, 1000, -1000, 12000, -12000, 1e5L, 0x1p25L, 0x1.8p26L, -0x1p31L, 0x1p53L, 1e10L, -1e10L, 0x1p63L, -0x1p63L,
	0x1p-30L, -0x1p-30L, 0x1p-70L, 0x1p-126L, 0x1p-140L, -0x1p-140L, 0x1p127L, -0x1p127L, 0x1.fffffep127L,
	INFINITY, -INFINITY, NAN,
};

/* The values that are there in the smaller types too. */
static const long double wide[] = { 0x1p200L, -0x1p200L, 0x1p-1022L, 0x1p-1060L, -0x1p-1060L, 0x1p1023L, -0x1p1023L, DBL_MAX, 0x1p-300L };
static const long double widest[] = { 0x1p5000L, -0x1p5000L, 0x1p-16382L, 0x1p-16440L, -0x1p-16440L, 0x1p16383L, -0x1p16383L, LDBL_MAX };

#define COUNT(array)	(sizeof array / sizeof *array)

/* Calls `line` with every value that the type has, as `x`. */
#define EACH(type, x, line)									\
	do {											\
		for (size_t i_##x = 0; i_##x < COUNT(values) + COUNT(wide) + COUNT(widest); i_##x++) {	\
			if ((i_##x >= COUNT(values) && sizeof(type) < sizeof(double)) ||	\
			    (i_##x >= COUNT(values) + COUNT(wide) && sizeof(type) < sizeof(long double)))	\
				break;								\
			volatile type x = i_##x < COUNT(values) ? values[i_##x] :		\
				i_##x < COUNT(values) + COUNT(wide) ? wide[i_##x - COUNT(values)] :	\
				widest[i_##x - COUNT(values) - COUNT(wide)];			\
			line;									\
		}										\
	} while (0)

#define ONE(name)										\
	EACH(float, x, LINE(#name "f", float, 5, x, "", (name##f)(x)));				\
	EACH(double, x, LINE(#name, double, 13, x, "", (name)(x)));				\
	EACH(long double, x, LINE(#name "l", long double, 15, x, "", (name##l)(x)))

#define PAIR(name, type, digits, suffix)							\
	EACH(type, x, EACH(type, y, {								\
		char second[70];								\
		snprintf(second, sizeof second, ", %s", shown(y));				\
		LINE(#name #suffix, type, digits, x, second, (name##suffix)(x, y));		\
	}))
#define TWO(name)										\
	PAIR(name, float, 5, f);								\
	PAIR(name, double, 13, );								\
	PAIR(name, long double, 15, l)

/* To an integer: outside of its range only the exception counts. */
#define INTEGER(name)										\
	EACH(float, x, LINE(#name "f", long double, 20, x, "", integer((name##f)(x))));		\
	EACH(double, x, LINE(#name, long double, 20, x, "", integer((name)(x))));		\
	EACH(long double, x, LINE(#name "l", long double, 20, x, "", integer((name##l)(x))))

static long double integer(long long n)
{
	return fetestexcept(FE_INVALID) ? 0 : n;
}

/* newlib does not declare it. */
long double lgammal_r(long double, int *);

static const int steps[] = { 0, 1, -1, 30, -30, 200, -200, 1100, -1100, 20000, -20000, INT_MAX, INT_MIN };
#define SCALE(name, type, digits, suffix)							\
	EACH(type, x, for (size_t i = 0; i < COUNT(steps); i++) {				\
		char second[30];								\
		snprintf(second, sizeof second, ", %d", steps[i]);				\
		LINE(#name #suffix, type, digits, x, second, (name##suffix)(x, steps[i]));	\
	})

/* The larger of 0 and -0 may be either. */
#define LIMIT(type, suffix)									\
	static type largest##suffix(type x, type y) { return fmax##suffix(x, y) + 0; }		\
	static type least##suffix(type x, type y) { return fmin##suffix(x, y) + 0; }
LIMIT(float, f)
LIMIT(double, )
LIMIT(long double, l)

/* glibc 2.36 takes -2^63 for an odd number here. */
#define POWER(type, suffix)									\
	static type power##suffix(type x, type y) { return isinf(x) && y == -0x1p63 ? 0 : (pow##suffix)(x, y); }
POWER(float, f)
POWER(double, )
POWER(long double, l)

/* glibc's erfcf(10), the second denormal number, should be the first. */
static float tailf(float x) { return x == 10 ? 0 : (erfcf)(x); }
static double tail(double x) { return (erfc)(x); }
static long double taill(long double x) { return (erfcl)(x); }

static void one(void)
{
	ONE(acos); ONE(asin); ONE(atan); ONE(cos); ONE(sin); ONE(tan);
	ONE(acosh); ONE(asinh); ONE(atanh); ONE(cosh); ONE(sinh); ONE(tanh);
	ONE(exp); ONE(exp2); ONE(expm1); ONE(log); ONE(log10); ONE(log1p); ONE(log2); ONE(logb);
	ONE(cbrt); ONE(fabs); ONE(sqrt); ONE(erf); ONE(tail); ONE(lgamma); ONE(tgamma);
	ONE(ceil); ONE(floor); ONE(nearbyint); ONE(rint); ONE(round); ONE(trunc);
	INTEGER(lrint); INTEGER(llrint); INTEGER(lround); INTEGER(llround); INTEGER(ilogb);
}

static void two(void)
{
	TWO(atan2); TWO(hypot); TWO(power); TWO(fmod); TWO(remainder); TWO(copysign); TWO(nextafter);
	TWO(fdim); TWO(largest); TWO(least);
	SCALE(ldexp, float, 5, f); SCALE(ldexp, double, 13, ); SCALE(ldexp, long double, 15, l);
	SCALE(scalbn, float, 5, f); SCALE(scalbn, double, 13, ); SCALE(scalbn, long double, 15, l);
	SCALE(scalbln, float, 5, f); SCALE(scalbln, double, 13, ); SCALE(scalbln, long double, 15, l);
	EACH(float, x, EACH(long double, y, LINE("nexttowardf", float, 21, x, shown(y), (nexttowardf)(x, y))));
	EACH(double, x, EACH(long double, y, LINE("nexttoward", double, 21, x, shown(y), (nexttoward)(x, y))));
}

/* Those with a second result. */
#define PARTS(type, digits, suffix)									\
	EACH(type, x, {											\
		int n = 0;										\
		LINE("frexp" #suffix, type, digits, x, "", (frexp##suffix)(x, &n));			\
		say("frexp" #suffix, "\t%d\n", isfinite(x) ? n : 0);					\
	});												\
	EACH(type, x, {											\
		type whole;										\
		LINE("modf" #suffix, type, digits, x, "", (modf##suffix)(x, &whole));			\
		say("modf" #suffix, "\t%s\n", text(whole, 21));						\
	});												\
	EACH(type, x, {											\
		int n = 0;										\
		LINE("lgamma_r" #suffix, type, digits, x, "", (lgamma##suffix##_r)(x, &n));		\
		say("lgamma_r" #suffix, "\t%d\n", isfinite(x) && (x > 0 || x != (floor##suffix)(x)) ? n : 0);	\
	});												\
	EACH(type, x, EACH(type, y, {									\
		int quotient = 0;									\
		LINE("remquo" #suffix, type, digits, x, shown(y), (remquo##suffix)(x, y, &quotient));	\
		if (isfinite(x) && y != 0 && !isnan(y))							\
			say("remquo" #suffix, "\t%d\n", quotient < 0 ? -(-quotient & 7) : quotient & 7);	\
	}))

static void parts(void)
{
	PARTS(float, 5, f);
	PARTS(double, 13, );
	PARTS(long double, 15, l);
}

/* Whether fma() sets errno is open: a range error may occur (C17 7.12.13.1). */
#define NO_ERROR(type, suffix)									\
	static type fused##suffix(type x, type y, type z)					\
	{											\
		type result = (fma##suffix)(x, y, z);						\
		errno = 0;									\
		return result;									\
	}
NO_ERROR(float, f)
NO_ERROR(double, )
NO_ERROR(long double, l)

/* Every third value, in three places. */
#define FUSED(type, digits, suffix)									\
	EACH(type, x, if (i_x % 3 == 0) EACH(type, y, if (i_y % 3 == 0) EACH(type, z, if (i_z % 3 == 0) {	\
		char rest[140];										\
		snprintf(rest, sizeof rest, ", %s, %s", shown(y), shown(z));			\
		LINE("fma" #suffix, type, 21, x, rest, fused##suffix(x, y, z));				\
	})))

static void products(void)
{
	FUSED(float, 5, f);
	FUSED(double, 13, );
	FUSED(long double, 15, l);
}

static void bessel(void)
{
	EACH(double, x, LINE("j0", double, 8, x, "", j0(x)));
	EACH(double, x, LINE("j1", double, 8, x, "", j1(x) + 0));
	EACH(double, x, LINE("jn", double, 8, x, "", jn(3, x)));
	EACH(double, x, LINE("y0", double, 8, x, "", y0(x)));
	EACH(double, x, LINE("y1", double, 8, x, "", y1(x)));
	EACH(double, x, LINE("yn", double, 8, x, "", yn(3, x)));
}

int main(int argc, char **argv)
{
	lines_wanted = argc > 1;
	one();
	two();
	parts();
	products();
	bessel();
	complex_functions();
	say("end", "\n");
	say("", "\n");
	return 0;
}
