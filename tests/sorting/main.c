/* qsort() and qsort_r(): every size of an element, the order of equal ones, orders that are hard for some methods, and
 * no memory to spare. */
#include <stdint.h>
#include <stdlib.h>
#include "check.h"

#define BEFORE	0x5a

/* An element: its key, and where it was, in as many bytes as it has. */
typedef struct { unsigned key, place; } Element;

static size_t size;
static unsigned comparisons;

static Element element(const unsigned char *at)
{
	Element e = { at[0], size > 1 ? at[1] : 0 };
	if (size > 3)
		e.place |= at[2] << 8;
	return e;
}

static int by_key(const void *a, const void *b)
{
	comparisons++;
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

static int backwards(const void *a, const void *b, void *factor)
{
	return *(int *)factor * by_key(a, b);
}

enum { RANDOM, SORTED, REVERSED, EQUAL, ORGAN_PIPES, TWO_RUNS, ORDERS };

static unsigned key(int order, size_t i, size_t count)
{
	switch (order) {
	case SORTED:
		return (unsigned)(i * 255 / count);
	case REVERSED:
		return (unsigned)((count - i) * 255 / count);
	case EQUAL:
		return 7;
	case ORGAN_PIPES:
		return (unsigned)((i < count / 2 ? i : count - i) * 255 / count);
	case TWO_RUNS:
		return (unsigned)(i % (count / 2 + 1) * 255 / count);
	default:
		return (unsigned)random() & 255;
	}
}

static void one(int order, size_t count, int reverse)
{
	unsigned char *all = malloc((count + 2) * size), *base = all + size;
	unsigned found[256] = { 0 }, expected[256] = { 0 };
	memset(all, BEFORE, (count + 2) * size);
	for (size_t i = 0; i < count; i++) {
		unsigned char *at = base + i * size;
		memset(at, (int)i, size);
		at[0] = (unsigned char)key(order, i, count);
		expected[at[0]]++;
		if (size > 3)
			at[2] = (unsigned char)(i >> 8);
	}
	comparisons = 0;
	int factor = -1;
	if (reverse)
		qsort_r(base, count, size, backwards, &factor);
	else
		qsort(base, count, size, by_key);
	int sorted = 1, stable = 1, whole = 1;
	for (size_t i = 0; i < count; i++) {
		Element now = element(base + i * size);
		found[now.key]++;
		for (size_t k = 3; k < size; k++)
			whole &= base[i * size + k] == (now.place & 255);
		if (i == 0)
			continue;
		Element before = element(base + (i - 1) * size);
		sorted &= reverse ? before.key >= now.key : before.key <= now.key;
		if (size > 3 || (size > 1 && count <= 256))
			stable &= before.key != now.key || before.place < now.place;
	}
	CHECK(sorted);
	CHECK(stable);
	CHECK(whole);
	CHECK(memcmp(found, expected, sizeof found) == 0);
	for (size_t k = 0; k < size; k++)
		CHECK(all[k] == BEFORE && base[count * size + k] == BEFORE);
	/* Never the square of the number. */
	unsigned log = 1;
	while (count >> log)
		log++;
	if (!CHECK(comparisons <= count * log + 1))
		fprintf(stderr, "order %d: %u comparisons of %zu\n", order, comparisons, count);
	free(all);
}

#ifdef __hermit__
static int by_number(const void *a, const void *b)
{
	int first = *(const int *)a, second = *(const int *)b;
	return (first > second) - (first < second);
}

/* Whoever has used up the memory can still sort. */
static void without_memory(void)
{
	enum { COUNT = 20000 };
	static int numbers[COUNT];
	for (int i = 0; i < COUNT; i++)
		numbers[i] = (int)random();
	void *held = NULL;
	for (size_t piece = 1 << 30; piece >= 16; ) {
		void **more = malloc(piece);
		if (more) {
			*more = held;
			held = more;
		} else {
			piece /= 2;
		}
	}
	qsort(numbers, COUNT, sizeof numbers[0], by_number);
	while (held) {
		void *next = *(void **)held;
		free(held);
		held = next;
	}
	int sorted = 1;
	for (int i = 1; i < COUNT; i++)
		sorted &= numbers[i - 1] <= numbers[i];
	CHECK(sorted);
}
#endif

int main(void)
{
	for (size = 1; size <= 200; size += size < 20 ? 1 : 13)
		for (int order = 0; order < ORDERS; order++)
			for (size_t count = 0; count <= 70; count += 1 + count / 10)
				one(order, count, order & 1);
	for (size = 4; size <= 256; size *= 4)
		for (int order = 0; order < ORDERS; order++)
			one(order, 5000, !(order & 1));
	size = 4;
	qsort(NULL, 0, 4, by_key);
	unsigned char single = 3;
	qsort(&single, 1, 1, by_key);
	CHECK_EQ(single, 3);
#ifdef __hermit__
	without_memory();
#endif
	return check_done();
}
