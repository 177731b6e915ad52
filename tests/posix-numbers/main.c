/* Each line is what one number is, out of a text or into one: its bits, where it ends, and in which direction it is rounded.
 * What these tell apart: signs of zeroes, words behind NaNs, what is nearly a number, directions of rounding, and more
 * digits than there is memory for. */
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const int directions[] = { FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };

/* Bits of a number; printf() is not asked. */
static void bits(const void *number, size_t size)
{
	putchar(' ');
	for (size_t i = size; i-- > 0;)
		printf("%02x", ((const unsigned char *)number)[i]);
}

static void read_all(const char *text)
{
	wchar_t wide[100];
	char *end;
	wchar_t *wide_end;
	mbstowcs(wide, text, 100);
	errno = 0;
	double d = strtod(text, &end);
	printf("{%s}", text);
	bits(&d, sizeof d);
	printf("%s +%td", errno == ERANGE ? " ERANGE" : "", end - text);
	errno = 0;
	float f = strtof(text, &end);
	bits(&f, sizeof f);
	printf("%s +%td", errno == ERANGE ? " ERANGE" : "", end - text);
	errno = 0;
	long double l = strtold(text, &end);
	bits(&l, 10);
	printf("%s +%td", errno == ERANGE ? " ERANGE" : "", end - text);
	d = wcstod(wide, &wide_end);
	bits(&d, sizeof d);
	printf(" +%td", wide_end - wide);
	f = wcstof(wide, &wide_end);
	bits(&f, sizeof f);
	printf(" +%td", wide_end - wide);
	l = wcstold(wide, &wide_end);
	bits(&l, 10);
	printf(" +%td\n", wide_end - wide);
}

static const char *const texts[] = { "0x", "-0x", "+0xg", "-0x.", "0x.p1", "0x1p", "-0x1p+", "0x1p-", "nan(", "nan()", "-nan(1)",
	"nan(0x10)z", "nan(abc)", "nan(a b)", "nan(077)", "-nan", "nan(0xffffffffffffffff)", "nan(1", "na", "n", "-INF", "infi", "infinit",
	"Infinityx", "in", "0e", "-0e5", "-.e5", "e5", "-1e5000", "-1e-5000", "0x1p99999", "-0x1p-99999", "4.9e-324",
	"2.4703282292062327e-324", "2.4703282292062328e-324", "-2.2250738585072011e-308", "1.7976931348623159e308", "3.4028236e38",
	"-1.4e-45", "7e-46", "7.1e-46", "9007199254740993", "0.1", "-0.1", "0.30000000000000004", "123456789012345678",
	"-12345678901234567890123", "1e22", "1e23", "0x1.00000080000000p0", "0x1.000001000000001p0", "-0x1.fffffffffffff8p-1030",
	"1e27", "1e-27", "9999999999999999999", "-0.000000000000000000000000001", "16777217", "1.0000000596046448", "8.5e-44", "1.7976931348623157e308", "1.2345678901234567e-300",
	"-6.62607015e-34", "12345678901234567890e-30", "3.14159265358979323846264338327950288", "0.99999999999999999999999999",
	"1.00000000000000000000000000000000000001", "9007199254740993.00000000000000000000001", "9007199254740992.99999999999999999999",
	"1.797693134862315807e308", "-1.7976931348623158079e308", "1.17549435e-38", "1.17549434e-38", "2.2250738585072013e-308",
	"0.000000000000000000000000000000000000000000000000123456789012345678901234567890e10", "5e-324", "2e-324", "-3e-324",
	"1e335", "1e336", "9e-364", "9e-365", "1234567e-39", "00000000000000000000000000.5e-50", "100000000000000000000000000000000e-50" };

static const double doubles[] = { 0.5, 1.5, 2.5, -2.5, 0.15, -0.15, 9.995, 999999.5, -0.05, 1e-5, 1e23, 123456789.125, 5e-324, 1e-310, 2e300,
	DBL_MAX, 1.0 / 3, 3e-14, 4503599627370497.5 };
static const char *const formats[] = { "%.0f", "%.1f", "%.2f", "%f", "%.20f", "%.0e", "%.3e", "%e", "%.20e", "%g", "%.17g", "%#.3g", "%.330f" };
static const long double longs[] = { 0.1L, -1e4000L, 1e-4940L, LDBL_MAX, LDBL_MIN, 12345678901234567890.5L };
static const char *const long_formats[] = { "%.0Lf", "%Le", "%.21Lg", "%.40Le" };

static void write_all(void)
{
	static char text[20000];
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
		for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
			int length = snprintf(text, sizeof text, formats[f], doubles[i]);
			printf("%s %d %s\n", formats[f], length, text);
		}
	}
	for (size_t f = 0; f < sizeof long_formats / sizeof *long_formats; f++) {
		for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
			int length = snprintf(text, sizeof text, long_formats[f], longs[i]);
			printf("%s %d %s\n", long_formats[f], length, text);
		}
	}
}

/* Numbers at random there and back, a sum of which stands for all of them. */
static void there_and_back(void)
{
	uint64_t random = 88172645463325252, sum = 0;
	char text[400];
	for (int i = 0; i < 6000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		double number;
		memcpy(&number, &random, sizeof number);
		if (!isfinite(number))
			continue;
		fesetround(directions[i % 4]);
		static const char *const ways[] = { "%.17g", "%.9e", "%.25e", "%.12g", "%.4f" };
		int length = snprintf(text, sizeof text, ways[i % 5], i % 7 ? number : (int64_t)random / 1024.0);
		double back = strtod(text, NULL);
		float small = strtof(text, NULL);
		uint64_t back_bits;
		uint32_t small_bits;
		memcpy(&back_bits, &back, sizeof back);
		memcpy(&small_bits, &small, sizeof small);
		sum = sum * 31 + back_bits + small_bits + (unsigned)length;
	}
	fesetround(FE_TONEAREST);
	printf("%016llx\n", (unsigned long long)sum);
}

/* Without memory for the digits they are written all the same, or it is an error. */
static void digits(void)
{
	static wchar_t wide[100];
	printf("%d\n", snprintf(NULL, 0, "%.30000000f", 1.5));
	printf("%d\n", snprintf(NULL, 0, "%.30000000e", -1.5));
	printf("%d\n", snprintf(NULL, 0, "%.1100000000g", 1.5));
	printf("%d\n", swprintf(wide, 100, L"%.1100000000f", 1.5));
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		digits();
		return 0;
	}
	for (int d = 0; d < 4; d++) {
		fesetround(directions[d]);
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			read_all(texts[i]);
		write_all();
	}
	fesetround(FE_TONEAREST);
	there_and_back();
	return 0;
}
