/* statfs() tells what statvfs() does, and of which kind a file system is. Arguments are folders and their kinds. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "check.h"

int main(int argc, char **argv)
{
	struct statfs f, g;
	struct statvfs v;
	REQUIRE(statfs(".", &f) == 0 && statvfs(".", &v) == 0);
	CHECK_EQ(f.f_bsize, v.f_bsize);
	CHECK_EQ(f.f_frsize, v.f_frsize);
	CHECK_EQ(f.f_blocks, v.f_blocks);
	CHECK_EQ(f.f_namelen, v.f_namemax);
	int fd = open(".", O_RDONLY);
	CHECK_EQ(fstatfs(fd, &g), 0);
	CHECK_EQ(g.f_type, f.f_type);
	CHECK_EQ(g.f_blocks, f.f_blocks);
	close(fd);
	CHECK_ERRNO(fstatfs(fd, &g), EBADF);
	CHECK_ERRNO(statfs("no/such/file", &g), ENOENT);
	for (int i = 1; i + 1 < argc; i += 2) {
		CHECK_EQ(statfs(argv[i], &g), 0);
		CHECK_EQ(g.f_type, strtol(argv[i + 1], NULL, 0));
	}
	return check_done();
}
