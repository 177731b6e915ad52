/* sbrk, mmap, munmap, mprotect: fresh memory is zero, parts can be given back and fetched again,
 * reservations cost nothing, bad arguments get their errno. */
#include "check.h"
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGE 4096
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

static int all_zero(const char *memory, size_t length)
{
	for (size_t i = 0; i < length; i += 64)
		if (memory[i] != 0)
			return 0;
	return memory[length - 1] == 0;
}

static void growing_the_break(void)
{
	char *before = sbrk(0);
	CHECK(before != (void *)-1);
	char *block = sbrk(10 * PAGE);
	REQUIRE(block == before);
	CHECK(all_zero(block, 10 * PAGE));
	memset(block, 1, 10 * PAGE);
	CHECK(sbrk(0) == block + 10 * PAGE);
	CHECK(sbrk(-4 * PAGE) == block + 10 * PAGE);
	CHECK(sbrk(0) == block + 6 * PAGE);
	CHECK_EQ(block[6 * PAGE - 1], 1);
	CHECK(sbrk(-6 * PAGE) != (void *)-1);
	CHECK(sbrk(0) == before);
	errno = 0;
	CHECK(sbrk(INTPTR_MAX) == (void *)-1 && errno == ENOMEM);
	CHECK(sbrk(0) == before);
}

static void mapping(void)
{
	for (size_t pages = 1; pages < 2000; pages = pages * 3 + 1) {
		char *memory = mmap(NULL, pages * PAGE, RW, ANONYMOUS, -1, 0);
		REQUIRE(memory != MAP_FAILED);
		CHECK_EQ((uintptr_t)memory % PAGE, 0);
		CHECK(all_zero(memory, pages * PAGE));
		memset(memory, 0x5a, pages * PAGE);
		CHECK_EQ(munmap(memory, pages * PAGE), 0);
	}
	/* What was used before is zero when it comes back. */
	for (int round = 0; round < 50; round++) {
		char *memory = mmap(NULL, 1 << 20, RW, ANONYMOUS, -1, 0);
		REQUIRE(memory != MAP_FAILED);
		CHECK(all_zero(memory, 1 << 20));
		memset(memory, round + 1, 1 << 20);
		CHECK_EQ(munmap(memory, 1 << 20), 0);
	}
	/* A length that is no multiple of the page. */
	char *memory = mmap(NULL, 5000, RW, ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	memory[8191] = 1;
	CHECK_EQ(munmap(memory, 5000), 0);
}

static void parts(void)
{
	enum { PAGES = 64 };
	char *memory = mmap(NULL, PAGES * PAGE, RW, ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE] = i;
	/* A hole in the middle does not touch its neighbours; unmapping a hole is no error. */
	CHECK_EQ(munmap(memory + 10 * PAGE, 5 * PAGE), 0);
	CHECK_EQ(munmap(memory + 10 * PAGE, 5 * PAGE), 0);
	CHECK(memory[9 * PAGE] == 9 && memory[15 * PAGE] == 15);
	/* MAP_FIXED fills it again, with zeros. */
	char *hole = mmap(memory + 10 * PAGE, 5 * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(hole == memory + 10 * PAGE);
	CHECK(all_zero(hole, 5 * PAGE));
	CHECK(memory[9 * PAGE] == 9 && memory[15 * PAGE] == 15);
	/* MAP_FIXED over what is in use replaces it. */
	CHECK(mmap(memory + 20 * PAGE, 2 * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == memory + 20 * PAGE);
	CHECK(memory[20 * PAGE] == 0 && memory[21 * PAGE] == 0 && memory[22 * PAGE] == 22);
	/* Protection changes keep the contents. */
	CHECK_EQ(mprotect(memory + 30 * PAGE, 4 * PAGE, PROT_READ), 0);
	CHECK_EQ(memory[31 * PAGE], 31);
	CHECK_EQ(mprotect(memory + 30 * PAGE, 4 * PAGE, PROT_NONE), 0);
	CHECK_EQ(mprotect(memory + 30 * PAGE, 4 * PAGE, RW), 0);
	CHECK_EQ(memory[33 * PAGE], 33);
	memory[33 * PAGE] = 1;
	CHECK_EQ(munmap(memory, PAGES * PAGE), 0);
}

static void reservations(void)
{
	/* 64 GiB of addresses are not 64 GiB of memory. */
	size_t size = (size_t)64 << 30;
	char *reserved = mmap(NULL, size, PROT_NONE, ANONYMOUS | MAP_NORESERVE, -1, 0);
	REQUIRE(reserved != MAP_FAILED);
	for (int i = 0; i < 32; i++) {
		char *piece = reserved + i * (size / 32) + PAGE;
		CHECK_EQ(mprotect(piece, 3 * PAGE, RW), 0);
		CHECK(all_zero(piece, 3 * PAGE));
		memset(piece, i, 3 * PAGE);
	}
	char *committed = mmap(reserved + size / 2, 1 << 20, RW, ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(committed == reserved + size / 2);
	memset(committed, 1, 1 << 20);
	CHECK_EQ(munmap(reserved, size), 0);
}

static void executable(void)
{
	unsigned char *code = mmap(NULL, PAGE, RW, ANONYMOUS, -1, 0);
	REQUIRE(code != MAP_FAILED);
	static const unsigned char answer[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov eax, 42; ret */
	memcpy(code, answer, sizeof answer);
	CHECK_EQ(mprotect(code, PAGE, PROT_READ | PROT_EXEC), 0);
	CHECK_EQ(((int (*)(void))(uintptr_t)code)(), 42);
	CHECK_EQ(munmap(code, PAGE), 0);
}

static void mistakes(void)
{
	CHECK_ERRNO((intptr_t)mmap(NULL, 0, RW, ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mmap(NULL, SIZE_MAX - PAGE, RW, ANONYMOUS, -1, 0), ENOMEM);
	CHECK_ERRNO((intptr_t)mmap((void *)1, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), EBADF);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERRNO(munmap((void *)1, PAGE), EINVAL);
	CHECK_ERRNO(munmap((void *)PAGE, 0), EINVAL);
	CHECK_ERRNO(mprotect((void *)1, PAGE, PROT_READ), EINVAL);
	char *memory = mmap(NULL, PAGE, RW, ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	CHECK_EQ(munmap(memory, PAGE), 0);
	CHECK_ERRNO(mprotect(memory, PAGE, PROT_READ), ENOMEM);
}

/* getrusage() tells the most that was in use, not what is. */
static void most(void)
{
	size_t size = sysconf(_SC_AVPHYS_PAGES) / 2 * PAGE;
	if (size > 64 << 20)
		size = 64 << 20;
	char *memory = mmap(NULL, size, RW, ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	memset(memory, 1, size);
	CHECK_EQ(munmap(memory, size), 0);
	struct rusage usage;
	CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
	CHECK(usage.ru_maxrss >= (long)(size >> 10));
}

int main(void)
{
	CHECK_EQ(sysconf(_SC_PAGESIZE), PAGE);
	most();
	growing_the_break();
	mapping();
	parts();
	reservations();
	executable();
	mistakes();
	return check_done();
}
