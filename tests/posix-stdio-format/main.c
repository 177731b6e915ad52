/* Each line is what one call of the printf family writes, and what it returns. */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static void show(const char *format, ...)
{
	char text[2000];
	va_list list;
	va_start(list, format);
	errno = 0;
	int length = vsnprintf(text, sizeof text, format, list);
	va_end(list);
	printf("%-14s %4d ", strncmp(format, "PRI", 3) == 0 ? "" : format, length);
	if (length < 0)
		printf("errno %s\n", errno == EOVERFLOW ? "EOVERFLOW" : errno == EILSEQ ? "EILSEQ" : "?");
	else
		printf("[%s]\n", text);
}

static void show_wide(const wchar_t *format, ...)
{
	wchar_t text[2000];
	va_list list;
	va_start(list, format);
	int length = vswprintf(text, 2000, format, list);
	va_end(list);
	printf("%-14ls %4d [%ls]\n", format, length, length < 0 ? L"" : text);
}

static void integers(void)
{
	static const char *const signed_formats[] = {
		"%d", "%i", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.0d", "%.3d", "%8.3d", "%-8.3d|", "%+.3d", "%'d",
		"%08.3d", "%+05d", "% 05d", "%-05d|", "%1d", "%.10d", "%+-8d|" };
	static const int values[] = { 0, 1, -1, 42, -42, 12345, INT_MAX, INT_MIN };
	for (size_t f = 0; f < sizeof signed_formats / sizeof *signed_formats; f++)
		for (size_t v = 0; v < sizeof values / sizeof *values; v++)
			show(signed_formats[f], values[v]);
	static const char *const unsigned_formats[] = {
		"%u", "%o", "%x", "%X", "%#o", "%#x", "%#X", "%#010x", "%-#10x|", "%.5x", "%#.5x", "%#.0o", "%#.0x",
		"%10.5o", "%+u", "%hhu", "%hu", "%hhx", "%#ho", "%'u" };
	static const unsigned unsigned_values[] = { 0, 1, 8, 255, 256, 65535, 65536, UINT_MAX };
	for (size_t f = 0; f < sizeof unsigned_formats / sizeof *unsigned_formats; f++)
		for (size_t v = 0; v < sizeof unsigned_values / sizeof *unsigned_values; v++)
			show(unsigned_formats[f], unsigned_values[v]);
	show("%hhd", 200);
	show("%hd", 40000);
	show("%ld", LONG_MIN);
	show("%lu", ULONG_MAX);
	show("%lld", LLONG_MIN);
	show("%llx", ULLONG_MAX);
	show("%qd", LLONG_MAX);
	show("%jd", INTMAX_MIN);
	show("%ju", UINTMAX_MAX);
	show("%zu", SIZE_MAX);
	show("%zd", (ssize_t)-1);
	show("%td", (ptrdiff_t)-123456789012);
	show("PRI: %" PRId8 "%" PRIu16 "%" PRIx32 "%" PRIX64, (int8_t)-5, (uint16_t)65535, UINT32_C(0xdeadbeef), UINT64_C(0xfeedfacecafebeef));
	show("PRI: %" PRIdMAX "%" PRIuPTR "%" PRIoLEAST8 "%" PRIiFAST16, INTMAX_MAX, (uintptr_t)4096, (uint_least8_t)8, (int_fast16_t)-16);
	show("%p", (void *)0x1234abcd);
	show("%20p|", (void *)0x1234abcd);
	show("%-20p|", (void *)0x1234abcd);
	show("%*d|", 6, 12);
	show("%*d|", -6, 12);
	show("%.*d|", 4, 12);
	show("%.*d|", -4, 12);
	show("%-*.*d|", 8, 3, -7);
}

static void characters(void)
{
	show("%c%c%c", 'a', 'b', 'c');
	show("%5c|", 'x');
	show("%-5c|", 'x');
	show("%s", "");
	show("%s", "hello");
	show("%10s|", "hello");
	show("%-10s|", "hello");
	show("%.3s|", "hello");
	show("%.0s|", "hello");
	show("%10.3s|", "hello");
	show("%-10.3s|", "hello");
	show("%.*s|", 2, "hello");
	show("%.*s|", -2, "hello");
	show("%*s|", -9, "hello");
	char unterminated[3] = { 'a', 'b', 'c' };
	show("%.3s|", unterminated);
	show("%s", (char *)NULL);
	show("%%");
	show("100%% of %d", 5);
	show("%ls", L"wide");
	show("%.2ls", L"wide");
	show("%lc%lc", L'a', L'b');
	show("%S%C", L"wide", L'c');
	int before = -1, after = -1;
	char text[50];
	sprintf(text, "ab%ncd%s%n", &before, "efg", &after);
	printf("%d %d\n", before, after);
	signed char tiny = -1;
	short small = -1;
	long large = -1;
	long long larger = -1;
	intmax_t most = -1;
	ptrdiff_t difference = -1;
	size_t size = 0;
	sprintf(text, "a%hhnb%hnc%lnd%llne%jnf%tng%zn", &tiny, &small, &large, &larger, &most, &difference, &size);
	printf("%d %d %ld %lld %jd %td %zu\n", tiny, small, large, larger, most, difference, size);
	for (int number = 0; number < 3; number++) {
		static const int numbers[] = { 0, ENOENT, ERANGE };
		errno = numbers[number];
		char message[100];
		snprintf(message, sizeof message, "%m");
		printf("%d\n", strcmp(message, strerror(numbers[number])) == 0);
	}
	errno = ENOENT;
	snprintf(text, sizeof text, "%40m|");
	printf("%d\n", (int)strlen(text));
}

static void floating(void)
{
	static const char *const formats[] = {
		"%f", "%F", "%e", "%E", "%g", "%G", "%a", "%A", "%.0f", "%#.0f", "%.1f", "%.3e", "%.0e", "%#.0e", "%.10g",
		"%#g", "%.0g", "%12.4f|", "%-12.4f|", "%012.4f", "%+.2f", "% .2f", "%+e", "%.17g", "%.20f", "%.40g",
		"%.0a", "%.1a", "%.3a", "%.15a", "%20a|", "%-20a|", "%020a|", "%+a", "%#a", "%'.2f", "%5.1g|", "%.1g", "%.2g",
		"%010e", "% 012g", "%-+12g|", "%#.3g", "%#x" + 3, "%.25e" };
	static const double values[] = {
		0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 3.5, 0.1, 0.2, 0.3, 1.0 / 3, 123456789.0, 1234567.0, 9999995.0,
		0.0001, 0.00001, 0.00012345678, 1e10, 1e15, 1e16, 1e21, 1e22, 1e23, 1e100, 1e-100, DBL_MAX, DBL_MIN,
		4.9406564584124654e-324, 2.2250738585072009e-308, INFINITY, -INFINITY, 9.995, 99.5, 0.05, 0.15, 0.25, 0.35,
		2.675, 1.005, 8.5, 5e-324, 1.7976931348623157e308, 3.141592653589793, 2.718281828459045, 1e-5, 100.0, 1024.0,
		0.99999, 9.9999999, 9007199254740993.0 };
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
		for (size_t v = 0; v < sizeof values / sizeof *values; v++)
			/* Where the leading digit of a subnormal's %a is, is not fixed. */
			if (strpbrk(formats[f], "aA") == NULL || fabs(values[v]) >= DBL_MIN || values[v] == 0)
				show(formats[f], values[v]);
	show("%f %F %e %g %a", NAN, NAN, NAN, NAN, NAN);
	show("%f", -NAN);
	show("%10f|%-10F|%010f", NAN, NAN, INFINITY);
	show("%010f|%+f|% f", -INFINITY, INFINITY, INFINITY);
	show("%lf", 1.25);
	show("%.*f", 3, 1.23456);
	show("%*.*e|", 20, 3, 1.23456);
	show("%.*f", -3, 1.23456);
	show("%.100f", 0.1);
	show("%.300f", 1e-300);
	show("%.400g", DBL_MIN);
	show("%.1074f", 4.9406564584124654e-324);
	show("%.0f", 1e300);
}

static void long_doubles(void)
{
	static const char *const formats[] = { "%Lf", "%Le", "%Lg", "%.0Lf", "%.18Lg", "%.20Lg", "%.21Le", "%.40Lf", "%20.3Lf|", "%LG", "%La", "%.3La", "%LA" };
	static const long double values[] = {
		0.0L, -0.0L, 1.0L, 0.1L, 1.0L / 3, 3.14159265358979323846L, 1e18L, 18446744073709551615.0L, LDBL_MAX, LDBL_MIN,
		1e4000L, 1e-4000L, 3.6451995318824746025e-4951L, INFINITY, -2.5L, 1e100L };
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
		for (size_t v = 0; v < sizeof values / sizeof *values; v++)
			if (f < 10 || values[v] == 0)	/* the leading digit of %La is not fixed */
				show(formats[f], values[v]);
	show("%Lf %Lg", (long double)NAN, (long double)NAN);
}

static void positional(void)
{
	show("%2$s %1$s", "a", "b");
	show("%2$*1$d|", 6, 42);
	show("%3$.*2$f|%1$d", 7, 3, 1.23456);
	show("%1$d %1$x %1$o", 255);
	show("%3$s %1$c %2$ld %4$Lf %5$lld", 'c', 5L, "s", 1.5L, 9LL);
	show("%1$s %3$s %2$s %9$d", "1", "2", "3", 4, 5, 6, 7, 8, 9);
	show("%2$-10s|%1$05d|", 42, "left");
}

static void wide(void)
{
	show_wide(L"%d %s %ls %c %lc", 5, "narrow", L"wide", 'c', L'w');
	show_wide(L"%10s|%-10ls|%.2s|%.2ls", "ab", L"cd", "efg", L"hij");
	show_wide(L"%f %e %g %a", 1.5, 1.5, 1.5, 1.5);
	show_wide(L"%.3f|%10.2f|%-10.2f|", 3.14159, 3.14159, 3.14159);
	show_wide(L"%Lf %.20Lg", 0.1L, 0.1L);
	show_wide(L"%2$d %1$d", 1, 2);
	show_wide(L"%x %#o %+d %zu %jd", 255, 8, 3, (size_t)9, (intmax_t)-9);
	show_wide(L"%S|%C", L"wide", L'x');
	show_wide(L"%%|%5c|%-5c|", 'a', 'b');
	wchar_t small[4];
	printf("%d\n", swprintf(small, 4, L"%s", "toolong") < 0);
	printf("%d\n", swprintf(small, 4, L"%s", "fit"));
	setlocale(LC_ALL, "C.UTF-8");
	show("%ls", L"gr\u00fc\u00df \u20ac \U0001f600");
	show("%lc|%5lc|", L'\u20ac', L'\u00e9');
	show("%.4ls|", L"\u20ac\u20ac");
	show("%10ls|", L"\u20ac\u20ac");
	show_wide(L"%s|%.2s|%4s|", "gr\xc3\xbc\xc3\x9f", "\xc3\xbc\xc3\xbc\xc3\xbc", "\xe2\x82\xac");
	setlocale(LC_ALL, "C");
	show("%ls", L"\u20ac");
	show("%lc", L'\u20ac');
}

static void sizes(void)
{
	char small[5] = "????";
	printf("%d [%s]\n", snprintf(small, sizeof small, "%s", "abcdefgh"), small);
	printf("%d [%s]\n", snprintf(small, 1, "%d", 123456), small);
	printf("%d\n", snprintf(NULL, 0, "%d", 123456));
	printf("%d\n", snprintf(NULL, 0, "%2000d", 1));
	char *text = NULL;
	printf("%d ", asprintf(&text, "%s-%d", "made", 7));
	printf("[%s]\n", text);
	free(text);
	fflush(stdout);
	dprintf(1, "dprintf %d %s\n", 1, "two");
	fprintf(stdout, "%s\n", "fprintf");
}

int main(void)
{
	integers();
	characters();
	floating();
	long_doubles();
	positional();
	wide();
	sizes();
	return 0;
}
