/* Shared mappings of the host's files beside read(), write() and ftruncate() of the same files. */
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, LIMIT = 40 * PAGE };

static unsigned char model[LIMIT], buffer[LIMIT];
static size_t model_len;

static void set(size_t at, size_t len, int byte)
{
	if (len == 0)
		return;
	if (at > model_len)
		memset(model + model_len, 0, at - model_len);
	memset(model + at, byte, len);
	if (at + len > model_len)
		model_len = at + len;
}

static void cut(size_t len)
{
	if (len > model_len)
		memset(model + model_len, 0, len - model_len);
	model_len = len;
}

/* The file has what the model has; the host compares its own view later. */
static void compare(int fd)
{
	struct stat s;
	CHECK(fstat(fd, &s) == 0 && (size_t)s.st_size == model_len);
	CHECK_EQ(pread(fd, buffer, LIMIT, 0), model_len);
	CHECK(memcmp(buffer, model, model_len) == 0);
}

static void tell_expected(void)
{
	int fd = open("mnt/expected", O_WRONLY | O_CREAT | O_TRUNC, 0666);
	CHECK_EQ(write(fd, model, model_len), model_len);
	CHECK_EQ(close(fd), 0);
}

static unsigned char *map(int fd, size_t at, size_t len, int protection)
{
	void *mapped = mmap(NULL, len, protection, MAP_SHARED, fd, at);
	REQUIRE(mapped != MAP_FAILED);
	return mapped;
}

static void calls(int fd)
{
	/* Two mappings and a descriptor show the same bytes. */
	unsigned char *a = map(fd, 0, 3 * PAGE, PROT_READ | PROT_WRITE);
	int reader = open("mnt/mapped", O_RDONLY);
	unsigned char *b = map(reader, PAGE, 2 * PAGE, PROT_READ);
	CHECK(a[0] == 'h' && b[PAGE] == 'h');
	a[PAGE + 5] = 'A';
	set(PAGE + 5, 1, 'A');
	CHECK_EQ(b[5], 'A');
	compare(reader);
	CHECK_EQ(pwrite(fd, "write", 5, 2 * PAGE - 2), 5);
	memcpy(model + 2 * PAGE - 2, "write", 5);
	CHECK(memcmp(a + 2 * PAGE - 2, "write", 5) == 0);
	CHECK(memcmp(b + PAGE - 2, "write", 5) == 0);
	CHECK_EQ(msync(a, 3 * PAGE, MS_SYNC), 0);
	/* Written to again after it was written back. */
	a[PAGE + 6] = 'B';
	set(PAGE + 6, 1, 'B');
	compare(fd);
	CHECK_EQ(fsync(fd), 0);
	CHECK_ERRNO(mprotect(b, PAGE, PROT_READ | PROT_WRITE), EACCES);
	CHECK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED && errno == EACCES);
	/* Without the right to write a page remembers that it was written to. */
	a[17] = 'C';
	set(17, 1, 'C');
	CHECK_EQ(mprotect(a, PAGE, PROT_READ), 0);
	CHECK_EQ(mprotect(a, PAGE, PROT_NONE), 0);
	CHECK_EQ(mprotect(a, PAGE, PROT_READ | PROT_WRITE), 0);
	CHECK_EQ(a[17], 'C');
	/* What is dropped comes back. */
	a[2 * PAGE + 1] = 'D';
	set(2 * PAGE + 1, 1, 'D');
	CHECK_EQ(madvise(a, 3 * PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(a[2 * PAGE + 1], 'D');
	/* The file grows behind what is mapped, by a write and by a hole, and is cut. */
	CHECK_EQ(pwrite(fd, "tail", 4, 10 * PAGE), 4);
	set(10 * PAGE, 4, 0);
	memcpy(model + 10 * PAGE, "tail", 4);
	unsigned char *c = map(fd, 7 * PAGE, 5 * PAGE, PROT_READ | PROT_WRITE);
	CHECK(memcmp(c + 3 * PAGE, "tail", 4) == 0);
	CHECK_EQ(c[2 * PAGE], 0);
	CHECK_EQ(ftruncate(fd, 12 * PAGE), 0);
	cut(12 * PAGE);
	c[4 * PAGE + 9] = 'E';
	set(11 * PAGE + 9, 1, 'E');
	compare(fd);
	c[3 * PAGE + 5] = 'x';
	CHECK_EQ(ftruncate(fd, 10 * PAGE + 4), 0);
	CHECK_EQ(ftruncate(fd, 11 * PAGE), 0);
	cut(10 * PAGE + 4);
	cut(11 * PAGE);
	CHECK_EQ(c[3 * PAGE + 5], 0);
	compare(fd);
	CHECK_EQ(munmap(c, 5 * PAGE), 0);
	/* A mapping that is made longer. */
	a = mremap(a, 3 * PAGE, 6 * PAGE, MREMAP_MAYMOVE);
	REQUIRE(a != MAP_FAILED);
	CHECK_EQ(a[5 * PAGE + 1], 'h');
	a[5 * PAGE + 1] = 'F';
	set(5 * PAGE + 1, 1, 'F');
	/* Appended by another descriptor. */
	int append = open("mnt/mapped", O_WRONLY | O_APPEND);
	CHECK_EQ(write(append, "more", 4), 4);
	set(model_len, 4, 0);
	memcpy(model + model_len - 4, "more", 4);
	CHECK_EQ(close(append), 0);
	compare(fd);
	/* The mapping outlives its descriptors. */
	CHECK_EQ(munmap(b, 2 * PAGE), 0);
	CHECK_EQ(close(reader), 0);
	CHECK_EQ(close(fd), 0);
	a[3] = 'G';
	set(3, 1, 'G');
	CHECK_EQ(munmap(a, 6 * PAGE), 0);
	fd = open("mnt/mapped", O_RDWR);
	compare(fd);
	/* Cut by opening; removed while it is mapped. */
	a = map(fd, 0, PAGE, PROT_READ | PROT_WRITE);
	int cutter = open("mnt/mapped", O_RDWR | O_TRUNC);
	CHECK_EQ(write(cutter, "new", 3), 3);
	cut(0);
	set(0, 3, 0);
	memcpy(model, "new", 3);
	CHECK(memcmp(a, "new", 4) == 0);
	compare(fd);
	CHECK_EQ(munmap(a, PAGE), 0);
	CHECK_EQ(close(cutter), 0);
	int gone = open("mnt/gone", O_RDWR | O_CREAT, 0600);
	CHECK_EQ(ftruncate(gone, PAGE), 0);
	a = map(gone, 0, PAGE, PROT_READ | PROT_WRITE);
	CHECK_EQ(unlink("mnt/gone"), 0);
	a[1] = 'y';
	CHECK_EQ(msync(a, PAGE, MS_SYNC), 0);
	CHECK(pread(gone, buffer, 2, 0) == 2 && buffer[1] == 'y');
	CHECK_EQ(munmap(a, PAGE), 0);
	CHECK(pread(gone, buffer, 2, 0) == 2 && buffer[1] == 'y');
	CHECK_EQ(close(gone), 0);
}

static unsigned next(unsigned below)
{
	static unsigned long random = 7;
	random = random * 6364136223846793005UL + 1442695040888963407UL;
	return (random >> 33) % below;
}

static void random_steps(int fd)
{
	unsigned char *mapped[4] = { 0 };
	size_t from[4], pages[4];
	for (int step = 0; step < 1500; step++) {
		int i = next(4), byte = 'a' + step % 26;
		size_t at = next(LIMIT - 6000), len = next(6000);
		switch (next(9)) {
		case 0:
			if (mapped[i])
				CHECK_EQ(munmap(mapped[i], pages[i] * PAGE), 0);
			from[i] = next(30);
			pages[i] = 1 + next(9);
			mapped[i] = map(fd, from[i] * PAGE, pages[i] * PAGE, PROT_READ | PROT_WRITE);
			break;
		case 1:
			memset(buffer, byte, len);
			CHECK_EQ(pwrite(fd, buffer, len, at), len);
			set(at, len, byte);
			break;
		case 2:
			if (next(8) == 0) {
				CHECK_EQ(ftruncate(fd, at), 0);
				cut(at);
			}
			break;
		case 3:
			compare(fd);
			break;
		case 4:
			if (mapped[i])
				CHECK_EQ(msync(mapped[i], pages[i] * PAGE, next(2) ? MS_SYNC : MS_ASYNC), 0);
			break;
		default:
			if (mapped[i] && (from[i] + pages[i]) * PAGE <= model_len) {
				size_t inside = next(pages[i] * PAGE);
				mapped[i][inside] = byte;
				model[from[i] * PAGE + inside] = byte;
				inside = next(pages[i] * PAGE);
				CHECK_EQ(mapped[i][inside], model[from[i] * PAGE + inside]);
			}
		}
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "calls";
	if (!strcmp(what, "read-only")) {
		CHECK_ERRNO(open("mnt/mapped", O_RDWR), EROFS);
		int fd = open("mnt/mapped", O_RDONLY);
		unsigned char *mapped = map(fd, PAGE, 10 * PAGE, PROT_READ);
		CHECK_EQ(mapped[6 * PAGE], 'h');
		CHECK(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
		return check_done();
	}
	int fd = open("mnt/mapped", O_RDWR);
	REQUIRE(fd >= 0);
	set(0, 30000, 'h');
	if (!strcmp(what, "calls")) {
		calls(fd);
		tell_expected();
		return check_done();
	}
	if (!strcmp(what, "model")) {
		random_steps(fd);
		tell_expected();
		return check_done();
	}
	unsigned char *mapped = map(fd, 0, 30000, PROT_READ | PROT_WRITE);
	mapped[4] = 'm';
	mapped[29999] = 'n';
	set(4, 1, 'm');
	set(29999, 1, 'n');
	tell_expected();
	CHECK_EQ(close(fd), 0);
	if (check_done())
		return 1;
	if (!strcmp(what, "signal"))
		raise(SIGTERM);
	if (!strcmp(what, "fault"))
		*(volatile int *)NULL = 0;
	return 0;
}
