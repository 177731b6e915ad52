/* sys/mman.h: anonymous memory. What each function does, and each error that POSIX or Linux names. */
#include "check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static jmp_buf fault_exit;
static volatile sig_atomic_t fault_signal;
static void *volatile fault_address;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	fault_signal = signal;
	fault_address = info->si_addr;
	longjmp(fault_exit, 1);
}

/* The signal that a read (or a write of what is there) raises; 0 for none. */
static int fault_of(volatile char *at, int write)
{
	fault_signal = 0;
	if (setjmp(fault_exit) == 0) {
		char byte = *at;
		if (write)
			*at = byte;
	} else {
		CHECK(fault_address == (void *)at);
	}
	return fault_signal;
}

static char *map(size_t pages, int protection)
{
	char *memory = mmap(NULL, pages * PAGE, protection, ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	return memory;
}

static void protections(void)
{
	char *memory = map(8, RW);
	memset(memory, 7, 8 * PAGE);
	CHECK_EQ(mprotect(memory + PAGE, PAGE, PROT_READ), 0);
	CHECK_EQ(mprotect(memory + 2 * PAGE, 2 * PAGE, PROT_NONE), 0);
	static const int readable[] = {1, 1, 0, 0, 1, 1, 1, 1}, writable[] = {1, 0, 0, 0, 1, 1, 1, 1};
	for (int i = 0; i < 8; i++) {
		CHECK_EQ(fault_of(memory + i * PAGE, 0), readable[i] ? 0 : SIGSEGV);
		CHECK_EQ(fault_of(memory + i * PAGE + PAGE - 1, 1), writable[i] ? 0 : SIGSEGV);
	}
	CHECK_EQ(mprotect(memory, 8 * PAGE, RW), 0);
	for (size_t i = 0; i < 8 * PAGE; i += PAGE / 2)
		CHECK_EQ(memory[i], 7);
	CHECK_EQ(munmap(memory + 3 * PAGE, PAGE), 0);
	CHECK_EQ(fault_of(memory + 3 * PAGE, 0), SIGSEGV);
	CHECK_ERRNO(mprotect(memory, 8 * PAGE, PROT_READ), ENOMEM);
	CHECK_ERRNO(mprotect(memory + 1, PAGE, PROT_READ), EINVAL);
	CHECK_ERRNO(mprotect(memory, PAGE, 0x1000), EINVAL);
	CHECK_EQ(mprotect(memory, 0, PROT_READ), 0);
	CHECK_EQ(munmap(memory, 8 * PAGE), 0);
	CHECK_ERRNO(munmap(memory, 0), EINVAL);
	CHECK_ERRNO(munmap(memory + 1, PAGE), EINVAL);
	CHECK_EQ(munmap(memory, 8 * PAGE), 0); /* nothing is there: no error */
}

static void fixed_addresses(void)
{
	char *memory = map(16, PROT_NONE);
	CHECK(mmap(memory + PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == memory + PAGE);
	memory[PAGE] = 1;
	CHECK_ERRNO((intptr_t)mmap(memory, PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	CHECK_EQ(memory[PAGE], 1);
	CHECK_EQ(munmap(memory + 4 * PAGE, 2 * PAGE), 0);
	CHECK(mmap(memory + 4 * PAGE, 2 * PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == memory + 4 * PAGE);
	CHECK_EQ(memory[5 * PAGE], 0);
	CHECK_ERRNO((intptr_t)mmap(memory + 1, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0), EINVAL);
	/* A wish that is taken is not fulfilled, one that is free is. */
	char *other = mmap(memory + PAGE, PAGE, RW, ANONYMOUS, -1, 0);
	CHECK(other != MAP_FAILED && other != memory + PAGE);
	CHECK_EQ(munmap(other, PAGE), 0);
	CHECK_EQ(munmap(memory + 8 * PAGE, PAGE), 0);
	CHECK(mmap(memory + 8 * PAGE, PAGE, RW, ANONYMOUS, -1, 0) == memory + 8 * PAGE);
	CHECK_EQ(munmap(memory, 16 * PAGE), 0);
}

static void bad_mmap(void)
{
	CHECK_ERRNO((intptr_t)mmap(NULL, 0, RW, ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mmap(NULL, SIZE_MAX & -PAGE, RW, ANONYMOUS, -1, 0), ENOMEM);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), EBADF);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_SHARED, 1000, 0), EBADF);
	int pipes[2];
	REQUIRE(pipe(pipes) == 0);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0), ENODEV);
	close(pipes[0]), close(pipes[1]);
	int directory = open("/", O_RDONLY);
	REQUIRE(directory >= 0);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, directory, 0), ENODEV);
	close(directory);
	int zero = open("/dev/zero", O_RDWR);
	REQUIRE(zero >= 0);
	char *memory = mmap(NULL, PAGE, RW, MAP_PRIVATE, zero, 0);
	REQUIRE(memory != MAP_FAILED);
	CHECK_EQ(memory[17], 0);
	memory[17] = 1;
	CHECK_EQ(munmap(memory, PAGE), 0);
	close(zero);
}

static void advice(void)
{
	char *memory = map(4, RW);
	memset(memory, 3, 4 * PAGE);
	CHECK_EQ(madvise(memory, 4 * PAGE, MADV_WILLNEED), 0);
	CHECK_EQ(madvise(memory, 4 * PAGE, MADV_SEQUENTIAL), 0);
	CHECK_EQ(madvise(memory, 4 * PAGE, MADV_RANDOM), 0);
	CHECK_EQ(madvise(memory, 4 * PAGE, MADV_NORMAL), 0);
	CHECK_EQ(memory[0], 3);
	CHECK_EQ(madvise(memory + PAGE, PAGE, MADV_DONTNEED), 0);
	CHECK(memory[0] == 3 && memory[PAGE] == 0 && memory[2 * PAGE - 1] == 0 && memory[2 * PAGE] == 3);
	CHECK_EQ(madvise(memory + 2 * PAGE, PAGE, MADV_FREE), 0);
	CHECK(memory[2 * PAGE] == 0 || memory[2 * PAGE] == 3);
	memory[2 * PAGE] = 9;
	CHECK_EQ(memory[2 * PAGE], 9);
	CHECK_ERRNO(madvise(memory + 1, PAGE, MADV_DONTNEED), EINVAL);
	CHECK_ERRNO(madvise(memory, PAGE, 12345), EINVAL);
	static const int posix[] = {POSIX_MADV_NORMAL, POSIX_MADV_RANDOM, POSIX_MADV_SEQUENTIAL, POSIX_MADV_WILLNEED,
				    POSIX_MADV_DONTNEED};
	for (unsigned i = 0; i < sizeof posix / sizeof *posix; i++)
		CHECK_RC(posix_madvise(memory, 4 * PAGE, posix[i]), 0);
	CHECK(memory[0] == 3 && memory[3 * PAGE] == 3); /* POSIX: no effect on the content */
	CHECK_RC(posix_madvise(memory, PAGE, 12345), EINVAL);
	CHECK_RC(posix_madvise(memory + 1, PAGE, POSIX_MADV_NORMAL), EINVAL);
	CHECK_EQ(munmap(memory + 3 * PAGE, PAGE), 0);
	CHECK_ERRNO(madvise(memory, 4 * PAGE, MADV_DONTNEED), ENOMEM);
	CHECK_RC(posix_madvise(memory, 4 * PAGE, POSIX_MADV_WILLNEED), ENOMEM);
	CHECK_EQ(munmap(memory, 4 * PAGE), 0);
}

static int resident(char *memory, size_t pages)
{
	unsigned char found[16];
	CHECK_EQ(mincore(memory, pages * PAGE, found), 0);
	int count = 0;
	for (size_t i = 0; i < pages; i++)
		count += found[i] & 1;
	return count;
}

static void locking(void)
{
	static int global;
	char *memory = map(8, RW);
	CHECK_EQ(mlock(memory + 2 * PAGE, 3 * PAGE), 0);
	CHECK_EQ(resident(memory + 2 * PAGE, 3), 3);
	CHECK_EQ(mlock(&global, sizeof global), 0);
	CHECK_EQ(munlock(&global, sizeof global), 0);
	/* Locked pages are not dropped, nor can their copies be forgotten. */
	CHECK_ERRNO(madvise(memory, 8 * PAGE, MADV_DONTNEED), EINVAL);
	CHECK_ERRNO(msync(memory + 2 * PAGE, PAGE, MS_SYNC | MS_INVALIDATE), EBUSY);
	CHECK_EQ(munlock(memory, 8 * PAGE), 0);
	CHECK_EQ(madvise(memory, 8 * PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(msync(memory, PAGE, MS_SYNC | MS_INVALIDATE), 0);
	CHECK_EQ(munmap(memory + 7 * PAGE, PAGE), 0);
	CHECK_ERRNO(mlock(memory, 8 * PAGE), ENOMEM);
	CHECK_ERRNO(munlock(memory, 8 * PAGE), ENOMEM);
	CHECK_ERRNO(mlockall(0), EINVAL);
	CHECK_ERRNO(mlockall(1000), EINVAL);
	CHECK_EQ(mlockall(MCL_FUTURE), 0);
	char *later = map(5, RW);
	CHECK_EQ(resident(later, 5), 5);
	CHECK_EQ(munlockall(), 0);
	CHECK_EQ(munmap(later, 5 * PAGE), 0);
	CHECK_EQ(mlockall(MCL_CURRENT), 0);
	CHECK_EQ(resident(memory, 7), 7);
	CHECK_ERRNO(madvise(memory, PAGE, MADV_DONTNEED), EINVAL);
	CHECK_EQ(munlockall(), 0);
	CHECK_EQ(madvise(memory, PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(munmap(memory, 7 * PAGE), 0);
}

static void syncing(void)
{
	char *memory = map(2, RW);
	CHECK_EQ(msync(memory, 2 * PAGE, MS_SYNC), 0);
	CHECK_EQ(msync(memory, 2 * PAGE, MS_ASYNC), 0);
	CHECK_ERRNO(msync(memory, PAGE, MS_ASYNC | MS_SYNC), EINVAL);
	CHECK_ERRNO(msync(memory, PAGE, 0x4000), EINVAL);
	CHECK_ERRNO(msync(memory + 1, PAGE, MS_SYNC), EINVAL);
	CHECK_EQ(munmap(memory + PAGE, PAGE), 0);
	CHECK_ERRNO(msync(memory, 2 * PAGE, MS_SYNC), ENOMEM);
	CHECK_EQ(munmap(memory, PAGE), 0);
}

static void residence(void)
{
	char *memory = map(8, RW);
	unsigned char found[8];
	memory[5 * PAGE] = 1;
	CHECK_EQ(mincore(memory, 8 * PAGE, found), 0);
	CHECK_EQ(found[5] & 1, 1);
	CHECK_ERRNO(mincore(memory + 1, PAGE, found), EINVAL);
	CHECK_ERRNO(mincore(memory, PAGE, (unsigned char *)8), EFAULT);
	CHECK_EQ(munmap(memory, 8 * PAGE), 0);
	CHECK_ERRNO(mincore(memory, 8 * PAGE, found), ENOMEM);
}

static void resizing(void)
{
	char *memory = map(16, RW);
	for (int i = 0; i < 16; i++)
		memory[i * PAGE] = 'a' + i;
	/* Smaller: the end is unmapped. Larger again: into the gap. */
	CHECK(mremap(memory, 16 * PAGE, 8 * PAGE, 0) == memory);
	CHECK_EQ(fault_of(memory + 8 * PAGE, 0), SIGSEGV);
	CHECK(mremap(memory, 8 * PAGE, 10 * PAGE, 0) == memory);
	CHECK(memory[7 * PAGE] == 'h' && memory[8 * PAGE] == 0 && memory[9 * PAGE] == 0);
	/* Something in the way. */
	CHECK(mmap(memory + 10 * PAGE, PAGE, PROT_NONE, ANONYMOUS | MAP_FIXED, -1, 0) == memory + 10 * PAGE);
	CHECK_ERRNO((intptr_t)mremap(memory, 10 * PAGE, 600 * PAGE, 0), ENOMEM);
	char *moved = mremap(memory, 10 * PAGE, 600 * PAGE, MREMAP_MAYMOVE);
	REQUIRE(moved != MAP_FAILED);
	CHECK(moved != memory);
	CHECK_EQ(fault_of(memory, 0), SIGSEGV);
	for (int i = 0; i < 8; i++)
		CHECK_EQ(moved[i * PAGE], 'a' + i);
	CHECK(moved[8 * PAGE] == 0 && moved[599 * PAGE] == 0);
	/* To a place of one's choice, with its protection. */
	char *place = map(8, PROT_NONE);
	CHECK_EQ(mprotect(moved, 4 * PAGE, PROT_READ), 0);
	CHECK(mremap(moved, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place + PAGE) == place + PAGE);
	CHECK_EQ(place[4 * PAGE], 'd');
	CHECK_EQ(fault_of(place + PAGE, 1), SIGSEGV);
	CHECK_EQ(fault_of(moved + 3 * PAGE, 0), SIGSEGV);
	CHECK_EQ(moved[4 * PAGE], 'e');
	CHECK_ERRNO((intptr_t)mremap(place + 1, PAGE, PAGE, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mremap(place, PAGE, 0, 0), EINVAL);
	CHECK_ERRNO((intptr_t)mremap(place, PAGE, PAGE, 0x100), EINVAL);
	CHECK_ERRNO((intptr_t)mremap(place, PAGE, PAGE, MREMAP_FIXED, place + 2 * PAGE), EINVAL);
	CHECK_ERRNO((intptr_t)mremap(place, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place + PAGE), EINVAL);
	CHECK_ERRNO((intptr_t)mremap(moved, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EFAULT);
	CHECK_EQ(munmap(place, 8 * PAGE), 0);
	CHECK_EQ(munmap(moved, 600 * PAGE), 0);
	CHECK_EQ(munmap(memory, 16 * PAGE), 0);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	protections();
	fixed_addresses();
	bad_mmap();
	advice();
	locking();
	syncing();
	residence();
	resizing();
	return check_done();
}
