/* stdio of the C library in this system: formats, scanning, files, buffering, several threads. */
#include "check.h"
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <wchar.h>
#include <stddef.h>

static char line[512];

static const char *format(const char *how, ...) __attribute__((format(printf, 1, 2)));
static const char *format(const char *how, ...)
{
	va_list list;
	va_start(list, how);
	vsnprintf(line, sizeof line, how, list);
	va_end(list);
	return line;
}

#define IS(text, ...) \
	(strcmp(format(__VA_ARGS__), text) == 0 ? (void)CHECK(1) : (void)(fprintf(stderr, "got '%s'\n", line), CHECK(!text)))

static void formats(void)
{
	IS("42 -42 0042 +42", "%d %d %04d %+d", 42, -42, 42, 42);
	IS("deadbeef DEADBEEF 0xff 017", "%x %X %#x %#o", 0xdeadbeefu, 0xdeadbeefu, 255, 15);
	IS("9223372036854775807 -9223372036854775808", "%lld %lld", LLONG_MAX, LLONG_MIN);
	IS("18446744073709551615 7 -1 9", "%" PRIu64 " %zu %jd %td", UINT64_MAX, (size_t)7, (intmax_t)-1, (ptrdiff_t)9);
	IS("-1 255", "%hhd %hhu", (signed char)-1, (unsigned char)255);
	IS("3.141593 3.14 3 3.14159e+00", "%f %.2f %.0f %.5e", M_PI, M_PI, M_PI, M_PI);
	IS("0.1 1e+20 1e-07 100000", "%g %g %g %g", 0.1, 1e20, 1e-7, 1e5);
	IS("0x1p+0 0x1.8p+1", "%a %a", 1.0, 3.0);
	IS("inf -inf nan INF", "%f %f %f %F", INFINITY, -INFINITY, NAN, INFINITY);
	IS("1.18973149535723176502e+4932", "%.20Le", 1.18973149535723176502e+4932L);
	IS("0.10000000000000000000135525271560688", "%.35Lf", 0.1L);
	IS("|right|left   |ab|", "|%5s|%-7s|%.2s|", "right", "left", "abcdef");
	IS("   x  y", "%*c%*c", 4, 'x', 3, 'y');
	IS("100%", "%d%%", 100);
	IS("wide", "%ls", L"wide");
	int at = -1;
	IS("abc", "abc%n", &at);
	CHECK_EQ(at, 3);
	CHECK_EQ(snprintf(line, 4, "%s", "abcdefgh"), 8);
	CHECK(strcmp(line, "abc") == 0);
	CHECK_EQ(snprintf(NULL, 0, "%d", 12345), 5);
	char *made = NULL;
	CHECK_EQ(asprintf(&made, "%s-%d", "made", 1), 6);
	CHECK(made && strcmp(made, "made-1") == 0);
	free(made);
}

static void scanning(void)
{
	int i, n;
	unsigned u;
	double d;
	long double ld;
	char word[16], set[16];
	long long ll;
	CHECK_EQ(sscanf("12 0x1f 2.5 word [abc] rest", "%d %x %lf %15s [%15[a-c]]%n", &i, &u, &d, word, set, &n), 5);
	CHECK(i == 12 && u == 0x1f && d == 2.5 && !strcmp(word, "word") && !strcmp(set, "abc"));
	CHECK_EQ(n, 22);
	CHECK_EQ(sscanf("-9223372036854775808 1.5e300", "%lld %Lf", &ll, &ld), 2);
	CHECK(ll == LLONG_MIN && ld > 1e299L);
	CHECK_EQ(sscanf("", "%d", &i), EOF);
	CHECK_EQ(sscanf("x", "%d", &i), 0);
	CHECK(strtod("0x1.8p3", NULL) == 12);
	CHECK(strtold("1e4900", NULL) > 1e4899L);
	errno = 0;
	CHECK(strtol("99999999999999999999", NULL, 10) == LONG_MAX && errno == ERANGE);
}

static void files(void)
{
	const char *name = "stdio.tmp";
	FILE *f = fopen(name, "w+");
	REQUIRE(f != NULL);
	for (int i = 0; i < 5000; i++)
		fprintf(f, "line %d\n", i);
	rewind(f);
	for (int i = 0; i < 5000; i++) {
		int value;
		if (fscanf(f, "line %d\n", &value) != 1 || value != i) {
			CHECK(!"line read back");
			break;
		}
	}
	CHECK_EQ(fgetc(f), EOF);
	CHECK(feof(f));
	CHECK_EQ(fseek(f, -5, SEEK_END), 0);
	CHECK(fgets(line, sizeof line, f) && strcmp(line, "4999\n") == 0);
	CHECK_EQ(ungetc('x', f), 'x');
	CHECK_EQ(fgetc(f), 'x');
	CHECK_EQ(fclose(f), 0);
	f = fopen(name, "a");
	REQUIRE(f != NULL);
	fputs("end\n", f);
	fclose(f);
	f = fopen(name, "r");
	REQUIRE(f != NULL);
	CHECK_EQ(fseek(f, -4, SEEK_END), 0);
	CHECK(fgets(line, sizeof line, f) && strcmp(line, "end\n") == 0);
	CHECK(fputs("x", f) == EOF && ferror(f));
	fclose(f);
	CHECK_EQ(rename(name, "stdio.tmp2"), 0);
	CHECK(fopen(name, "r") == NULL && errno == ENOENT);
	CHECK_EQ(remove("stdio.tmp2"), 0);

	char *memory = NULL;
	size_t length = 0;
	f = open_memstream(&memory, &length);
	REQUIRE(f != NULL);
	fprintf(f, "%s", "in memory");
	fclose(f);
	CHECK(length == 9 && strcmp(memory, "in memory") == 0);
	free(memory);
}

static FILE *shared;

static void *writer(void *argument)
{
	for (int i = 0; i < 500; i++)
		fprintf(shared, "%c%c%c%c%c\n", *(char *)argument, *(char *)argument, *(char *)argument,
			*(char *)argument, *(char *)argument);
	return NULL;
}

/* A stream is locked for each call: lines of several threads do not mix (POSIX flockfile). */
static void shared_stream(void)
{
	shared = fopen("shared.tmp", "w+");
	REQUIRE(shared != NULL);
	pthread_t threads[4];
	char names[4] = "abcd";
	for (int i = 0; i < 4; i++)
		REQUIRE(pthread_create(&threads[i], NULL, writer, &names[i]) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	rewind(shared);
	int lines = 0, whole = 0;
	while (fgets(line, sizeof line, shared)) {
		lines++;
		whole += strlen(line) == 6 && strspn(line, (char[]){line[0], 0}) == 5;
	}
	CHECK_EQ(lines, 2000);
	CHECK_EQ(whole, 2000);
	fclose(shared);
	remove("shared.tmp");
}

/* What C and POSIX say of rarer cases, and where they leave a choice what Linux's programs expect. */
static void corners(void)
{
	FILE *file = fopen("corners.tmp", "w+");
	REQUIRE(file != NULL);
	CHECK_EQ(fwrite("abc", 0, 3, file), 0);
	CHECK_EQ(fwrite("abc", 3, 0, file), 0);
	CHECK_EQ(fread(line, 0, 3, file), 0);
	CHECK_EQ(ftell(file), 0);
	CHECK_EQ(fputs("one\ntwo\n", file) < 0, 0);
	fclose(file);

	/* Reading begins at the beginning, writing at the end. */
	file = fopen("corners.tmp", "a+");
	REQUIRE(file != NULL);
	CHECK(fgets(line, sizeof line, file) == line && strcmp(line, "one\n") == 0);
	CHECK_EQ(fseek(file, 0, SEEK_CUR), 0);
	CHECK_EQ(fputs("three\n", file) < 0, 0);
	CHECK_EQ(ftell(file), 14);
	fclose(file);
	file = fopen("corners.tmp", "a");
	REQUIRE(file != NULL);
	CHECK_EQ(ftell(file), 14);
	fclose(file);

	/* An error of before is no error of this call. */
	file = fopen("corners.tmp", "r+");
	REQUIRE(file != NULL);
	CHECK_EQ(fgetc(file), 'o');
	fclose(file);
	file = fopen("corners.tmp", "r");
	REQUIRE(file != NULL);
	CHECK_EQ(fputc('x', file), EOF);
	CHECK(ferror(file));
	CHECK_EQ(fprintf(file, "x") < 0, 1);
	CHECK(ferror(file));
	fclose(file);
	file = fopen("/dev/full", "w");
	if (file != NULL) {
		setbuf(file, NULL);
		CHECK_EQ(fputc('x', file), EOF);
		CHECK(ferror(file));
		CHECK_EQ(fprintf(file, "%s", ""), 0);
		CHECK(ferror(file));
		fclose(file);
	}
	remove("corners.tmp");

	int number = 0;
	wchar_t rest[10] = L"";
	CHECK_EQ(sscanf("a  %5", "a%%%d", &number), 1);
	CHECK_EQ(number, 5);
	CHECK_EQ(swscanf(L"a  %6", L"a%%%d", &number), 1);
	CHECK_EQ(number, 6);
	CHECK_EQ(swscanf(L"abc", L"x%d", &number), 0);
	CHECK_EQ(swscanf(L"", L"x%d", &number), EOF);
	CHECK_EQ(swscanf(L"a b", L"a%%%d", &number), 0);
	CHECK_EQ(swscanf(L"7 x", L"%d%ls", &number, rest), 2);
	snprintf(line, sizeof line, "%07Lo %Ld %Lx", 040000000000LL, -5000000000LL, 0x123456789aLL);
	CHECK(strcmp(line, "40000000000 -5000000000 123456789a") == 0);
}

/* fgets(): lines longer and shorter than the buffer, than the room for them, and without an end. */
static void line_by_line(void)
{
	char text[110], all[3000];
	FILE *file = tmpfile();
	REQUIRE(file != NULL);
	CHECK_EQ(setvbuf(file, NULL, _IOFBF, 16), 0);
	size_t written = 0;
	for (int i = 0; i < 60; i++) {
		for (int j = 0; j < i % 40; j++)
			written += fputc(j == 3 ? 0 : 'a' + j % 26, file) != EOF;
		if (i < 59)
			written += fputc('\n', file) != EOF;
	}
	static const int rooms[] = { 2, 3, 5, 17, 40, 100 };
	for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
		rewind(file);
		size_t read = 0;
		/* What is behind the end stays as it is: that tells how much was read, zeroes and all. */
		while (memset(text, 1, sizeof text), fgets(text, rooms[r], file)) {
			size_t count = rooms[r];
			while (text[count - 1] != 0)
				count--;
			memcpy(all + read, text, count - 1);
			read += count - 1;
			CHECK(text[rooms[r]] == 1);
			CHECK(count == (size_t)rooms[r] || text[count - 2] == '\n' || feof(file));
		}
		CHECK_EQ(read, written);
		CHECK(feof(file) && !ferror(file));
	}
	rewind(file);
	strcpy(text, "x");
	CHECK(fgets(text, 1, file) == text && text[0] == 0);
	CHECK_EQ(ftell(file), 0);
	fclose(file);
	file = fopen("lines", "w");
	errno = 0;
	CHECK(fgets(text, sizeof text, file) == NULL && ferror(file) && errno == EBADF);
	fclose(file);
	remove("lines");
}

int main(void)
{
	formats();
	corners();
	scanning();
	files();
	shared_stream();
	line_by_line();
	return check_done();
}
