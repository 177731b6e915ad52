/* Arguments of printf and wprintf by their position, and tmpfile. */
#include <stdarg.h>
#include <stdint.h>
#include <wchar.h>
#include "check.h"

static void expect(const char *expected, const char *format, ...)
{
	char line[200];
	wchar_t wide_format[200], wide[200];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (length != (int)strlen(expected) || strcmp(line, expected) != 0) {
		printf("%s: [%s], not [%s]\n", format, line, expected);
		CHECK(!"the text is right");
	}
	swprintf(wide_format, 200, L"%s", format);
	va_start(arguments, format);
	length = vswprintf(wide, 200, wide_format, arguments);
	va_end(arguments);
	snprintf(line, sizeof line, "%ls", wide);
	if (length != (int)strlen(expected) || strcmp(line, expected) != 0) {
		printf("wide %s: [%s], not [%s]\n", format, line, expected);
		CHECK(!"the wide text is right");
	}
}

static void refused(int number, const char *format, ...)
{
	char line[200];
	va_list arguments;
	va_start(arguments, format);
	errno = 0;
	CHECK_ERRNO(vsnprintf(line, sizeof line, format, arguments), number);
	va_end(arguments);
}

int main(void)
{
	expect("b a", "%2$s %1$s", "a", "b");
	expect("   12|7   |+9|00005", "%1$5d|%2$-4d|%3$+d|%4$05d", 12, 7, 9, 5);
	expect("x   1.500 1234567890123", "x%2$8.3f %1$ld", 1234567890123, 1.5);
	expect("0.5 1234567890123 2.5", "%3$Lg %1$10lld %2$.1f", 1234567890123LL, 2.5, 0.5L);
	expect("   12345  1234    11145401322     321.765432   3.217654e+02   5    test-string",
		"%1$*5$d %2$*6$hi %3$*7$lo %4$*8$f %9$*12$e %10$*13$g %11$*14$s", 12345, 1234, 1234567890L, 321.7654321, 8, 5, 14,
		14, 321.7654321, 5.0000001, "test-string", 14, 3, 14);
	expect("  abc|ab   |", "%1$*2$.*3$s|%4$*5$.*6$s|", "abcdef", 5, 3, "abcdef", -5, 2);
	expect("3 2 1 2 3", "%3$d %2$ld %1$lld %2$ld %3$d", 1LL, 2L, 3);
	refused(EOVERFLOW, "%2147483648d", 1);
	refused(EOVERFLOW, "%99999999999999999999d", 1);
	refused(EOVERFLOW, "%.2147483648d", 1);
#ifdef __hermit__
	/* glibc fills its 2 GB first. */
	refused(EOVERFLOW, "x%2147483647d", 1);
	refused(EOVERFLOW, "x%*d", INT32_MAX, 1);
#endif
	FILE *f = tmpfile();
	CHECK(f != NULL);
	if (f != NULL)
		CHECK_EQ(fclose(f), 0);
	return check_done();
}
