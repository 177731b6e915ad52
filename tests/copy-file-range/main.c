/* Copying between descriptors: places, ends, and what is refused. */
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char big[200000], other[sizeof big];

static int file(const char *path, int flags)
{
	int fd = open(path, flags, 0644);
	REQUIRE(fd >= 0);
	return fd;
}

static void ranges(void)
{
	int in = file("copy-in", O_CREAT | O_RDWR | O_TRUNC), out = file("copy-out", O_CREAT | O_RDWR | O_TRUNC);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * 7 + i / 256);
	CHECK_EQ(pwrite(in, big, sizeof big, 0), sizeof big);
	off_t from = 1000, to = 10;
	CHECK_EQ(copy_file_range(in, &from, out, &to, 500, 0), 500);
	CHECK(from == 1500 && to == 510 && lseek(in, 0, SEEK_CUR) == 0 && lseek(out, 0, SEEK_CUR) == 0);
	CHECK_EQ(pread(out, other, 600, 0), 510);
	CHECK(memcmp(other, (char[10]){ 0 }, 10) == 0 && memcmp(other + 10, big + 1000, 500) == 0);
	CHECK_EQ(copy_file_range(in, NULL, out, NULL, sizeof big, 0), sizeof big);
	CHECK(lseek(in, 0, SEEK_CUR) == sizeof big && lseek(out, 0, SEEK_CUR) == sizeof big);
	CHECK_EQ(copy_file_range(in, NULL, out, NULL, 10, 0), 0);
	/* Within one file, but not onto itself. */
	from = 0, to = 100;
	CHECK_ERRNO(copy_file_range(out, &from, out, &to, 101, 0), EINVAL);
	CHECK_EQ(copy_file_range(out, &from, out, &to, 100, 0), 100);
	CHECK_EQ(pread(out, other, 200, 0), 200);
	CHECK(memcmp(other, big, 100) == 0 && memcmp(other + 100, big, 100) == 0);
	from = to = 0;
	CHECK_ERRNO(copy_file_range(in, &from, out, &to, 10, 1), EINVAL);
	int only_read = file("copy-in", O_RDONLY), only_write = file("copy-out", O_WRONLY),
	    appends = file("copy-out", O_WRONLY | O_APPEND), folder = file(".", O_RDONLY | O_DIRECTORY), ends[2];
	CHECK_ERRNO(copy_file_range(only_write, &from, out, &to, 10, 0), EBADF);
	CHECK_ERRNO(copy_file_range(in, &from, only_read, &to, 10, 0), EBADF);
	CHECK_ERRNO(copy_file_range(in, &from, appends, &to, 10, 0), EBADF);
	CHECK_ERRNO(copy_file_range(folder, &from, out, &to, 10, 0), EISDIR);
	REQUIRE(pipe(ends) == 0);
	CHECK_ERRNO(copy_file_range(ends[0], NULL, out, NULL, 10, 0), EINVAL);
	CHECK_ERRNO(copy_file_range(in, NULL, ends[1], NULL, 10, 0), EINVAL);
	CHECK_ERRNO(copy_file_range(-1, NULL, out, NULL, 10, 0), EBADF);
	close(ends[0]);
	close(ends[1]);
	close(only_read);
	close(only_write);
	close(appends);
	close(folder);
	close(in);
	close(out);
	unlink("copy-in");
	unlink("copy-out");
}

int main(void)
{
	ranges();
	return check_done();
}
