/* One thread takes its half of a block of pages away and shows a file there, while another one maps and
 * touches the other half, which the system may join to the first: nothing of what the second gets is in the
 * place of the file. */
#include "check.h"
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define HALF 8UL /* of the sixteen pages that are backed together */
#define BLOCKS 4
#define ROUNDS 50
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static char *arena;
static int file;
static int moved; /* blocks whose first half is moved no more */

static void *take_away(void *half)
{
	volatile unsigned char *pages = half;
	unsigned char byte = 0;
	for (int round = 0; round < ROUNDS; round++) {
		/* Some of its pages are there and take a while to go, others are not. */
		for (size_t i = 0; i < HALF; i++)
			pages[i * PAGE] = 1;
		CHECK_EQ(madvise(half, HALF / 2 * PAGE, MADV_DONTNEED), 0);
		if (round % 2 == 0)
			CHECK_EQ(munmap(half, HALF * PAGE), 0);
		REQUIRE(mmap(half, HALF * PAGE, RW, MAP_SHARED | MAP_FIXED, file, 0) == half);
		for (size_t i = 0; i < HALF; i++) {
			CHECK_EQ(pages[i * PAGE], 'a' + i);
			CHECK_EQ(pread(file, &byte, 1, i * PAGE), 1);
			CHECK_EQ(byte, 'a' + i);
		}
		REQUIRE(mmap(half, HALF * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == half);
		CHECK_EQ(pages[round % HALF * PAGE], 0);
	}
	__atomic_add_fetch(&moved, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void *touch(void *half)
{
	volatile unsigned char *pages = half;
	for (unsigned i = 0; __atomic_load_n(&moved, __ATOMIC_SEQ_CST) < BLOCKS; i++) {
		size_t page = i % HALF * PAGE;
		REQUIRE(mmap(half, HALF * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == half);
		CHECK_EQ(pages[page], 0);
		pages[page] = (unsigned char)(i | 1);
		CHECK_EQ(pages[page], (unsigned char)(i | 1));
	}
	return NULL;
}

int main(void)
{
	char name[] = "/tmp/neighbours-XXXXXX";
	file = mkstemp(name);
	REQUIRE(file >= 0);
	CHECK_EQ(unlink(name), 0);
	CHECK_EQ(ftruncate(file, HALF * PAGE), 0);
	for (size_t i = 0; i < HALF; i++) {
		unsigned char byte = (unsigned char)('a' + i);
		CHECK_EQ(pwrite(file, &byte, 1, i * PAGE), 1);
	}
	arena = mmap(NULL, (BLOCKS + 1) * 2 * HALF * PAGE, RW, ANONYMOUS, -1, 0);
	REQUIRE(arena != MAP_FAILED);
	char *first = (char *)(((uintptr_t)arena + 2 * HALF * PAGE - 1) & -(2 * HALF * PAGE));
	pthread_t threads[BLOCKS][2];
	for (int i = 0; i < BLOCKS; i++) {
		char *block = first + i * 2 * HALF * PAGE;
		REQUIRE(pthread_create(&threads[i][0], NULL, touch, block + HALF * PAGE) == 0);
		REQUIRE(pthread_create(&threads[i][1], NULL, take_away, block) == 0);
	}
	for (int i = 0; i < BLOCKS; i++) {
		CHECK_EQ(pthread_join(threads[i][0], NULL), 0);
		CHECK_EQ(pthread_join(threads[i][1], NULL), 0);
	}
	return check_done();
}
