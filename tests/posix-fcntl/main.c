/* fcntl.h: how files are opened, what fcntl() does to descriptors and open files, advice, reservations.
 * (Locks: posix-locks.) */
#include "check.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void opening(void)
{
	struct stat s;
	char name[300];
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = 0;
	umask(0);
	int fd = creat("f", 0640);
	CHECK(fstat(fd, &s) == 0 && (s.st_mode & 07777) == 0640);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
	CHECK_EQ(write(fd, "hello", 5), 5);
	CHECK_EQ(close(fd), 0);
	/* The mode of what exists stays, the size goes. */
	fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0777);
	CHECK(fstat(fd, &s) == 0 && (s.st_mode & 07777) == 0640 && s.st_size == 0);
	CHECK_EQ(close(fd), 0);
	/* A descriptor may do what the new file's mode would not let others do. */
	fd = open("g", O_RDWR | O_CREAT | O_EXCL, 0);
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("g"), 0);
	CHECK_ERRNO(open("f", O_RDONLY | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_ERRNO(open("none", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("none/f", O_RDONLY | O_CREAT, 0600), ENOENT);
	CHECK_ERRNO(open("f/f", O_RDONLY | O_CREAT, 0600), ENOTDIR);
	CHECK_ERRNO(open("f/", O_RDONLY), ENOTDIR);
	CHECK_ERRNO(open("new/", O_WRONLY | O_CREAT, 0600), EISDIR);
	CHECK_ERRNO(open("", O_RDONLY | O_CREAT, 0600), ENOENT);
	CHECK_ERRNO(open(name, O_RDONLY | O_CREAT, 0600), ENAMETOOLONG);
	CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
	CHECK_ERRNO(open(".", O_RDWR), EISDIR);
	CHECK_ERRNO(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_ERRNO(creat(".", 0600), EISDIR);
	CHECK_ERRNO(creat("none/f", 0600), ENOENT);
	CHECK_EQ(symlink("f", "l"), 0);
	CHECK_ERRNO(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
	CHECK_ERRNO(open("l", O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST);
	fd = open("l", O_RDONLY);
	CHECK(fd >= 0 && close(fd) == 0);
	CHECK_EQ(unlink("l"), 0);
	CHECK_EQ(symlink("made", "l"), 0);
	fd = open("l", O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && close(fd) == 0 && stat("made", &s) == 0);
	CHECK_EQ(unlink("made"), 0);
	CHECK_EQ(unlink("l"), 0);
	CHECK_EQ(symlink("l", "l"), 0);
	CHECK_ERRNO(open("l", O_RDONLY), ELOOP);
	CHECK_EQ(unlink("l"), 0);
	/* The lowest number. */
	int a = open("f", O_RDONLY), b = open("f", O_RDONLY), c = open("f", O_RDONLY);
	CHECK(b == a + 1 && c == b + 1);
	CHECK_EQ(close(b), 0);
	CHECK_EQ(close(a), 0);
	CHECK_EQ(open("f", O_RDONLY), a);
	CHECK_EQ(open("f", O_RDONLY), b);
	CHECK(close(a) == 0 && close(b) == 0 && close(c) == 0);
	/* A file without a name lives as long as it is open. */
	fd = open("f", O_RDWR);
	CHECK_EQ(unlink("f"), 0);
	CHECK(fstat(fd, &s) == 0 && s.st_nlink == 0);
	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 3);
	CHECK_EQ(close(fd), 0);
}

static void commands(void)
{
	int fd = open("f", O_RDWR | O_CREAT | O_APPEND, 0600);
	CHECK_EQ(fcntl(fd, F_GETFD), 0);
	CHECK_EQ(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK), O_RDWR | O_APPEND);
	int copy = fcntl(fd, F_DUPFD, 30);
	CHECK_EQ(copy, 30);
	CHECK_EQ(fcntl(copy, F_GETFD), 0);
	int next = fcntl(fd, F_DUPFD_CLOEXEC, 30);
	CHECK_EQ(next, 31);
	CHECK_EQ(fcntl(next, F_GETFD), FD_CLOEXEC);
	/* Flags of the open file are shared, the access mode does not change. */
	CHECK_EQ(fcntl(copy, F_SETFL, O_NONBLOCK | O_WRONLY), 0);
	CHECK_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK), O_RDWR | O_NONBLOCK);
	CHECK_EQ(write(fd, "0123456789", 10), 10);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(write(copy, "a", 1), 1);
	CHECK_EQ(fcntl(copy, F_SETFL, O_APPEND), 0);
	CHECK_EQ(write(fd, "b", 1), 1);
	CHECK_EQ(lseek(next, 0, SEEK_CUR), 11);
	CHECK_EQ(fcntl(fd, F_SETOWN, getpid()), 0);
	CHECK(fcntl(fd, F_GETOWN) >= 0);
	CHECK_EQ(close(copy), 0);
	CHECK_EQ(close(next), 0);
	CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
	CHECK_ERRNO(fcntl(fd, F_DUPFD, 1 << 30), EINVAL);
	CHECK_ERRNO(fcntl(fd, 0x7777), EINVAL);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
	CHECK_ERRNO(fcntl(fd, F_SETFD, 0), EBADF);
	CHECK_ERRNO(fcntl(fd, F_GETFL), EBADF);
	CHECK_ERRNO(fcntl(fd, F_SETFL, 0), EBADF);
	CHECK_ERRNO(fcntl(fd, F_DUPFD, 0), EBADF);
	CHECK_EQ(unlink("f"), 0);
}

static void number_of_descriptors(void)
{
	struct rlimit limit;
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	CHECK_EQ(sysconf(_SC_OPEN_MAX), limit.rlim_cur);
	CHECK_EQ(getdtablesize(), limit.rlim_cur);
	rlim_t old = limit.rlim_cur;
	limit.rlim_cur = 20;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	CHECK_EQ(getdtablesize(), 20);
	CHECK_EQ(sysconf(_SC_OPEN_MAX), 20);
	int last = -1, fd = creat("full", 0600);
	CHECK_EQ(write(fd, "12345", 5), 5);
	CHECK_EQ(close(fd), 0);
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(last, 19);
	int fds[2];
	CHECK_ERRNO(dup(0), EMFILE);
	CHECK_ERRNO(pipe(fds), EMFILE);
	CHECK_ERRNO(fcntl(0, F_DUPFD, 5), EMFILE);
	CHECK_ERRNO(fcntl(0, F_DUPFD, 20), EINVAL);
	CHECK_ERRNO(dup2(0, 20), EBADF);
	/* What cannot be opened is neither made nor cut. */
	CHECK_ERRNO(open("new", O_WRONLY | O_CREAT, 0600), EMFILE);
	CHECK_ERRNO(access("new", F_OK), ENOENT);
	CHECK_ERRNO(open("full", O_WRONLY | O_TRUNC), EMFILE);
	struct stat s;
	CHECK(stat("full", &s) == 0 && s.st_size == 5);
	CHECK_EQ(unlink("full"), 0);
	CHECK_EQ(close(19), 0);
	CHECK_ERRNO(open("none", O_RDONLY), ENOENT);
	CHECK_ERRNO(pipe(fds), EMFILE);
	CHECK_EQ(dup(0), 19);
	limit.rlim_cur = old;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	CHECK_EQ(dup(0), 20);
	for (fd = 3; fd <= 20; fd++)
		close(fd);
}

static void advice(void)
{
	struct stat s;
	int fds[2];
	int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	CHECK_RC(posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL), 0);
	CHECK_RC(posix_fadvise(fd, 0, 100, POSIX_FADV_SEQUENTIAL), 0);
	CHECK_RC(posix_fadvise(fd, 0, 100, POSIX_FADV_RANDOM), 0);
	CHECK_RC(posix_fadvise(fd, 0, 100, POSIX_FADV_WILLNEED), 0);
	CHECK_RC(posix_fadvise(fd, 0, 100, POSIX_FADV_DONTNEED), 0);
	CHECK_RC(posix_fadvise(fd, 0, 100, POSIX_FADV_NOREUSE), 0);
	CHECK_RC(posix_fadvise(fd, 0, 100, 77), EINVAL);
	CHECK_RC(posix_fadvise(fd, 0, -1, POSIX_FADV_NORMAL), EINVAL);
	CHECK_RC(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL), EBADF);
	CHECK_EQ(pipe(fds), 0);
	CHECK_RC(posix_fadvise(fds[0], 0, 0, POSIX_FADV_NORMAL), ESPIPE);

	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK_RC(posix_fallocate(fd, 1, 1), 0);
	CHECK(fstat(fd, &s) == 0 && s.st_size == 3);
	CHECK_RC(posix_fallocate(fd, 100000, 200000), 0);
	CHECK(fstat(fd, &s) == 0 && s.st_size == 300000 && s.st_blocks * 512 >= 200000);
	char text[8];
	CHECK_EQ(pread(fd, text, 8, 0), 8);
	CHECK(memcmp(text, "abc\0\0\0\0", 8) == 0);
	CHECK_RC(posix_fallocate(fd, -1, 1), EINVAL);
	CHECK_RC(posix_fallocate(fd, 0, 0), EINVAL);
	CHECK_RC(posix_fallocate(fd, 0, -1), EINVAL);
	CHECK_RC(posix_fallocate(fd, 0x7fffffffffffffff, 2), EFBIG);
	CHECK_RC(posix_fallocate(-1, 0, 1), EBADF);
	CHECK_RC(posix_fallocate(fds[1], 0, 1), ESPIPE);
	int in = open("f", O_RDONLY);
	CHECK_RC(posix_fallocate(in, 0, 1), EBADF);
	CHECK(close(in) == 0 && close(fd) == 0 && close(fds[0]) == 0 && close(fds[1]) == 0);
	CHECK_EQ(unlink("f"), 0);
}

/* The other limit can be lowered too. Who has the privilege raises it again: the last thing that is done here. */
static void hard_limit(void)
{
	struct rlimit before, both = { 16, 16 }, now;
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &both), 0);
	CHECK(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == 16 && now.rlim_max == 16);
	both.rlim_cur = 17;
	CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &both), EINVAL);
	if (setrlimit(RLIMIT_NOFILE, &before) < 0) {
		CHECK_EQ(errno, EPERM);
		return;
	}
	CHECK(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == before.rlim_cur && now.rlim_max == before.rlim_max);
}

int main(void)
{
	opening();
	commands();
	number_of_descriptors();
	advice();
	hard_limit();
	return check_done();
}
