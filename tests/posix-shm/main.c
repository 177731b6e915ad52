/* shm_open, shm_unlink, memfd_create: names, flags, errors, and that an object lives as long as it is used. */
#include "check.h"
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

int main(void)
{
	/* A name of our own: the host's other processes see it. */
	char name[64];
	snprintf(name, sizeof name, "/hermit-test-%ld", (long)getpid());
	shm_unlink(name);

	CHECK_ERRNO(shm_open(name, O_RDWR, 0), ENOENT);
	CHECK_ERRNO(shm_unlink(name), ENOENT);
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0640);
	REQUIRE(fd >= 0);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_ERRNO(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	struct stat status;
	CHECK_EQ(fstat(fd, &status), 0);
	CHECK_EQ(status.st_size, 0);
	CHECK(S_ISREG(status.st_mode) && (status.st_mode & 0777) == 0640);
	CHECK_EQ(ftruncate(fd, 2 * PAGE), 0);
	char *a = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	REQUIRE(a != MAP_FAILED);
	CHECK(a[0] == 0 && a[2 * PAGE - 1] == 0);
	strcpy(a + PAGE, "shared");

	int reader = shm_open(name, O_RDONLY, 0);
	REQUIRE(reader >= 0);
	char *b = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, reader, 0);
	REQUIRE(b != MAP_FAILED);
	CHECK(strcmp(b + PAGE, "shared") == 0);
	CHECK_ERRNO((intptr_t)mmap(NULL, PAGE, RW, MAP_SHARED, reader, 0), EACCES);
	CHECK_EQ(close(reader), 0);

	/* The name goes, the object stays; the name then means another object. */
	CHECK_EQ(shm_unlink(name), 0);
	CHECK_ERRNO(shm_unlink(name), ENOENT);
	CHECK_EQ(close(fd), 0);
	strcpy(a, "still here");
	CHECK(strcmp(b, "still here") == 0);
	int other = shm_open(name, O_RDWR | O_CREAT, 0600);
	REQUIRE(other >= 0);
	CHECK_EQ(fstat(other, &status), 0);
	CHECK_EQ(status.st_size, 0);
	CHECK_EQ(ftruncate(other, PAGE), 0);
	int emptied = shm_open(name, O_RDWR | O_TRUNC, 0);
	REQUIRE(emptied >= 0);
	CHECK_EQ(fstat(other, &status), 0);
	CHECK_EQ(status.st_size, 0);
	close(other), close(emptied);
	CHECK_EQ(shm_unlink(name), 0);
	CHECK_EQ(munmap(a, 2 * PAGE), 0);
	CHECK_EQ(munmap(b, 2 * PAGE), 0);

	CHECK_ERRNO(shm_open("/", O_RDWR | O_CREAT, 0600), EINVAL);
	CHECK_ERRNO(shm_open("/a/b", O_RDWR | O_CREAT, 0600), EINVAL);
	char longer[300];
	memset(longer, 'x', sizeof longer);
	longer[0] = '/', longer[sizeof longer - 1] = 0;
	CHECK(shm_open(longer, O_RDWR | O_CREAT, 0600) == -1 && (errno == ENAMETOOLONG || errno == EINVAL)); /* glibc */

	int memory = memfd_create("name", MFD_CLOEXEC), same = memfd_create("name", 0);
	REQUIRE(memory >= 0 && same >= 0);
	CHECK(fcntl(memory, F_GETFD) & FD_CLOEXEC);
	CHECK(!(fcntl(same, F_GETFD) & FD_CLOEXEC));
	CHECK_EQ(write(memory, "bytes", 5), 5);
	CHECK_EQ(fstat(same, &status), 0);
	CHECK_EQ(status.st_size, 0);
	char *c = mmap(NULL, PAGE, RW, MAP_SHARED, memory, 0);
	REQUIRE(c != MAP_FAILED);
	CHECK(strcmp(c, "bytes") == 0);
	CHECK_EQ(munmap(c, PAGE), 0);
	close(memory), close(same);
	CHECK_ERRNO(memfd_create("name", 0x80000000U), EINVAL);
	CHECK_ERRNO(memfd_create(longer, 0), EINVAL);
	CHECK(sysconf(_SC_SHARED_MEMORY_OBJECTS) >= 200112L);
	return check_done();
}
