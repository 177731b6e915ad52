/* Allocation, all of stdlib.h's and malloc.h's functions: alignment, sizes, contents, and errors. */
#include "check.h"
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define PAGE 4096UL

static void *volatile kept; /* what the compiler must not think away */
static volatile size_t huge = SIZE_MAX / 2;

static int aligned(void *block, size_t alignment)
{
	return block != NULL && (uintptr_t)block % alignment == 0;
}

static void use(void *block, size_t size)
{
	memset(block, 0x5a, size);
	CHECK(malloc_usable_size(block) >= size);
	memset(block, 0xa5, malloc_usable_size(block));
	free(block);
}

static void plain(void)
{
	for (size_t size = 1; size < (20 << 20); size = size * 4 + 1) {
		use(malloc(size), size);
		unsigned char *zeros = calloc(size, 1);
		REQUIRE(zeros != NULL);
		for (size_t i = 0; i < size; i += size / 64 + 1)
			CHECK_EQ(zeros[i], 0);
		/* Growing and shrinking keep the content. */
		memset(zeros, 0x77, size);
		unsigned char *larger = realloc(zeros, size * 2);
		REQUIRE(larger != NULL);
		CHECK(larger[0] == 0x77 && larger[size - 1] == 0x77);
		unsigned char *smaller = realloc(larger, size / 2 + 1);
		REQUIRE(smaller != NULL);
		CHECK(smaller[0] == 0x77 && smaller[size / 2] == 0x77);
		free(smaller);
	}
	for (int i = 0; i < 200; i++) {
		/* Two, lest one is aligned by chance. */
		void *blocks[2] = {malloc(i), malloc(i)};
		void *zeros[2] = {calloc(1, i), calloc(1, i)};
		for (int j = 0; j < 2; j++) {
			CHECK(aligned(blocks[j], 16) && aligned(zeros[j], 16));
			zeros[j] = realloc(zeros[j], 1 + i % 8);
			CHECK(aligned(zeros[j], 16));
		}
		for (int j = 0; j < 2; j++) {
			free(blocks[j]);
			free(zeros[j]);
		}
	}
	free(NULL);
	CHECK_EQ(malloc_usable_size(NULL), 0);
	kept = realloc(NULL, 100);
	CHECK(kept != NULL);
	free(kept);
	/* A freed block's errno is the caller's. */
	errno = EDOM;
	free(malloc(1000));
	CHECK_EQ(errno, EDOM);
}

static void too_much(void)
{
	errno = 0;
	CHECK((kept = malloc(huge)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = calloc(huge, 4)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = calloc(huge, 1)) == NULL && errno == ENOMEM);
	char *small = malloc(10);
	REQUIRE(small != NULL);
	strcpy(small, "kept");
	errno = 0;
	CHECK((kept = realloc(small, huge)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = reallocarray(small, huge, 4)) == NULL && errno == ENOMEM);
	CHECK(strcmp(small, "kept") == 0);
	small = reallocarray(small, 100, 100);
	CHECK(small != NULL && strcmp(small, "kept") == 0);
	free(small);
	errno = 0;
	CHECK((kept = aligned_alloc(64, huge & -64UL)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = memalign(64, huge)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = valloc(huge)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = pvalloc(SIZE_MAX - 100)) == NULL && errno == ENOMEM);
	void *place = &small;
	CHECK_EQ(posix_memalign(&place, 64, huge), ENOMEM);
	CHECK(place == &small);
}

static void alignments(void)
{
	for (size_t alignment = sizeof(void *); alignment <= 4 << 20; alignment *= 4) {
		for (size_t size = 1; size <= 100000; size = size * 10 + 7) {
			void *place = NULL;
			CHECK_EQ(posix_memalign(&place, alignment, size), 0);
			CHECK(aligned(place, alignment));
			use(place, size);
			void *block = aligned_alloc(alignment, size * alignment);
			if (size * alignment < 16 << 20) {
				CHECK(aligned(block, alignment));
				use(block, size);
			} else {
				free(block);
			}
			block = memalign(alignment, size);
			CHECK(aligned(block, alignment));
			/* An aligned block can be reallocated as any other. */
			block = realloc(block, size + 1000);
			REQUIRE(block != NULL);
			use(block, size + 1000);
		}
	}
	void *place = &place;
	CHECK_EQ(posix_memalign(&place, 0, 10), EINVAL);
	CHECK_EQ(posix_memalign(&place, 24, 10), EINVAL);
	CHECK_EQ(posix_memalign(&place, sizeof(void *) / 2, 10), EINVAL);
	CHECK(place == &place);
	void *block = valloc(10);
	CHECK(aligned(block, PAGE));
	use(block, 10);
	block = pvalloc(10);
	CHECK(aligned(block, PAGE));
	use(block, PAGE);
}

static void the_break(void)
{
	char *start = sbrk(0);
	REQUIRE(start != (void *)-1);
	CHECK_EQ(brk(start + 3 * PAGE), 0);
	CHECK(sbrk(0) == start + 3 * PAGE);
	memset(start, 1, 3 * PAGE);
	CHECK_EQ(brk(start), 0);
	CHECK(sbrk(PAGE) == start);
	CHECK_EQ(start[0], 0);
	CHECK(sbrk(-(intptr_t)PAGE) == start + PAGE);
	CHECK_ERRNO(brk((void *)(INTPTR_MAX & -PAGE)), ENOMEM);
	CHECK_ERRNO((intptr_t)sbrk(INTPTR_MAX), ENOMEM);
	CHECK(sbrk(0) == start);
}

int main(void)
{
	the_break();
	plain();
	too_much();
	alignments();
	/* Whether there was something to give back. */
	int trimmed = malloc_trim(0);
	CHECK(trimmed == 0 || trimmed == 1);
	CHECK_EQ(malloc_trim(0) & ~1, 0);
	return check_done();
}
