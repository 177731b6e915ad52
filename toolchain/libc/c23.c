/* Small functions of C23. */
#define _GNU_SOURCE
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A format has a precision and a conversion, and neither flags nor a width nor the type's letter. */
static char conversion(const char *format, int *precision)
{
	*precision = -1;
	if (*++format == '.') {
		char *end;
		long given = strtol(format + 1, &end, 10);
		*precision = given > INT_MAX ? INT_MAX : (int)given;
		format = end;
	}
	return *format;
}

int strfromd(char *restrict to, size_t size, const char *restrict format, double value)
{
	int precision;
	char whole[] = { '%', '.', '*', conversion(format, &precision), 0 };
	return snprintf(to, size, whole, precision, value);
}

int strfromf(char *restrict to, size_t size, const char *restrict format, float value)
{
	return strfromd(to, size, format, value);
}

int strfroml(char *restrict to, size_t size, const char *restrict format, long double value)
{
	int precision;
	char whole[] = { '%', '.', '*', 'L', conversion(format, &precision), 0 };
	return snprintf(to, size, whole, precision, value);
}

/* The compiler may not know that nobody reads what is set. */
void *memset_explicit(void *at, int value, size_t size)
{
	memset(at, value, size);
	__asm__ volatile("" : : "r"(at) : "memory");
	return at;
}

size_t memalignment(const void *at)
{
	return (uintptr_t)at & -(uintptr_t)at;
}
