/* qsort() (C17 7.22.5.2) and GNU's qsort_r(): a merge sort, so that equal elements stay in their order, on which
 * programs from Linux rely. What is in order already costs one comparison for each two elements. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#define INLINE	static inline __attribute__((always_inline))

/* So many elements are sorted by insertion. */
#define FEW	4
/* From this size on pointers are sorted, and each element is moved once. */
#define LARGE	64

typedef int Compare(const void *, const void *, void *);

typedef struct {
	size_t size;
	Compare *compare;
	void *context;
	/* For half of the elements, and for one. */
	char *scratch;
} Sort;

INLINE int in_order(const Sort *sort, const char *a, const char *b)
{
	return sort->compare(a, b, sort->context) <= 0;
}

INLINE void sort_few(const Sort *sort, char *base, size_t count, size_t size)
{
	for (char *next = base + size; next < base + count * size; next += size) {
		char *place = next;
		while (place > base && !in_order(sort, place - size, next))
			place -= size;
		if (place < next) {
			memcpy(sort->scratch, next, size);
			memmove(place + size, place, next - place);
			memcpy(place, sort->scratch, size);
		}
	}
}

typedef void Sorter(const Sort *sort, char *base, size_t count);

/* Sorts both halves, by the function that this is compiled into for elements of one size, and merges them. */
INLINE void sort_halves(const Sort *sort, char *base, size_t count, size_t size, Sorter *self)
{
	if (count <= FEW) {
		sort_few(sort, base, count, size);
		return;
	}
	char *middle = base + count / 2 * size, *end = base + count * size;
	self(sort, base, count / 2);
	self(sort, middle, count - count / 2);
	if (in_order(sort, middle - size, middle))
		return;
	char *left = sort->scratch, *left_end = left + (middle - base), *right = middle;
	memcpy(left, base, middle - base);
	for (char *to = base; left < left_end; to += size) {
		if (right == end) {
			memcpy(to, left, left_end - left);
			return;
		}
		if (in_order(sort, left, right)) {
			memcpy(to, left, size);
			left += size;
		} else {
			memcpy(to, right, size);
			right += size;
		}
	}
}

static void sort_4(const Sort *sort, char *base, size_t count)
{
	sort_halves(sort, base, count, 4, sort_4);
}

static void sort_8(const Sort *sort, char *base, size_t count)
{
	sort_halves(sort, base, count, 8, sort_8);
}

static void sort_16(const Sort *sort, char *base, size_t count)
{
	sort_halves(sort, base, count, 16, sort_16);
}

static void sort_any(const Sort *sort, char *base, size_t count)
{
	sort_halves(sort, base, count, sort->size, sort_any);
}

static int compare_pointed(const void *a, const void *b, void *by)
{
	const Sort *sort = by;
	return sort->compare(*(char *const *)a, *(char *const *)b, sort->context);
}

/* Sorts pointers to the elements, and brings those into the pointers' order, a cycle after the other. `scratch` has
 * room for the pointers, half of them, and one element. */
static void sort_large(const Sort *sort, char *base, size_t count)
{
	char **pointers = (char **)sort->scratch, *kept = (char *)(pointers + count + count / 2 + 1);
	size_t size = sort->size;
	for (size_t i = 0; i < count; i++)
		pointers[i] = base + i * size;
	Sort indirect = { sizeof *pointers, compare_pointed, (void *)sort, (char *)(pointers + count) };
	sort_8(&indirect, (char *)pointers, count);
	for (size_t i = 0; i < count; i++) {
		char *begin = base + i * size, *to = begin;
		if (pointers[i] == begin)
			continue;
		memcpy(kept, begin, size);
		for (size_t at = i; ; ) {
			char *from = pointers[at];
			pointers[at] = to;
			if (from == begin)
				break;
			memcpy(to, from, size);
			to = from;
			at = (size_t)(from - base) / size;
		}
		memcpy(to, kept, size);
	}
}

static void swap(char *a, char *b, size_t size)
{
	for (; size > 0; size--, a++, b++) {
		char byte = *a;
		*a = *b;
		*b = byte;
	}
}

/* A heap sort, for which no memory is needed; the order of equal elements is lost. */
static void sort_in_place(const Sort *sort, char *base, size_t count)
{
	size_t size = sort->size;
	for (size_t root = count / 2, rest = count; rest > 1; ) {
		if (root > 0)
			root--;
		else
			swap(base, base + --rest * size, size);
		for (size_t at = root, child; (child = 2 * at + 1) < rest; at = child) {
			if (child + 1 < rest && !in_order(sort, base + (child + 1) * size, base + child * size))
				child++;
			if (in_order(sort, base + child * size, base + at * size))
				break;
			swap(base + at * size, base + child * size, size);
		}
	}
}

void qsort_r(void *base, size_t count, size_t size, Compare *compare, void *context)
{
	_Alignas(16) char few[1024];
	if (count < 2 || size == 0)
		return;
	Sort sort = { size, compare, context, few };
	Sorter *sorter = size == 4 ? sort_4 : size == 8 ? sort_8 : size == 16 ? sort_16 : sort_any;
	size_t scratch = count / 2 * size;
	if (size > LARGE) {
		sorter = sort_large;
		scratch = (count + count / 2 + 1) * sizeof(char *) + size;
	}
	if (scratch > sizeof few)
		sort.scratch = malloc(scratch);
	(sort.scratch ? sorter : sort_in_place)(&sort, base, count);
	if (sort.scratch != few)
		free(sort.scratch);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	/* By the calling convention a function may be given more than it takes. */
	qsort_r(base, count, size, (Compare *)(void (*)(void))compare, NULL);
}
