/* ecvt(), fcvt() and gcvt(). NULL is no memory. */
#include <reent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *_dtoa_r(struct _reent *, double, int, int, int *, int *, char **);

/* Each thread's result, which _reclaim_reent() frees, and how large that is. */
_Thread_local char *_tls_cvtbuf;
_Thread_local int _tls_cvtlen;

static char *room_for(int size)
{
	if (size > _tls_cvtlen) {
		char *larger = realloc(_tls_cvtbuf, (size_t)size);
		if (!larger)
			return NULL;
		_tls_cvtbuf = larger;
		_tls_cvtlen = size;
	}
	return _tls_cvtbuf;
}

/* Writes digits of a number, with mode 2 so many, with mode 3 so many behind the point, into a buffer or each thread's. */
static char *digits_of(double value, int mode, int wanted, int *point, int *sign, char *buffer)
{
	char *end;
	const char *digits = _dtoa_r(_REENT, value, mode, wanted, point, sign, &end);
	if (!digits)
		return NULL;
	int length = (int)(end - digits), size = *point == 9999 ? length : mode == 2 ? wanted : *point + wanted;
	if (!buffer)
		buffer = room_for((size > length ? size : length) + 1);
	if (!buffer)
		return NULL;
	memcpy(buffer, digits, (size_t)length);
	while (length < size)
		buffer[length++] = '0';
	buffer[length] = 0;
	return buffer;
}

char *ecvtbuf(double value, int digits, int *point, int *sign, char *buffer)
{
	buffer = digits_of(value, 2, digits > 1 ? digits : 1, point, sign, buffer);
	if (buffer && digits <= 0)
		*buffer = 0;
	return buffer;
}

char *fcvtbuf(double value, int digits, int *point, int *sign, char *buffer)
{
	return digits_of(value, 3, digits > 0 ? digits : 0, point, sign, buffer);
}

char *ecvt(double value, int digits, int *point, int *sign)
{
	return ecvtbuf(value, digits, point, sign, NULL);
}

char *fcvt(double value, int digits, int *point, int *sign)
{
	return fcvtbuf(value, digits, point, sign, NULL);
}

char *gcvt(double value, int digits, char *buffer)
{
	return sprintf(buffer, "%.*g", digits, value) < 0 ? NULL : buffer;
}

char *ecvtf(float value, int digits, int *point, int *sign)
{
	return ecvt(value, digits, point, sign);
}

char *fcvtf(float value, int digits, int *point, int *sign)
{
	return fcvt(value, digits, point, sign);
}

char *gcvtf(float value, int digits, char *buffer)
{
	return gcvt(value, digits, buffer);
}

/* newlib's own: the first without a sign, both with a point in any case if `point` says so. */

char *_gcvt(struct _reent *reent, double value, int digits, char *buffer, char type, int point)
{
	(void)reent;
	const char format[] = { '%', point ? '#' : '.', point ? '.' : '*', point ? '*' : type, point ? type : 0, 0 };
	return sprintf(buffer, format, digits, __builtin_fabs(value)) < 0 ? NULL : buffer;
}

char *_dcvt(struct _reent *reent, char *buffer, double value, int digits, int width, char type, int point)
{
	(void)width;
	if (type == 'g' || type == 'G')
		return _gcvt(reent, value, digits ? digits : 1, buffer, type, point);
	const char format[] = { '%', point ? '#' : '.', point ? '.' : '*', point ? '*' : type, point ? type : 0, 0 };
	return sprintf(buffer, format, digits, value) < 0 ? NULL : buffer;
}
