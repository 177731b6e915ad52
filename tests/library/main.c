/* A walk through the C library: sorting, searching, numbers, strings, time, locale-free parts. */
#include "check.h"
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <time.h>
#include <wchar.h>

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static void sorting(void)
{
	enum { COUNT = 20000 };
	static int numbers[COUNT];
	srand(42);
	for (int i = 0; i < COUNT; i++)
		numbers[i] = rand() % 100000;
	qsort(numbers, COUNT, sizeof *numbers, by_value);
	int sorted = 1;
	for (int i = 1; i < COUNT; i++)
		sorted &= numbers[i - 1] <= numbers[i];
	CHECK(sorted);
	int key = numbers[COUNT / 3];
	int *found = bsearch(&key, numbers, COUNT, sizeof *numbers, by_value);
	CHECK(found && *found == key);
	key = -1;
	CHECK(bsearch(&key, numbers, COUNT, sizeof *numbers, by_value) == NULL);
	qsort(numbers, 0, sizeof *numbers, by_value);
}

static void strings(void)
{
	char text[64] = "one,two;;three", *state;
	CHECK(strcmp(strtok_r(text, ",;", &state), "one") == 0);
	CHECK(strcmp(strtok_r(NULL, ",;", &state), "two") == 0);
	CHECK(strcmp(strtok_r(NULL, ",;", &state), "three") == 0);
	CHECK(strtok_r(NULL, ",;", &state) == NULL);
	CHECK(strstr("haystack with needle", "needle") != NULL);
	CHECK_EQ(strcspn("hello world", " "), 5);
	CHECK_EQ(strcasecmp("HeLLo", "hEllO"), 0);
	char *copy = strdup("copy"), *part = strndup("partial", 4);
	CHECK(copy && part && strcmp(copy, "copy") == 0 && strcmp(part, "part") == 0);
	free(copy);
	free(part);
	char buffer[300];
	for (int length = 0; length < 130; length++) { /* all alignments and lengths around the fast paths */
		memset(buffer, 'x', sizeof buffer);
		memset(buffer + 7, 'y', length);
		int right = buffer[6] == 'x' && buffer[7 + length] == 'x';
		for (int i = 0; i < length; i++)
			right &= buffer[7 + i] == 'y';
		memmove(buffer + 9, buffer + 7, length);
		for (int i = 0; i < length; i++)
			right &= buffer[9 + i] == 'y';
		memcpy(buffer + 150, buffer + 7, length);
		right &= memcmp(buffer + 150, buffer + 7, length) == 0;
		if (!right)
			CHECK_EQ(length, -1);
	}
	CHECK(strerror(ENOENT) && strcmp(strerror(ENOENT), "No such file or directory") == 0);
	CHECK(strerror(123456) != NULL);
}

static void numbers(void)
{
	CHECK(div(-7, 2).quot == -3 && div(-7, 2).rem == -1);
	CHECK(imaxabs(INTMAX_MIN + 1) == INTMAX_MAX);
	CHECK(strtoull("18446744073709551615", NULL, 10) == ULLONG_MAX);
	char *end;
	CHECK(strtol("  -0x1Fz", &end, 0) == -31 && *end == 'z');
	CHECK(atof("1.25e2") == 125);
	srandom(7);
	long first = random();
	srandom(7);
	CHECK_EQ(random(), first);
	unsigned seed = 3;
	CHECK(rand_r(&seed) >= 0);
	CHECK(drand48() < 1);
}

static void memory(void)
{
	void *p = calloc(1000, 1000);
	REQUIRE(p != NULL);
	int zero = 1;
	for (int i = 0; i < 1000000; i++)
		zero &= ((char *)p)[i] == 0;
	CHECK(zero);
	free(p);
	free(NULL);
	volatile size_t huge = SIZE_MAX / 2;
	errno = 0;
	errno = 0;
	CHECK(calloc(huge, 4) == NULL);
	CHECK_EQ(errno, ENOMEM);
	errno = 0;
	CHECK(malloc(huge + huge - 100) == NULL && errno == ENOMEM);
	char *s = malloc(10);
	memcpy(s, "123456789", 10);
	s = realloc(s, 100000);
	CHECK(s && strcmp(s, "123456789") == 0);
	s = realloc(s, 5);
	CHECK(s && memcmp(s, "12345", 5) == 0);
	free(s);
	for (size_t alignment = 8; alignment <= 1 << 20; alignment *= 2) {
		void *q = NULL;
		CHECK_EQ(posix_memalign(&q, alignment, 100), 0);
		CHECK_EQ((uintptr_t)q % alignment, 0);
		free(q);
		q = aligned_alloc(alignment, alignment);
		CHECK(q != NULL && (uintptr_t)q % alignment == 0);
		free(q);
	}
	void *q;
	CHECK_EQ(posix_memalign(&q, 3, 100), EINVAL);
	for (int i = 16; i < 100; i++) { /* smaller ones need the alignment of what fits in them only */
		void *m = malloc(i);
		CHECK((uintptr_t)m % 16 == 0);
		free(m);
	}
}

static void times(void)
{
	time_t moment = 1700000000;
	struct tm tm;
	CHECK(gmtime_r(&moment, &tm) == &tm);
	CHECK(tm.tm_year == 123 && tm.tm_mon == 10 && tm.tm_mday == 14 && tm.tm_hour == 22 && tm.tm_min == 13);
	CHECK_EQ(mktime(&tm), moment); /* the zone is UTC without TZ */
	char text[64];
	CHECK_EQ(strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm), 19);
	CHECK(strcmp(text, "2023-11-14 22:13:20") == 0);
	CHECK(time(NULL) > 1700000000);
}

int main(void)
{
	sorting();
	strings();
	numbers();
	memory();
	times();
	CHECK(isalpha('x') && !isdigit('x') && toupper('x') == 'X');
	CHECK_EQ(wcslen(L"wide"), 4);
	return check_done();
}
