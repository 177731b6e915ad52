/* Old names of limits. */
#ifndef _VALUES_H
#define _VALUES_H
#include <limits.h>
#include <float.h>
#define CHARBITS	8
#define SHORTBITS	16
#define INTBITS		32
#define LONGBITS	64
#define PTRBITS		64
#define DOUBLEBITS	64
#define FLOATBITS	32
#define MINSHORT	SHRT_MIN
#define MININT		INT_MIN
#define MINLONG		LONG_MIN
#define MAXSHORT	SHRT_MAX
#define MAXINT		INT_MAX
#define MAXLONG		LONG_MAX
#define MAXDOUBLE	DBL_MAX
#define MAXFLOAT	FLT_MAX
#define MINDOUBLE	DBL_MIN
#define MINFLOAT	FLT_MIN
#define BITSPERBYTE	CHAR_BIT
#endif
