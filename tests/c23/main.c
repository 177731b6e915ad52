/* Functions of C23. glibc has some of them, and those the host compares. */
#include "check.h"
#include <fenv.h>
#include <math.h>
#ifdef __hermit__
#include <stdbit.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

static void formats(void)
{
	static const struct {
		const char *format, *text;
		double value;
	} cases[] = {
		{ "%f", "1.500000", 1.5 }, { "%.0f", "2", 1.5 }, { "%.3e", "-1.500e+00", -1.5 }, { "%G", "1E+100", 1e100 },
		{ "%a", "0x1.8p+0", 1.5 }, { "%.1A", "0X1.8P+0", 1.5 }, { "%g", "inf", INFINITY }, { "%F", "-INF", -INFINITY },
		{ "%.f", "2", 1.5 }, { "%.20g", "0.10000000000000000555", 0.1 },
	};
	char text[100];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_EQ(strfromd(text, sizeof text, cases[i].format, cases[i].value), strlen(cases[i].text));
		CHECK(strcmp(text, cases[i].text) == 0);
	}
	CHECK_EQ(strfromf(text, sizeof text, "%.10f", 0.1f), 12);
	CHECK(strcmp(text, "0.1000000015") == 0);
	CHECK_EQ(strfroml(text, sizeof text, "%.22g", 0.1L), 24);
	CHECK(strcmp(text, "0.1000000000000000000014") == 0);
	/* What does not fit is cut, and counted. */
	memset(text, 'x', sizeof text);
	CHECK_EQ(strfromd(text, 4, "%f", 1.5), 8);
	CHECK(memcmp(text, "1.5\0x", 5) == 0);
	CHECK_EQ(strfromd(NULL, 0, "%f", 1.5), 8);
}

/* Binary numbers. */
static void binary(void)
{
	static const struct {
		const char *format, *text;
		unsigned long long value;
	} cases[] = {
		{ "%llb", "101", 5 }, { "%#llb", "0b101", 5 }, { "%#llB", "0B101", 5 }, { "%#llb", "0", 0 }, { "[%12llb]", "[         101]", 5 },
		{ "[%-8llb]", "[101     ]", 5 }, { "%012llb", "000000000101", 5 }, { "%#012llb", "0b0000000101", 5 },
		{ "%.6llb", "000101", 5 }, { "%.0llb", "", 0 }, { "%1$llb", "101", 5 },
		{ "%llb", "1111111111111111111111111111111111111111111111111111111111111111", -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[100];
		wchar_t format[20], wide[100];
		CHECK_EQ(snprintf(text, sizeof text, cases[i].format, cases[i].value), strlen(cases[i].text));
		CHECK(strcmp(text, cases[i].text) == 0);
		CHECK_EQ(mbstowcs(format, cases[i].format, 20), strlen(cases[i].format));
		CHECK_EQ(swprintf(wide, 100, format, cases[i].value), strlen(cases[i].text));
		CHECK_EQ(wcstombs(text, wide, sizeof text), strlen(cases[i].text));
		CHECK(strcmp(text, cases[i].text) == 0);
	}
	char text[100];
	CHECK_EQ(snprintf(text, sizeof text, "%b %hhb", 6, 256 + 7), 7);
	CHECK(strcmp(text, "110 111") == 0);
}

/* The last digit of %a follows the rounding mode. */
static void directions(void)
{
	static const int modes[] = { FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };
	static const struct {
		double value;
		const char *texts[4];
	} cases[] = {
		{ 0x1.18p0, { "0x1.2p+0", "0x1.2p+0", "0x1.1p+0", "0x1.1p+0" } },
		{ -0x1.18p0, { "-0x1.2p+0", "-0x1.1p+0", "-0x1.2p+0", "-0x1.1p+0" } },
		{ 0x1.28p0, { "0x1.2p+0", "0x1.3p+0", "0x1.2p+0", "0x1.2p+0" } },
		{ 0x1.21p0, { "0x1.2p+0", "0x1.3p+0", "0x1.2p+0", "0x1.2p+0" } },
		{ -0x1.2fp0, { "-0x1.3p+0", "-0x1.2p+0", "-0x1.3p+0", "-0x1.2p+0" } },
		{ 0x1.2p0, { "0x1.2p+0", "0x1.2p+0", "0x1.2p+0", "0x1.2p+0" } },
		{ 0, { "0x0.0p+0", "0x0.0p+0", "0x0.0p+0", "0x0.0p+0" } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int mode = 0; mode < 4; mode++) {
			char text[40];
			fesetround(modes[mode]);
			snprintf(text, sizeof text, "%.1a", cases[i].value);
			fesetround(FE_TONEAREST);
			CHECK(strcmp(text, cases[i].texts[mode]) == 0);
		}
	}
}

static void clocks(void)
{
	struct timespec resolution = { -1, -1 };
	CHECK_EQ(timespec_getres(&resolution, TIME_UTC), TIME_UTC);
	CHECK(resolution.tv_sec == 0 && resolution.tv_nsec > 0);
	CHECK_EQ(timespec_getres(NULL, TIME_UTC), TIME_UTC);
	CHECK_EQ(timespec_getres(&resolution, 0), 0);
	CHECK_EQ(timespec_getres(&resolution, 99), 0);
#ifdef TIME_MONOTONIC
	struct timespec before, after, used;
	CHECK_EQ(timespec_get(&before, TIME_MONOTONIC), TIME_MONOTONIC);
	CHECK_EQ(clock_gettime(CLOCK_MONOTONIC, &after), 0);
	CHECK(after.tv_sec - before.tv_sec < 10 && after.tv_sec >= before.tv_sec);
	CHECK_EQ(timespec_get(&used, TIME_ACTIVE), TIME_ACTIVE);
	CHECK_EQ(timespec_get(&used, TIME_THREAD_ACTIVE), TIME_THREAD_ACTIVE);
	CHECK_EQ(timespec_getres(&used, TIME_MONOTONIC), TIME_MONOTONIC);
#endif
}

#ifdef __hermit__
/* Each function against what a loop over the bits says. */
#define CHECK_BITS(type, value)									\
	do {											\
		type v_ = (type)(value);							\
		unsigned width_ = 8 * sizeof v_, ones_ = 0, top_ = 0, low_ = 0, low_zero_ = 0;	\
		for (unsigned i_ = 0; i_ < width_; i_++) {					\
			unsigned bit_ = v_ >> i_ & 1;						\
			ones_ += bit_;								\
			if (bit_)								\
				top_ = i_ + 1;							\
			if (bit_ && !low_)							\
				low_ = i_ + 1;							\
			if (!bit_ && !low_zero_)						\
				low_zero_ = i_ + 1;						\
		}										\
		CHECK_EQ(stdc_count_ones(v_), ones_);						\
		CHECK_EQ(stdc_count_zeros(v_), width_ - ones_);					\
		CHECK_EQ(stdc_bit_width(v_), top_);						\
		CHECK_EQ(stdc_leading_zeros(v_), width_ - top_);				\
		CHECK_EQ(stdc_leading_ones((type)~v_), width_ - top_);				\
		CHECK_EQ(stdc_first_leading_one(v_), top_ ? width_ - top_ + 1 : 0);		\
		CHECK_EQ(stdc_first_leading_zero((type)~v_), top_ ? width_ - top_ + 1 : 0);	\
		CHECK_EQ(stdc_trailing_zeros(v_), low_ ? low_ - 1 : width_);			\
		CHECK_EQ(stdc_trailing_ones((type)~v_), low_ ? low_ - 1 : width_);		\
		CHECK_EQ(stdc_first_trailing_one(v_), low_);					\
		CHECK_EQ(stdc_first_trailing_zero(v_), low_zero_);				\
		CHECK_EQ(stdc_has_single_bit(v_), ones_ == 1);					\
		CHECK_EQ(stdc_bit_floor(v_), top_ ? (type)((type)1 << (top_ - 1)) : 0);		\
		if (ones_ == 1)									\
			CHECK_EQ(stdc_bit_ceil(v_), v_);					\
		else if (top_ < width_)								\
			CHECK_EQ(stdc_bit_ceil(v_), (type)((type)1 << top_));			\
	} while (0)

static void bits(void)
{
	static const unsigned long long values[] = { 0, 1, 2, 3, 0x80, 0xff, 0x100, 0x8000, 0xffff, 0x12345678, 0x80000000, 0xffffffff,
		0x123456789abcdef0, 0x8000000000000000, -1ULL };
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		CHECK_BITS(unsigned char, values[i]);
		CHECK_BITS(unsigned short, values[i]);
		CHECK_BITS(unsigned int, values[i]);
		CHECK_BITS(unsigned long, values[i]);
		CHECK_BITS(unsigned long long, values[i]);
	}
	_Static_assert(__STDC_ENDIAN_NATIVE__ == __STDC_ENDIAN_LITTLE__, "x86");
}

static void memory(void)
{
	char secret[40] = "secret";
	CHECK(memset_explicit(secret, 7, sizeof secret) == secret && secret[0] == 7 && secret[39] == 7);
	CHECK_EQ(memalignment((void *)0x1000), 0x1000);
	CHECK_EQ(memalignment((void *)0x1003), 1);
	CHECK_EQ(memalignment((void *)0x3008), 8);
	CHECK_EQ(memalignment(NULL), 0);
	free_sized(malloc(100), 100);
	free_sized(NULL, 0);
	free_aligned_sized(aligned_alloc(256, 512), 256, 512);
	free_aligned_sized(NULL, 16, 0);
}
#endif

int main(void)
{
	formats();
	binary();
	directions();
	clocks();
#ifdef __hermit__
	memory();
	bits();
#endif
	return check_done();
}
