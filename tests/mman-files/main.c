/* Mapped files: shared mappings, read and write all see the same bytes, in every thread; private ones keep
 * their changes; what lies behind the end of the file is SIGBUS. */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

static __thread jmp_buf fault_exit;
static __thread volatile sig_atomic_t fault_signal;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	fault_signal = signal;
	longjmp(fault_exit, 1);
}

static int fault_of(volatile char *at, int write)
{
	fault_signal = 0;
	if (setjmp(fault_exit) == 0) {
		char byte = *at;
		if (write)
			*at = byte;
	}
	return fault_signal;
}

static int temporary(void)
{
	char name[] = "/tmp/mman-XXXXXX";
	int fd = mkstemp(name);
	REQUIRE(fd >= 0);
	CHECK_EQ(unlink(name), 0);
	return fd;
}

static char *map(int fd, size_t len, int protection, int flags, off_t offset)
{
	char *memory = mmap(NULL, len, protection, flags, fd, offset);
	REQUIRE(memory != MAP_FAILED);
	return memory;
}

static void one_content(void)
{
	int fd = temporary();
	char text[3 * PAGE];
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7 + i / PAGE);
	CHECK_EQ(write(fd, text, sizeof text), sizeof text);
	char *a = map(fd, 3 * PAGE, RW, MAP_SHARED, 0);
	char *b = map(fd, 2 * PAGE, RW, MAP_SHARED, PAGE);
	char *copy = map(fd, 3 * PAGE, RW, MAP_PRIVATE, 0);
	CHECK(memcmp(a, text, sizeof text) == 0 && memcmp(b, text + PAGE, 2 * PAGE) == 0);
	CHECK(memcmp(copy, text, sizeof text) == 0);
	strcpy(a + PAGE + 100, "written here");
	CHECK(strcmp(b + 100, "written here") == 0);
	char read_back[32];
	CHECK_EQ(pread(fd, read_back, 13, PAGE + 100), 13);
	CHECK(strcmp(read_back, "written here") == 0);
	CHECK_EQ(pwrite(fd, "by write", 9, 2 * PAGE - 4), 9);
	CHECK(strcmp(a + 2 * PAGE - 4, "by write") == 0 && strcmp(b + PAGE - 4, "by write") == 0);
	/* The private copy changes nothing. */
	strcpy(copy, "private");
	CHECK(memcmp(a, text, 100) == 0);
	/* A write from and a read to the mapping of the same file. */
	CHECK_EQ(pwrite(fd, a + PAGE + 100, 13, 0), 13);
	CHECK(strcmp(a, "written here") == 0);
	CHECK_EQ(pread(fd, b, 13, 0), 13);
	CHECK(strcmp(a + PAGE, "written here") == 0);
	CHECK_EQ(msync(a, 3 * PAGE, MS_SYNC), 0);
	/* The mapping outlives the descriptor and the name. */
	close(fd);
	strcpy(b, "still");
	CHECK(strcmp(a + PAGE, "still") == 0);
	CHECK_EQ(munmap(a, 3 * PAGE), 0);
	CHECK(strcmp(b, "still") == 0);
	CHECK_EQ(munmap(b, 2 * PAGE), 0);
	CHECK_EQ(munmap(copy, 3 * PAGE), 0);
}

static void ends(void)
{
	int fd = temporary();
	CHECK_EQ(ftruncate(fd, PAGE + 10), 0);
	char *shared = map(fd, 4 * PAGE, RW, MAP_SHARED, 0);
	char *copy = map(fd, 4 * PAGE, RW, MAP_PRIVATE, 0);
	/* The page in which the file ends is there, the next is not. */
	CHECK_EQ(fault_of(shared + 2 * PAGE - 1, 1), 0);
	CHECK_EQ(fault_of(shared + 2 * PAGE, 0), SIGBUS);
	CHECK_EQ(fault_of(shared + 3 * PAGE, 1), SIGBUS);
	CHECK_EQ(fault_of(copy + 2 * PAGE - 1, 1), 0);
	CHECK_EQ(fault_of(copy + 2 * PAGE, 1), SIGBUS);
	/* What is written behind the end is not in the file, and is gone when it grows. */
	memset(shared + PAGE, 'x', PAGE);
	struct stat status;
	CHECK_EQ(fstat(fd, &status), 0);
	CHECK_EQ(status.st_size, PAGE + 10);
	char bytes[40];
	CHECK_EQ(pread(fd, bytes, sizeof bytes, PAGE), 10);
	CHECK_EQ(ftruncate(fd, 4 * PAGE), 0);
	CHECK(shared[PAGE + 9] == 'x' && shared[PAGE + 10] == 0 && shared[2 * PAGE - 1] == 0);
	CHECK_EQ(fault_of(shared + 3 * PAGE, 1), 0);
	strcpy(shared + 3 * PAGE, "last");
	strcpy(shared, "first");
	/* Cut: the pages go from the mapping; and come back empty. */
	CHECK_EQ(ftruncate(fd, 100), 0);
	CHECK(strcmp(shared, "first") == 0);
	CHECK_EQ(fault_of(shared + PAGE, 0), SIGBUS);
	CHECK_EQ(fault_of(shared + 3 * PAGE, 0), SIGBUS);
	/* Nor can the kernel be made to read or write there. */
	CHECK_ERRNO(pwrite(fd, shared + 3 * PAGE, 1, 0), EFAULT);
	CHECK_ERRNO(pread(fd, shared + 3 * PAGE, 1, 0), EFAULT);
	CHECK_EQ(pwrite(fd, "!", 1, 4 * PAGE - 1), 1);
	CHECK(shared[3 * PAGE] == 0 && shared[4 * PAGE - 1] == '!' && shared[100] == 0);
	CHECK(strcmp(shared, "first") == 0);
	CHECK_EQ(munmap(shared, 4 * PAGE), 0);
	CHECK_EQ(munmap(copy, 4 * PAGE), 0);
	close(fd);
}

static void parts(void)
{
	int fd = temporary();
	CHECK_EQ(ftruncate(fd, 16 * PAGE), 0);
	char *memory = map(fd, 16 * PAGE, RW, MAP_SHARED, 0);
	for (int i = 0; i < 16; i++)
		memory[i * PAGE] = 'a' + i;
	CHECK_EQ(munmap(memory + 4 * PAGE, 2 * PAGE), 0);
	CHECK_EQ(mprotect(memory + 8 * PAGE, 2 * PAGE, PROT_READ), 0);
	CHECK_EQ(fault_of(memory + 8 * PAGE, 1), SIGSEGV);
	CHECK_EQ(fault_of(memory + 10 * PAGE, 1), 0);
	CHECK_EQ(mprotect(memory + 8 * PAGE, 2 * PAGE, PROT_NONE), 0);
	CHECK_EQ(fault_of(memory + 9 * PAGE, 0), SIGSEGV);
	CHECK_EQ(mprotect(memory + 8 * PAGE, 2 * PAGE, RW), 0);
	/* The hole is filled with other pages of the same file; the content is the file's. */
	CHECK(mmap(memory + 4 * PAGE, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 14 * PAGE) == memory + 4 * PAGE);
	CHECK(memory[4 * PAGE] == 'o' && memory[5 * PAGE] == 'p' && memory[6 * PAGE] == 'g');
	memory[4 * PAGE] = 'O';
	CHECK_EQ(memory[14 * PAGE], 'O');
	/* Dropped pages of a shared mapping come back from the file. */
	CHECK_EQ(madvise(memory, 16 * PAGE, MADV_DONTNEED), 0);
	CHECK(memory[0] == 'a' && memory[15 * PAGE] == 'p' && memory[4 * PAGE] == 'O');
	/* A shared mapping that moves shows the same pages. */
	char *tail = mremap(memory + 6 * PAGE, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	REQUIRE(tail != MAP_FAILED);
	CHECK(tail[0] == 'g' && tail[3 * PAGE] == 'j');
	tail[3 * PAGE] = 'J';
	CHECK_EQ(memory[9 * PAGE], 'J');
	CHECK_EQ(munmap(tail, 4 * PAGE), 0);
	unsigned char found[2];
	CHECK_EQ(mincore(memory, 2 * PAGE, found), 0);
	CHECK(found[0] & found[1] & 1);
	CHECK_EQ(mlock(memory, PAGE), 0);
	CHECK_EQ(munlock(memory, PAGE), 0);
	CHECK_EQ(mlockall(MCL_CURRENT), 0);
	CHECK_ERRNO(msync(memory, PAGE, MS_SYNC | MS_INVALIDATE), EBUSY);
	CHECK_EQ(munlockall(), 0);
	CHECK_EQ(msync(memory, PAGE, MS_SYNC | MS_INVALIDATE), 0);
	CHECK_EQ(munmap(memory, 16 * PAGE), 0);
	close(fd);
}

static void permissions(void)
{
	char name[] = "/tmp/mman-XXXXXX";
	int fd = mkstemp(name), read_only = open(name, O_RDONLY), write_only = open(name, O_WRONLY);
	REQUIRE(fd >= 0 && read_only >= 0 && write_only >= 0);
	CHECK_EQ(ftruncate(fd, PAGE), 0);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_SHARED, read_only, 0), EACCES);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, write_only, 0), EACCES);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, write_only, 0), EACCES);
	char *shared = map(read_only, PAGE, PROT_READ, MAP_SHARED, 0);
	CHECK_ERRNO(mprotect(shared, PAGE, RW), EACCES);
	CHECK_EQ(pwrite(fd, "seen", 5, 0), 5);
	CHECK(strcmp(shared, "seen") == 0);
	char *copy = map(read_only, PAGE, PROT_READ, MAP_PRIVATE, 0);
	CHECK_EQ(mprotect(copy, PAGE, RW), 0);
	copy[0] = 'x';
	CHECK_EQ(shared[0], 's');
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1), EINVAL);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, (off_t)(INT64_MAX & -PAGE)), EOVERFLOW);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, 0, fd, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0), EINVAL);
	CHECK_EQ(munmap(shared, PAGE), 0);
	CHECK_EQ(munmap(copy, PAGE), 0);
	/* msync sets the time of the last write. */
	struct timespec old[2] = {{1000, 0}, {1000, 0}};
	shared = map(fd, PAGE, RW, MAP_SHARED, 0);
	CHECK_EQ(futimens(fd, old), 0);
	shared[0] = 'S';
	CHECK_EQ(msync(shared, PAGE, MS_SYNC), 0);
	struct stat status;
	CHECK_EQ(fstat(fd, &status), 0);
	CHECK(status.st_mtim.tv_sec > 1000);
	CHECK_EQ(munmap(shared, PAGE), 0);
	close(fd), close(read_only), close(write_only);
	CHECK_EQ(unlink(name), 0);
}

/* Mappings without end find one. */
static void many(void)
{
	int fd = temporary();
	CHECK_EQ(ftruncate(fd, PAGE), 0);
	char *area = mmap(NULL, 300000 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	REQUIRE(area != MAP_FAILED);
	int count = 0;
	while (count < 300000 &&
	       mmap(area + count * PAGE, PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED)
		count++;
	CHECK(count >= 10000 && count < 300000);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(munmap(area, 300000 * PAGE), 0);
	close(fd);
}

/* A large hole costs nothing until it is touched. */
static void sparse(void)
{
	int fd = temporary();
	CHECK_EQ(ftruncate(fd, (off_t)1 << 36), 0);
	char *memory = map(fd, (size_t)1 << 36, RW, MAP_SHARED, 0);
	for (uint64_t at = 12345; at < (uint64_t)1 << 36; at *= 5)
		memory[at] = 'z';
	char byte;
	CHECK_EQ(pread(fd, &byte, 1, 12345 * 625), 1);
	CHECK_EQ(byte, 'z');
	struct stat status;
	CHECK_EQ(fstat(fd, &status), 0);
	CHECK(status.st_blocks > 0 && status.st_blocks < 1000);
	CHECK_EQ(ftruncate(fd, 0), 0);
	CHECK_EQ(fault_of(memory + 12345, 0), SIGBUS);
	CHECK_EQ(munmap(memory, (size_t)1 << 36), 0);
	close(fd);
}

/* Threads count in the file, each through a mapping of its own, while another one writes and cuts its end. */
enum { THREADS = 4, ROUNDS = 60, COUNTERS = 16 };
static int counted;

static void *count(void *argument)
{
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t *counters = (uint32_t *)map(counted, COUNTERS * PAGE, RW, MAP_SHARED, 0);
		for (int i = 0; i < COUNTERS; i++)
			__atomic_fetch_add(&counters[i * PAGE / 4], 1, __ATOMIC_RELAXED);
		CHECK_EQ(munmap(counters, COUNTERS * PAGE), 0);
	}
	return argument;
}

static void *cut(void *argument)
{
	char *end = map(counted, (COUNTERS + 4) * PAGE, RW, MAP_SHARED, 0) + COUNTERS * PAGE;
	for (int round = 0; round < ROUNDS; round++) {
		CHECK_EQ(pwrite(counted, &round, sizeof round, (COUNTERS + 3) * PAGE), sizeof round);
		CHECK_EQ(*(int *)(end + 3 * PAGE), round);
		CHECK_EQ(ftruncate(counted, COUNTERS * PAGE), 0);
		CHECK_EQ(fault_of(end + round % 4 * PAGE, 1), SIGBUS);
	}
	CHECK_EQ(munmap(end - COUNTERS * PAGE, (COUNTERS + 4) * PAGE), 0);
	return argument;
}

static void together(void)
{
	counted = temporary();
	CHECK_EQ(ftruncate(counted, COUNTERS * PAGE), 0);
	pthread_t threads[THREADS + 1];
	for (int i = 0; i <= THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, i < THREADS ? count : cut, NULL) == 0);
	for (int i = 0; i <= THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < COUNTERS; i++) {
		uint32_t value;
		CHECK_EQ(pread(counted, &value, sizeof value, i * PAGE), sizeof value);
		CHECK_EQ(value, THREADS * ROUNDS);
	}
	close(counted);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	one_content();
	ends();
	parts();
	permissions();
	sparse();
	many();
	together();
	return check_done();
}
