/* memcpy(), memmove(), memcmp() and memset() of every length, at every alignment, over each other, and nothing beside. */
#include <stdint.h>
#include "check.h"

#define LARGE ((1 << 20) + 200)
#define SIZE (2 * LARGE + 100)

static unsigned char bytes[SIZE], expected[SIZE];

static void fill(size_t len)
{
	unsigned state = 1;
	for (size_t i = 0; i < len; i++) {
		state = state * 1103515245 + 12345;
		bytes[i] = expected[i] = (unsigned char)(state >> 16);
	}
}

/* The compiler must not make calls of the functions under test out of these. */
static void copy_bytes(volatile unsigned char *to, const volatile unsigned char *from, size_t len)
{
	if (to < from)
		for (size_t i = 0; i < len; i++)
			to[i] = from[i];
	else
		while (len-- > 0)
			to[len] = from[len];
}

static int same(size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != expected[i])
			return 0;
	return 1;
}

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile set)(void *, int, size_t) = memset;

static void one(size_t to, size_t from, size_t len, size_t all)
{
	fill(all);
	copy_bytes(expected + to, expected + from, len);
	CHECK(move(bytes + to, bytes + from, len) == bytes + to);
	if (!CHECK(same(all)))
		fprintf(stderr, "memmove: to %zu from %zu, %zu bytes\n", to, from, len);
	if (to + len > from && from + len > to)
		return;
	fill(all);
	copy_bytes(expected + to, expected + from, len);
	CHECK(copy(bytes + to, bytes + from, len) == bytes + to);
	if (!CHECK(same(all)))
		fprintf(stderr, "memcpy: to %zu from %zu, %zu bytes\n", to, from, len);
}

static void fill_one(size_t to, int value, size_t len, size_t all)
{
	fill(all);
	for (size_t i = 0; i < len; i++)
		((volatile unsigned char *)expected)[to + i] = (unsigned char)value;
	CHECK(set(bytes + to, value, len) == bytes + to);
	if (!CHECK(same(all)))
		fprintf(stderr, "memset: to %zu, %zu bytes\n", to, len);
}

static int (*volatile compare)(const void *, const void *, size_t) = memcmp;

/* A difference at each place decides, and none behind the end. */
static void compare_one(size_t at, size_t with, size_t len)
{
	unsigned char *a = bytes + at, *b = bytes + with;
	fill(400);
	copy_bytes(b, a, len + 1);
	b[len] = (unsigned char)~a[len];
	CHECK_EQ(compare(a, b, len), 0);
	for (size_t i = 0; i < len; i++) {
		unsigned char kept = a[i];
		if (i + 1 < len)
			b[i + 1] = (unsigned char)~a[i + 1];
		a[i] = 0x7f;
		b[i] = 0x80;
		CHECK(compare(a, b, len) < 0 && compare(b, a, len) > 0);
		a[i] = b[i] = kept;
		if (i + 1 < len)
			b[i + 1] = a[i + 1];
	}
}

int main(void)
{
	for (size_t len = 0; len <= 170; len += 1 + len / 100)
		for (size_t shift = 0; shift < 9; shift++)
			compare_one(20, 200 + shift, len);

	for (size_t len = 0; len <= 300; len += 1 + len / 150)
		for (size_t shift = 0; shift < 35; shift += 1 + shift / 5) {
			one(350 + shift, 20, len, 700);
			one(20, 350 + shift, len, 700);
			one(20 + shift, 20, len, 400);
			one(20, 20 + shift, len, 400);
			fill_one(20 + shift, 0x1a5, len, 400);
		}
	for (size_t distance = 10; distance < 100; distance += 13) {
		one(20 + distance, 20, 500, 700);
		one(20, 20 + distance, 500, 700);
	}
	one(LARGE + 8, 3, LARGE - 1, SIZE);
	one(3, 40, LARGE, SIZE - LARGE);
	fill_one(5, -1, LARGE - 3, SIZE - LARGE);
	return check_done();
}
