/* The names of Linux's large file interface are those of the plain one. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>
#include "check.h"

int main(void)
{
	char name[] = "/tmp/large-XXXXXX", folder[] = "/tmp/large-dir-XXXXXX";
	const off64_t far = (off64_t)5 << 30;
	loff_t at;
	struct stat64 known;
	struct statvfs64 space;
	struct dirent64 *entry;
	int fd = mkstemp64(name);
	REQUIRE(fd >= 0);
	CHECK_EQ(close(fd), 0);
	fd = open64(name, O_RDWR | O_LARGEFILE);
	REQUIRE(fd >= 0);
	at = lseek64(fd, far, SEEK_SET);
	CHECK_EQ(at, far);
	CHECK_EQ(pwrite64(fd, "x", 1, far), 1);
	CHECK_EQ(fstat64(fd, &known), 0);
	CHECK_EQ(known.st_size, far + 1);
	CHECK_EQ(ftruncate64(fd, 4096), 0);
	CHECK_EQ(stat64(name, &known), 0);
	CHECK_EQ(known.st_size, 4096);
	void *mapped = mmap64(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(mapped != MAP_FAILED);
	CHECK_EQ(munmap(mapped, 4096), 0);
	struct flock64 lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = far };
	CHECK_EQ(fcntl(fd, F_SETLK64, &lock), 0);
	CHECK_EQ(fstatvfs64(fd, &space), 0);
	CHECK(space.f_bsize > 0);
	CHECK_EQ(close(fd), 0);
	FILE *file = fopen64(name, "r+");
	REQUIRE(file != 0);
	CHECK_EQ(fseeko64(file, far, SEEK_SET), 0);
	CHECK_EQ(ftello64(file), far);
	CHECK_EQ(fclose(file), 0);
	CHECK_EQ(unlink(name), 0);
	REQUIRE(mkdtemp(folder) != 0);
	DIR *open = opendir(folder);
	REQUIRE(open != 0);
	int count = 0;
	while ((entry = readdir64(open)) != 0)
		count += entry->d_name[0] == '.';
	CHECK_EQ(count, 2);
	CHECK_EQ(closedir(open), 0);
	CHECK_EQ(rmdir(folder), 0);
	return check_done();
}
