/* The functions of unistd.h on files and descriptors, and sys/uio.h. (With directories: posix-at.) */
#include "check.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char long_name[300], long_path[PATH_MAX + 10];

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	REQUIRE(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
}

static void access_to(void)
{
	put("f", "text");
	CHECK_EQ(access("f", F_OK), 0);
	CHECK_EQ(access("f", R_OK | W_OK), 0);
	CHECK_ERRNO(access("f", X_OK), EACCES);
	CHECK_EQ(chmod("f", 0755), 0);
	CHECK_EQ(access("f", R_OK | W_OK | X_OK), 0);
	CHECK_EQ(access(".", R_OK | W_OK | X_OK), 0);
	CHECK_ERRNO(access("none", F_OK), ENOENT);
	CHECK_ERRNO(access("", F_OK), ENOENT);
	CHECK_ERRNO(access("f/x", F_OK), ENOTDIR);
	CHECK_ERRNO(access("f", 64), EINVAL);
	CHECK_ERRNO(access(long_name, F_OK), ENAMETOOLONG);
	CHECK_ERRNO(access(long_path, F_OK), ENAMETOOLONG);
	CHECK_EQ(eaccess("f", X_OK), 0);
	CHECK_EQ(euidaccess("f", R_OK), 0);
	CHECK_ERRNO(eaccess("none", F_OK), ENOENT);
	CHECK_ERRNO(euidaccess("none", F_OK), ENOENT);
	CHECK_EQ(chmod("f", 0644), 0);
}

static void working_directory(void)
{
	char start[PATH_MAX], path[PATH_MAX], small[2];
	REQUIRE(getcwd(start, sizeof start) == start);
	CHECK_EQ(start[0], '/');
	CHECK_EQ(mkdir("d", 0777), 0);
	CHECK_EQ(mkdir("d/e", 0777), 0);
	int here = open(".", O_RDONLY), there = open("d", O_RDONLY);
	CHECK_EQ(chdir("d/e"), 0);
	CHECK(getcwd(path, sizeof path) == path);
	CHECK(strncmp(path, start, strlen(start)) == 0);
	CHECK(strcmp(path + strlen(start), strcmp(start, "/") == 0 ? "d/e" : "/d/e") == 0);
	errno = 0;
	CHECK(getcwd(small, sizeof small) == NULL);
	CHECK_EQ(errno, ERANGE);
	CHECK(getcwd(path, 0) == NULL);
	CHECK_EQ(errno, EINVAL);
	CHECK(getcwd(path, strlen(start)) == NULL);
	char *own = getcwd(NULL, 0);
	CHECK(own != NULL && strcmp(own + strlen(own) - 4, "/d/e") == 0);
	free(own);
	unsetenv("PWD");
	own = get_current_dir_name();
	CHECK(own != NULL && strcmp(own + strlen(own) - 4, "/d/e") == 0);
	free(own);
	CHECK_EQ(fchdir(there), 0);
	CHECK_EQ(access("e", F_OK), 0);
	CHECK_EQ(chdir(".."), 0);
	CHECK_EQ(chdir("/"), 0);
	CHECK(strcmp(getcwd(path, sizeof path), "/") == 0);
	CHECK_EQ(chdir(".."), 0);
	CHECK_EQ(fchdir(here), 0);
	CHECK_ERRNO(chdir("none"), ENOENT);
	CHECK_ERRNO(chdir("f"), ENOTDIR);
	CHECK_ERRNO(chdir("f/x"), ENOTDIR);
	CHECK_ERRNO(chdir(""), ENOENT);
	CHECK_ERRNO(chdir(long_name), ENAMETOOLONG);
	CHECK_EQ(symlink("loop", "loop"), 0);
	CHECK_ERRNO(chdir("loop"), ELOOP);
	CHECK_EQ(unlink("loop"), 0);
	int file = open("f", O_RDONLY);
	CHECK_ERRNO(fchdir(file), ENOTDIR);
	CHECK_EQ(close(file), 0);
	CHECK_ERRNO(fchdir(-1), EBADF);
	/* A working directory that has gone. */
	CHECK_EQ(chdir("d/e"), 0);
	CHECK_EQ(rmdir("../e"), 0);
	CHECK(getcwd(path, sizeof path) == NULL);
	CHECK_EQ(errno, ENOENT);
	CHECK_ERRNO(open("x", O_WRONLY | O_CREAT, 0600), ENOENT);
	CHECK_EQ(fchdir(here), 0);
	CHECK_EQ(rmdir("d"), 0);
	CHECK(close(here) == 0 && close(there) == 0);
}

static void owners(void)
{
	struct stat s;
	CHECK_EQ(symlink("f", "l"), 0);
	CHECK_EQ(chown("l", getuid(), getgid()), 0);
	CHECK_EQ(lchown("l", getuid(), -1), 0);
	CHECK(stat("f", &s) == 0 && s.st_uid == getuid() && s.st_gid == getgid());
	if (geteuid() == 0) {
		CHECK_EQ(chown("l", 12, 34), 0);
		CHECK(stat("f", &s) == 0 && s.st_uid == 12 && s.st_gid == 34);
		CHECK_EQ(lchown("l", 56, 78), 0);
		CHECK(lstat("l", &s) == 0 && s.st_uid == 56 && s.st_gid == 78);
		CHECK(stat("f", &s) == 0 && s.st_uid == 12);
		int fd = open("f", O_RDONLY);
		CHECK_EQ(fchown(fd, -1, 90), 0);
		CHECK(fstat(fd, &s) == 0 && s.st_uid == 12 && s.st_gid == 90);
		CHECK_EQ(fchown(fd, 0, 0), 0);
		CHECK_EQ(close(fd), 0);
	}
	CHECK_ERRNO(chown("none", -1, -1), ENOENT);
	CHECK_ERRNO(chown("f/x", -1, -1), ENOTDIR);
	CHECK_ERRNO(lchown("none", -1, -1), ENOENT);
	CHECK_ERRNO(lchown(long_name, -1, -1), ENAMETOOLONG);
	CHECK_ERRNO(fchown(-1, -1, -1), EBADF);
	CHECK_EQ(unlink("l"), 0);
}

static void naming(void)
{
	char text[64];
	struct stat s;
	CHECK_EQ(link("f", "g"), 0);
	CHECK(stat("g", &s) == 0 && s.st_nlink == 2);
	CHECK_ERRNO(link("f", "g"), EEXIST);
	CHECK_ERRNO(link("none", "h"), ENOENT);
	CHECK_ERRNO(link("f", "none/h"), ENOENT);
	CHECK_ERRNO(link("f", "f/h"), ENOTDIR);
	CHECK_ERRNO(link(".", "h"), EPERM);
	CHECK_ERRNO(link("f", long_name), ENAMETOOLONG);
	CHECK_EQ(unlink("g"), 0);
	CHECK_ERRNO(unlink("g"), ENOENT);
	CHECK_ERRNO(unlink("f/"), ENOTDIR);
	CHECK_ERRNO(unlink("f/x"), ENOTDIR);
	CHECK_ERRNO(unlink(""), ENOENT);
	CHECK_ERRNO(unlink(long_name), ENAMETOOLONG);
	CHECK_EQ(symlink("some/target", "l"), 0);
	CHECK_ERRNO(symlink("x", "l"), EEXIST);
	CHECK_ERRNO(symlink("", "m"), ENOENT);
	CHECK_ERRNO(symlink("x", "none/m"), ENOENT);
	CHECK_ERRNO(symlink("x", "f/m"), ENOTDIR);
	CHECK_ERRNO(symlink("x", long_name), ENAMETOOLONG);
	CHECK_ERRNO(symlink(long_path, "m"), ENAMETOOLONG);
	memset(text, '#', sizeof text);
	CHECK_EQ(readlink("l", text, sizeof text), 11);
	CHECK(memcmp(text, "some/target#", 12) == 0);
	CHECK_EQ(readlink("l", text, 4), 4);
	CHECK_ERRNO(readlink("f", text, sizeof text), EINVAL);
	CHECK_ERRNO(readlink("none", text, sizeof text), ENOENT);
	CHECK_ERRNO(readlink("f/x", text, sizeof text), ENOTDIR);
	CHECK_ERRNO(readlink("l", text, 0), EINVAL);
	CHECK_EQ(unlink("l"), 0);
	CHECK_EQ(mkdir("d", 0777), 0);
	errno = 0;
	CHECK_EQ(unlink("d"), -1);
	CHECK(errno == EISDIR || errno == EPERM);
	CHECK_ERRNO(rmdir("f"), ENOTDIR);
	CHECK_ERRNO(rmdir("none"), ENOENT);
	CHECK_ERRNO(rmdir("d/."), EINVAL);
	CHECK_ERRNO(rmdir(long_name), ENAMETOOLONG);
	put("d/x", "");
	errno = 0;
	CHECK_EQ(rmdir("d"), -1);
	CHECK(errno == ENOTEMPTY || errno == EEXIST);
	CHECK_EQ(unlink("d/x"), 0);
	CHECK_EQ(rmdir("d/"), 0);
}

static void duplicates(void)
{
	int fd = open("f", O_RDWR), fds[2];
	int copy = dup(fd);
	CHECK(copy > fd);
	CHECK_EQ(fcntl(copy, F_GETFD), 0);
	CHECK_EQ(dup2(fd, 40), 40);
	CHECK_EQ(dup2(fd, fd), fd);
	CHECK_EQ(lseek(40, 3, SEEK_SET), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 3);
	CHECK_EQ(dup3(fd, 41, O_CLOEXEC), 41);
	CHECK_EQ(fcntl(41, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(dup2(fd, 41), 41);
	CHECK_EQ(fcntl(41, F_GETFD), 0);
	CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
	CHECK_ERRNO(dup3(fd, 42, O_TRUNC), EINVAL);
	CHECK_ERRNO(dup3(-1, 42, 0), EBADF);
	CHECK_ERRNO(dup(-1), EBADF);
	CHECK_ERRNO(dup(99), EBADF);
	CHECK_ERRNO(dup2(-1, 42), EBADF);
	CHECK_ERRNO(dup2(99, 99), EBADF);
	CHECK_ERRNO(dup2(fd, -1), EBADF);
	CHECK_ERRNO(dup2(fd, 1 << 30), EBADF);
	CHECK(close(fd) == 0 && close(copy) == 0 && close(40) == 0 && close(41) == 0);
	CHECK_ERRNO(close(copy), EBADF);
	CHECK_ERRNO(close(-1), EBADF);
	CHECK_EQ(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	CHECK(fcntl(fds[0], F_GETFD) == FD_CLOEXEC && fcntl(fds[1], F_GETFL) & O_NONBLOCK);
	char c;
	CHECK_ERRNO(read(fds[0], &c, 1), EAGAIN);
	CHECK_ERRNO(pipe2(fds, O_TRUNC), EINVAL);
	CHECK(close(fds[0]) == 0 && close(fds[1]) == 0);
	CHECK_EQ(pipe(fds), 0);
	CHECK(fcntl(fds[0], F_GETFD) == 0 && !(fcntl(fds[1], F_GETFL) & O_NONBLOCK));
	CHECK_EQ(write(fds[1], "pipe", 4), 4);
	CHECK_EQ(read(fds[0], long_path, 100), 4);
	long_path[0] = long_path[1] = long_path[2] = long_path[3] = 'n';
	CHECK_EQ(close(fds[0]), 0);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
	CHECK_EQ(close(fds[1]), 0);
}

static void transfer(void)
{
	char text[32];
	int fds[2];
	int fd = open("f", O_RDWR | O_TRUNC);
	CHECK_EQ(write(fd, "0123456789", 10), 10);
	CHECK_EQ(write(fd, NULL, 0), 0);
	CHECK_EQ(lseek(fd, -4, SEEK_CUR), 6);
	CHECK_EQ(read(fd, text, 32), 4);
	CHECK_EQ(read(fd, text, 32), 0);
	CHECK_EQ(pwrite(fd, "AB", 2, 12), 2);
	CHECK_EQ(pread(fd, text, 32, 9), 5);
	CHECK(memcmp(text, "9\0\0AB", 5) == 0);
	CHECK_EQ(pread(fd, text, 32, 14), 0);
	CHECK_EQ(pread(fd, text, 32, 1000), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);
	CHECK_EQ(lseek(fd, 1000, SEEK_END), 1014);
	CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
	CHECK_ERRNO(lseek(fd, -1, SEEK_DATA), ENXIO);
	CHECK_ERRNO(lseek(fd, 14, SEEK_DATA), ENXIO);
	CHECK_ERRNO(lseek(fd, 14, SEEK_HOLE), ENXIO);
	CHECK_EQ(lseek(fd, 3, SEEK_DATA), 3);
	CHECK_EQ(lseek(fd, 3, SEEK_HOLE), 14);
	CHECK_ERRNO(pread(fd, text, 1, -1), EINVAL);
	CHECK_ERRNO(pwrite(fd, text, 1, -1), EINVAL);
	CHECK_EQ(truncate("f", 4), 0);
	CHECK_EQ(ftruncate(fd, 6), 0);
	CHECK_EQ(pread(fd, text, 32, 0), 6);
	CHECK(memcmp(text, "0123\0\0", 6) == 0);
	CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
	CHECK_ERRNO(truncate("f", -1), EINVAL);
	CHECK_ERRNO(truncate("none", 0), ENOENT);
	CHECK_ERRNO(truncate(".", 0), EISDIR);
	CHECK_ERRNO(truncate("f/x", 0), ENOTDIR);
	CHECK_ERRNO(truncate(long_name, 0), ENAMETOOLONG);
	CHECK_ERRNO(ftruncate(-1, 0), EBADF);
	CHECK_EQ(fsync(fd), 0);
	CHECK_EQ(fdatasync(fd), 0);
	sync();
	CHECK_ERRNO(fsync(-1), EBADF);
	CHECK_ERRNO(fdatasync(-1), EBADF);
	/* What is written to the end is there for the next. */
	int end = open("f", O_WRONLY | O_APPEND);
	CHECK_EQ(write(end, "x", 1), 1);
	CHECK_EQ(lseek(end, 0, SEEK_SET), 0);
	CHECK_EQ(write(end, "y", 1), 1);
	CHECK_EQ(pread(fd, text, 32, 6), 2);
	CHECK(memcmp(text, "xy", 2) == 0);
	CHECK_ERRNO(read(end, text, 1), EBADF);
	CHECK_ERRNO(pread(end, text, 1, 0), EBADF);
	CHECK_EQ(close(end), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(read(fd, text, 1), EBADF);
	CHECK_ERRNO(write(fd, text, 1), EBADF);
	CHECK_ERRNO(lseek(fd, 0, SEEK_SET), EBADF);
	fd = open(".", O_RDONLY);
	CHECK_ERRNO(read(fd, text, 1), EISDIR);
	CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
	CHECK_EQ(close(fd), 0);
	fd = open("f", O_RDONLY);
	CHECK_ERRNO(write(fd, "x", 1), EBADF);
	CHECK_ERRNO(pwrite(fd, "x", 1, 0), EBADF);
	CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(pipe(fds), 0);
	CHECK_ERRNO(lseek(fds[0], 0, SEEK_CUR), ESPIPE);
	CHECK_ERRNO(pread(fds[0], text, 1, 0), ESPIPE);
	CHECK_ERRNO(pwrite(fds[1], text, 1, 0), ESPIPE);
	CHECK_ERRNO(read(fds[1], text, 1), EBADF);
	CHECK_ERRNO(write(fds[0], text, 1), EBADF);
	CHECK(close(fds[0]) == 0 && close(fds[1]) == 0);
	fd = open("/dev/full", O_WRONLY);
	CHECK_ERRNO(write(fd, "x", 1), ENOSPC);
	CHECK_EQ(close(fd), 0);
}

static void vectors(void)
{
	char a[8], b[8];
	static struct iovec many[IOV_MAX + 1];
	int fds[2];
	int fd = open("f", O_RDWR | O_TRUNC);
	struct iovec v[3] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
	CHECK_EQ(writev(fd, v, 3), 5);
	CHECK_EQ(pwritev(fd, v, 3, 10), 5);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 5);
	v[0] = (struct iovec){a, 3};
	v[2] = (struct iovec){b, 8};
	CHECK_EQ(preadv(fd, v, 3, 9), 6);
	CHECK(memcmp(a, "\0ab", 3) == 0 && memcmp(b, "cde", 3) == 0);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(readv(fd, v, 3), 11);
	CHECK_EQ(readv(fd, v, 0), 0);
	for (int i = 0; i < IOV_MAX; i++)
		many[i] = (struct iovec){"x", 1};
	CHECK_EQ(writev(fd, many, IOV_MAX), IOV_MAX);
	CHECK_ERRNO(writev(fd, many, IOV_MAX + 1), EINVAL);
	CHECK_ERRNO(readv(fd, v, -1), EINVAL);
	CHECK_ERRNO(preadv(fd, v, 3, -1), EINVAL);
	CHECK_ERRNO(pwritev(fd, v, 3, -1), EINVAL);
	v[0].iov_len = v[2].iov_len = (size_t)1 << 63;
	CHECK_ERRNO(readv(fd, v, 3), EINVAL);
	CHECK_EQ(close(fd), 0);
	v[0].iov_len = v[2].iov_len = 1;
	CHECK_ERRNO(readv(fd, v, 3), EBADF);
	CHECK_ERRNO(writev(fd, v, 3), EBADF);
	CHECK_ERRNO(preadv(fd, v, 3, 0), EBADF);
	CHECK_ERRNO(pwritev(fd, v, 3, 0), EBADF);
	CHECK_EQ(pipe(fds), 0);
	CHECK_ERRNO(preadv(fds[0], v, 3, 0), ESPIPE);
	CHECK_ERRNO(pwritev(fds[1], v, 3, 0), ESPIPE);
	CHECK(close(fds[0]) == 0 && close(fds[1]) == 0);
}

static void limits(void)
{
	int fd = open("f", O_RDONLY);
	CHECK(pathconf("f", _PC_NAME_MAX) >= 255);
	CHECK(fpathconf(fd, _PC_PATH_MAX) >= 4096);
	CHECK(pathconf("f", _PC_LINK_MAX) >= 8);
	CHECK(fpathconf(fd, _PC_PIPE_BUF) >= 512);
	CHECK(pathconf("f", _PC_NO_TRUNC) > 0);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(pathconf("f", 9999), EINVAL);
	CHECK_ERRNO(fpathconf(-1, _PC_NAME_MAX), EBADF);
	/* Too long by one, and just not. */
	char name[NAME_MAX + 2];
	memset(name, 'y', sizeof name);
	name[NAME_MAX] = 0;
	put(name, "");
	CHECK_EQ(unlink(name), 0);
	name[NAME_MAX] = 'y';
	name[NAME_MAX + 1] = 0;
	CHECK_ERRNO(open(name, O_WRONLY | O_CREAT, 0600), ENAMETOOLONG);
}

int main(void)
{
	umask(022);
	memset(long_name, 'n', sizeof long_name - 1);
	memset(long_path, 'n', sizeof long_path - 1);
	for (size_t i = 100; i < sizeof long_path - 1; i += 100)
		long_path[i] = '/';
	access_to();
	working_directory();
	owners();
	naming();
	duplicates();
	transfer();
	vectors();
	limits();
	CHECK_EQ(unlink("f"), 0);
	return check_done();
}
