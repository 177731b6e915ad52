/* Each line is what one call of the scanf family, or one conversion of a text to a number, gives. */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char *name(int number)
{
	return number == 0 ? "-" : number == ERANGE ? "ERANGE" : number == EINVAL ? "EINVAL" : "?";
}

static void integer(const char *text, int base)
{
	char *end;
	errno = 0;
	long a = strtol(text, &end, base);
	printf("%s/%d: %ld %s +%td", text, base, a, errno == EINVAL ? "-" : name(errno), end - text);
	errno = 0;
	unsigned long b = strtoul(text, &end, base);
	printf(" %lu %s", b, errno == EINVAL ? "-" : name(errno));
	errno = 0;
	long long c = strtoll(text, &end, base);
	unsigned long long d = strtoull(text, &end, base);
	intmax_t e = strtoimax(text, &end, base);
	uintmax_t f = strtoumax(text, &end, base);
	printf(" %lld %llu %jd %ju\n", c, d, e, f);
}

/* Whether a result that is subnormal or the least normal number sets ERANGE, is the library's choice. */
static void real(const char *text)
{
	char *end;
	errno = 0;
	double a = strtod(text, &end);
	printf("%s: %.17g %s +%td", text, a, fabs(a) <= DBL_MIN && a != 0 ? "" : name(errno), end - text);
	errno = 0;
	float b = strtof(text, &end);
	printf(" %.9g %s +%td", b, fabsf(b) <= FLT_MIN && b != 0 ? "" : name(errno), end - text);
	errno = 0;
	long double c = strtold(text, &end);
	printf(" %.21Lg %s +%td", c, name(errno), end - text);
	printf(" %g\n", atof(text));
}

static void ints(const char *input, const char *format)
{
	int a = -77, b = -77, c = -77, used = -77;
	errno = 0;
	int count = sscanf(input, format, &a, &b, &c, &used);
	printf("{%s} {%s}: %d %d %d %d %d\n", input, format, count, a, b, c, used);
}

static void strings(const char *input, const char *format)
{
	char a[50] = "?", b[50] = "?", c[50] = "?";
	int count = sscanf(input, format, a, b, c);
	printf("{%s} {%s}: %d [%s] [%s] [%s]\n", input, format, count, a, b, c);
}

static void doubles(const char *input, const char *format)
{
	double a = -77, b = -77;
	int count = sscanf(input, format, &a, &b);
	printf("{%s} {%s}: %d %.17g %.17g\n", input, format, count, a, b);
}

/* Of bytes and of wide characters; how many of a number without an exponent's digits are read, is the library's choice. */
static void widely(const char *input, const char *format, const wchar_t *wide_format)
{
	wchar_t wide[200];
	double a = -77, b = -77;
	int used = -77, wide_used = -77;
	mbstowcs(wide, input, 200);
	int count = sscanf(input, format, &a, &used), wide_count = swscanf(wide, wide_format, &b, &wide_used);
	if (strcmp(input, "0x1p") == 0)
		used = wide_used = 0;
	printf("{%s} {%s}: %d %.17g %d, %d %.17g %d\n", input, format, count, a, used, wide_count, b, wide_used);
}

/* A float is rounded once, a long number is not cut, a NaN takes its word. */
static void ended(void)
{
	static char digits[3000];
	float f;
	double d;
	char rest[20] = "?";
	printf("%d", sscanf("1.00000005960464477540", "%f", &f));
	printf(" %.9g\n", f);
	memset(digits, '0', 2900);
	memcpy(digits, "0.", 2);
	strcpy(digits + 2900, "15e2900 x");
	printf("%d %s", sscanf(digits, "%lf %s", &d, rest), rest);
	printf(" %.17g\n", d);
#ifdef __hermit__	/* The GNU library stops behind the `nan`. */
	int used = 0;
	if (sscanf("nan(a_1) -NAN() nan(1", "%lf %lf %lf%n%s", &d, &d, &d, &used, rest) != 4 || used != 19 || strcmp(rest, "(1") != 0)
		printf("nan: %d %s\n", used, rest);
#endif
}

static void texts(void)
{
	char narrow[50] = "?", *made = NULL;
	wchar_t wide[50] = L"?", *wide_made = NULL;
	int a = 0, b = 0, c = 0, used = 0, count;
	setlocale(LC_ALL, "C.UTF-8");
	count = sscanf("\303\251t\303\251 x", "%ls%n", wide, &used);
	printf("%d %ls %d\n", count, wide, used);
	count = sscanf("\303\251t\303\251 x", "%2ls%n", wide, &used);
	printf("%d %ls %d\n", count, wide, used);
	wmemset(wide, 0, 50);
	count = sscanf("\303\251t\303\251 x", "%2lc%n", wide, &used);
	printf("%d %ls %d\n", count, wide, used);
	count = sscanf("\303\251t\303\251 x", "%l[^t]%n", wide, &used);
	printf("%d %ls %d\n", count, wide, used);
	count = swscanf(L"\u00e9t\u00e9 x", L"%s%n", narrow, &used);
	printf("%d %s %d\n", count, narrow, used);
	count = swscanf(L"\u00e9t\u00e9 x", L"%2s%n", narrow, &used);
	printf("%d %s %d\n", count, narrow, used);
	count = swscanf(L"\u00e9t\u00e9 x", L"%[\u00e9]%n", narrow, &used);
	printf("%d %s %d\n", count, narrow, used);
	count = swscanf(L"\u00e9t\u00e9 x", L"%l[t-\u00fc]%n", wide, &used);
	printf("%d %ls %d\n", count, wide, used);
	count = swscanf(L"12 0x1f 017", L"%d %i %i%n", &a, &b, &c, &used);
	printf("%d %d %d %d %d\n", count, a, b, c, used);
	count = swscanf(L"made text", L"%mls %ms", &wide_made, &made);
	printf("%d %ls %s\n", count, wide_made, made);
	count = sscanf("1 2 3", "%3$d %1$d %2$d", &a, &b, &c);
	printf("%d %d %d %d\n", count, a, b, c);
	count = sscanf("abc", "%5c%n", narrow, &used);
	printf("%d %.3s %d\n", count, narrow, used);
	/* From a stream, whose buffer ends within a number. */
	FILE *file = tmpfile();
	setvbuf(file, NULL, _IOFBF, 16);
	for (int i = 0; i < 1000; i++)
		fprintf(file, "%d %a -.%de2,\n", i * 7919, i / 8.0, i);
	rewind(file);
	double d, e, sum = 0;
	for (count = 0; fscanf(file, "%i%lf%lf,", &a, &d, &e) == 3; count++)
		sum += a + d + e;
	printf("%d %.17g %d\n", count, sum, feof(file) != 0);
	rewind(file);
	count = fscanf(file, "%d%n %*x%c", &a, &used, narrow);
	printf("%d %d %c %ld\n", count, used, narrow[0], ftell(file));
	fclose(file);
}

int main(void)
{
	static const char *const whole[] = { "0", "1", "-1", "+7", "  42", "\t\n-17x", "0x1f", "0X1F", "0x", "0xg", "010", "089", "zz", "",
		"-", "+", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
		"18446744073709551615", "18446744073709551616", "-18446744073709551615", "99999999999999999999999", "abc", "1e5", "-0x10", "0b11x" + 5 };
	static const int bases[] = { 0, 2, 8, 10, 16, 36 };
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		for (size_t b = 0; b < sizeof bases / sizeof *bases; b++)
			integer(whole[i], bases[b]);
	errno = 0;
	printf("%ld %s\n", strtol("1", NULL, 1), name(errno));
	errno = 0;
	printf("%ld %s\n", strtol("1", NULL, 37), name(errno));
	/* Wrong bases, whatever the type, and digits of the largest. */
#define WRONG(function, text)	(errno = 0, printf(#function " %jd %s\n", (intmax_t)function(text, NULL, 37), name(errno)))
	WRONG(strtoul, "1"), WRONG(strtoll, "1"), WRONG(strtoull, "1"), WRONG(strtoimax, "1"), WRONG(strtoumax, "1");
	WRONG(wcstol, L"1"), WRONG(wcstoul, L"1"), WRONG(wcstoll, L"1"), WRONG(wcstoull, L"1"), WRONG(wcstoimax, L"1"), WRONG(wcstoumax, L"1");
	printf("%lld %ld %lu\n", strtoll("-zZ", NULL, 36), wcstol(L" \t-0x7fz", NULL, 16), wcstoul(L"-1", NULL, 10));

	static const char *const reals[] = { "0", "-0", "1", "1.", ".5", ".", "1e", "1e+", "1e5", "1E-5", "-1.5e+3x", "  2.5", "inf", "-INFINITY",
		"infinit", "nan", "NaN(abc)", "nan(", "0x1p4", "0x1.8p-3", "0x.8p1", "0x", "0xp1", "0x1p", "-0X1.FFFFFFFFFFFFFP+1023",
		"1e308", "1e309", "-1e309", "1e-308", "1e-310", "4.9e-324", "2e-324", "1e-400", "1e38", "3.5e38", "1e39", "1e-45", "1e-46",
		"1e4932", "1e4933", "1e-4950", "1e-5000", "0.1", "0.3", "123456789012345678901234567890", "9007199254740993",
		"9007199254740992.5", "9007199254740993.0000000000000000000001", "2.2250738585072011e-308", "2.2250738585072012e-308",
		"1.7976931348623158e308", "1.7976931348623159e308", "6.9294956446009195e15", "3.7455744005952583e15", "8.5e22", "1e23", "9.5e-23",
		"1.00000005960464477539", "16777217", "16777219", "0x1.000001p0", "0x1.0000010000000000001p0", "0x1.00000000000008p0",
		"0x1.000000000000080000000000001p0", "0x123456789abcdef0123p-10", "100000000000000016777215", "100000000000000016777216",
		"1,5", "1e99999999999", "0e99999999999", "0.000000000000000000000000000000000000000000000000000000000001e60", "1..2", "--1", "1e-", "0x1p-1074", "0x1.8p-1075",
		"179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880" };
	for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
		real(reals[i]);

	ints("1 2 3", "%d%d%d%n");
	ints("1,2,3", "%d,%d,%d%n");
	ints("  -5 +6", "%d%d");
	ints("0x1f 017 9", "%i%i%i");
	ints("ff 77 9", "%x%o%u");
	ints("0xff", "%x");
	ints("12345", "%2d%2d%d%n");
	ints("12 ab", "%d%d");
	ints("", "%d");
	ints("   ", "%d");
	ints("x", "%d");
	ints("1 2", "%*d%d");
	ints("50%", "%d%%%n");
	ints("a5", "a%d");
	ints("b5", "a%d");
	ints("-", "%d");
	ints("+-1", "%d");
	ints("0x", "%i");
	ints("0xg", "%x");
	ints("1:2:3", "%d:%d:%d");
	ints("3 1", "%2$d %1$d");
	ints("1\n\n 2", "%d %d");
	ints("99", "%1d%n%d");
	strings("hello world again", "%s%s%s");
	strings("hello", "%3s%s");
	strings("abc123def", "%[a-z]%[0-9]%[a-z]");
	strings("abc]d", "%[]abc]%s");
	strings("x^y z", "%[x^y]%s");
	strings("key = value", "%[^=]= %s");
	strings("key=", "%[^=]=%s");
	strings("a-b-c d", "%[a-]%[b-]%s");
	strings("abcdef", "%2c%3c%c");
	strings("  x y", "%c%c%c");
	strings("  x y", " %c %c");
	strings("123abc", "%*[0-9]%s");
	strings("123", "%[a-z]");
	strings("", "%s");
	strings("abc", "%5[a-b]%s");
	strings("one,two,three", "%[^,],%[^,],%s");
	doubles("1.5 -2e3", "%lf%lf");
	doubles("inf nan", "%lf%lf");
	doubles("0x1.8p1 .5", "%lf%lf");
	doubles("12.345", "%3lf%lf");
	doubles("1e+", "%lf");
	doubles(".", "%lf");
	doubles("100ergs of energy", "%lf%*s");
	static const char *const widths[] = { "0x1", "0x1.8p3", "0x1p", "0x1e5", "0x0.8", "1.5e3x", "+.5", "nan", "-NANx", "inf",
		"infinityx", "infi", "infin", "0x", "in", "na", "5.", ".", "1e400", "0x1.fffffffffffff8p0",
		"0.1000000000000000055511151231257827021181583404541015625000000000000000000000000000000000000000000000000000000000000001" };
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		widely(widths[i], "%lf%n", L"%lf%n");
		widely(widths[i], "%7lf%n", L"%7lf%n");
		widely(widths[i], "%3lf%n", L"%3lf%n");
		widely(widths[i], "%1lf%n", L"%1lf%n");
	}
	ended();
	texts();
	float f = 0;
	long double l = 0;
	int count = sscanf("0.1 0.1", "%f %Lf", &f, &l);
	printf("%d %.9g %.21Lg\n", count, f, l);
	signed char hh;
	short h;
	long li;
	long long ll;
	intmax_t j;
	size_t z;
	ptrdiff_t t;
	count = sscanf("-1 -2 -3 -4 -5 6 -7", "%hhd %hd %ld %lld %jd %zu %td", &hh, &h, &li, &ll, &j, &z, &t);
	printf("%d %d %d %ld %lld %jd %zu %td\n", count, hh, h, li, ll, j, z, t);
	int8_t i8;
	uint16_t u16;
	int64_t i64;
	count = sscanf("-100 65535 -9223372036854775808", "%" SCNd8 " %" SCNu16 " %" SCNd64, &i8, &u16, &i64);
	printf("%d %d %d %" PRId64 "\n", count, i8, u16, i64);
	void *pointer = NULL;
	count = sscanf("0x1234", "%p", &pointer);
	printf("%d %p\n", count, pointer);
	char *made = NULL, *set = NULL;
	count = sscanf("allocated rest", "%ms %m[a-z]", &made, &set);
	printf("%d %s %s\n", count, made, set);
	free(made);
	free(set);
	char *letters = NULL;
	count = sscanf("abcdef", "%4mc", &letters);
	printf("%d %.4s\n", count, letters);
	free(letters);
	wchar_t wide[20];
	count = sscanf("wide text", "%ls", wide);
	printf("%d %ls\n", count, wide);
	char narrow[20];
	int number;
	count = swscanf(L"narrow 15 WIDE", L"%s %d %ls", narrow, &number, wide);
	printf("%d %s %d %ls\n", count, narrow, number, wide);
	count = swscanf(L"abc=15", L"%l[abc]=%d", wide, &number);
	printf("%d %ls %d\n", count, wide, number);
	wchar_t *end;
	printf("%ld %td\n", wcstol(L" -12x", &end, 10), (ptrdiff_t)0);
	printf("%lu %ls\n", wcstoul(L"ffz", &end, 16), end);
	printf("%lld %llu\n", wcstoll(L"-9223372036854775808", NULL, 10), wcstoull(L"18446744073709551615", NULL, 0));
	printf("%.17g %.9g %.21Lg\n", wcstod(L"0.1x", &end), wcstof(L"0.1", NULL), wcstold(L"0.1", NULL));
	printf("%.17g %.17g\n", wcstod(L"inf", NULL), wcstod(L"0x1.8p1", NULL));
	FILE *stream = fmemopen("12 abc\n\n3.5", 11, "r");
	double real_number;
	count = fscanf(stream, "%d %s %lf", &number, narrow, &real_number);
	printf("%d %d %s %g %d\n", count, number, narrow, real_number, fscanf(stream, "%d", &number));
	fclose(stream);
	return 0;
}
