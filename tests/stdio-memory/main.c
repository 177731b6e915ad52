/* Streams on memory (fmemopen) and on functions of the program (fopencookie). */
#include <stdbool.h>
#include "check.h"

/* Opens a stream on a buffer of 10 bytes, "abc" and a NUL and dots. */
static char buffer[11];

static FILE *open_on(const char *content, size_t size, const char *mode)
{
	memset(buffer, '.', sizeof buffer);
	memcpy(buffer, content, strlen(content) + 1);
	return fmemopen(buffer, size, mode);
}

static void writing(void)
{
	FILE *stream = open_on("abc", 10, "w");
	REQUIRE(stream != NULL);
	CHECK(fputs("hello", stream) >= 0);
	CHECK_EQ(fflush(stream), 0);
	CHECK(memcmp(buffer, "hello\0....", 10) == 0);
	CHECK_EQ(fseek(stream, 1, SEEK_SET), 0);
	CHECK(memcmp(buffer, "hello\0....", 10) == 0);
	CHECK(fputs("u", stream) >= 0);
	CHECK_EQ(fflush(stream), 0);
	CHECK(memcmp(buffer, "hullo\0....", 10) == 0);
	CHECK_EQ(fseek(stream, 0, SEEK_END), 0);
	CHECK_EQ(ftell(stream), 5);
	CHECK(fputs("1234", stream) >= 0);
	CHECK_EQ(fflush(stream), 0);
	CHECK(memcmp(buffer, "hullo1234\0", 10) == 0);
	CHECK_ERRNO(fseek(stream, 11, SEEK_SET), EINVAL);
	CHECK_ERRNO(fseek(stream, -1, SEEK_SET), EINVAL);
	CHECK_EQ(fseek(stream, 10, SEEK_SET), 0);
	CHECK(fputs("x", stream) == EOF || fflush(stream) == EOF);
	fclose(stream);
	CHECK_EQ(buffer[10], '.');
}

static void appending(void)
{
	FILE *stream = open_on("abc", 10, "a");
	REQUIRE(stream != NULL);
	CHECK_EQ(ftell(stream), 3);
	CHECK(fputs("de", stream) >= 0);
	rewind(stream);
	CHECK(fputs("f", stream) >= 0);
	CHECK_EQ(fclose(stream), 0);
	CHECK(memcmp(buffer, "abcdef\0...", 10) == 0);

	/* There is no NUL: the text is as long as the buffer. */
	memset(buffer, 'x', sizeof buffer);
	stream = fmemopen(buffer, 8, "a+");
	REQUIRE(stream != NULL);
	CHECK_EQ(ftell(stream), 8);
	CHECK(fputs("y", stream) == EOF || fflush(stream) == EOF);
	fclose(stream);
	CHECK(memcmp(buffer, "xxxxxxxxxxx", 11) == 0);

	stream = open_on("abc", 10, "a+");
	CHECK(fputs("12", stream) >= 0);
	rewind(stream);
	char text[20] = "";
	CHECK(fgets(text, sizeof text, stream) == text && strcmp(text, "abc12") == 0);
	CHECK_EQ(fclose(stream), 0);
}

static void reading(void)
{
	char text[20] = "";
	FILE *stream = open_on("abc", 10, "r");
	REQUIRE(stream != NULL);
	CHECK_EQ(fread(text, 1, sizeof text, stream), 10);
	CHECK(memcmp(text, "abc\0......", 10) == 0);
	CHECK(feof(stream) && fputc('x', stream) == EOF);
	fclose(stream);
	stream = open_on("abc", 10, "r+");
	CHECK_EQ(fgetc(stream), 'a');
	CHECK_EQ(fseek(stream, 0, SEEK_CUR), 0);
	CHECK_EQ(fputc('B', stream), 'B');
	CHECK_EQ(fclose(stream), 0);
	CHECK(memcmp(buffer, "aBc\0......", 10) == 0);
	stream = open_on("abc", 10, "w+");
	CHECK(fputs("xy", stream) >= 0);
	rewind(stream);
	CHECK_EQ(fgetc(stream), 'x');
	CHECK_EQ(fgetc(stream), 'y');
	CHECK_EQ(fgetc(stream), EOF);
	fclose(stream);
}

static void without_buffer(void)
{
	for (const char *const *mode = (const char *const[]){ "w+", "a+", "r+", NULL }; *mode; mode++) {
		FILE *stream = fmemopen(NULL, 100, *mode);
		REQUIRE(stream != NULL);
		CHECK(fputs("some text", stream) >= 0);
		rewind(stream);
		char text[20] = "";
		CHECK(fgets(text, 10, stream) == text && strcmp(text, "some text") == 0);
		fclose(stream);
	}
	FILE *stream = fmemopen(NULL, 10, "w");
	REQUIRE(stream != NULL);
	CHECK_EQ(fputc('x', stream), 'x');
	CHECK_EQ(fclose(stream), 0);
	stream = fmemopen(buffer, 0, "w+");
	REQUIRE(stream != NULL);
	CHECK_EQ(fgetc(stream), EOF);
	setbuf(stream, NULL);
	CHECK_EQ(fputc('x', stream), EOF);
	fclose(stream);
	errno = 0;
	CHECK(fmemopen(buffer, 5, "q") == NULL && errno == EINVAL);
}

/* Functions that do what they should not, as `greed` says. */
static int greed, calls;

static ssize_t take(void *cookie, char *bytes, size_t count)
{
	memset(bytes, 'x', count);
	calls++;
	return count + greed;
}

static ssize_t put(void *cookie, const char *bytes, size_t count)
{
	calls++;
	return greed < 0 ? 0 : (ssize_t)count + greed;
}

static void own_functions(void)
{
	const cookie_io_functions_t functions = { .read = take, .write = put };
	for (greed = -1; greed < 2; greed++) {
		FILE *stream = fopencookie(NULL, "w", functions);
		REQUIRE(stream != NULL);
		setbuf(stream, NULL);
		calls = 0;
		errno = ENOENT;
		bool written = fputs("text", stream) >= 0;
		if (greed <= 0) {
			CHECK_EQ(written, greed == 0);
			CHECK_EQ(!!ferror(stream), greed < 0);
		}
		CHECK(calls >= 1 && calls <= 4);
		CHECK_EQ(errno, ENOENT);
		fclose(stream);
	}
	greed = 0;
	FILE *stream = fopencookie(NULL, "r", functions);
	REQUIRE(stream != NULL);
	errno = ENOENT;
	CHECK_EQ(fgetc(stream), 'x');
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(fclose(stream), 0);
}

int main(void)
{
	writing();
	appending();
	reading();
	without_buffer();
	own_functions();
	return check_done();
}
