/* The calls that take a directory: relative to it, to the working directory, or absolute; and their errors. */
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static int dir, file;
static char absolute[4096];

static void make(void)
{
	umask(022);
	REQUIRE(mkdir("d", 0777) == 0);
	dir = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file = open("plain", O_RDWR | O_CREAT | O_TRUNC, 0600);
	REQUIRE(dir >= 3 && file >= 3);
	REQUIRE(getcwd(absolute, sizeof absolute - 10) != NULL);
	strcat(absolute, "/plain");
}

static void opening(void)
{
	struct stat s;
	int fd = openat(dir, "a", O_WRONLY | O_CREAT | O_EXCL, 0666);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK_EQ(close(fd), 0);
	CHECK(stat("d/a", &s) == 0 && s.st_size == 3 && (s.st_mode & 07777) == 0644);
	CHECK_ERRNO(openat(dir, "a", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
	CHECK_ERRNO(openat(dir, "none", O_RDONLY), ENOENT);
	CHECK_ERRNO(openat(dir, "a/b", O_RDONLY), ENOTDIR);
	CHECK_ERRNO(openat(dir, "", O_RDONLY), ENOENT);
	CHECK_ERRNO(openat(-1, "a", O_RDONLY), EBADF);
	CHECK_ERRNO(openat(file, "a", O_RDONLY), ENOTDIR);
	/* An absolute path does not look at the descriptor. */
	fd = openat(-1, absolute, O_RDONLY);
	CHECK(fd >= 0 && close(fd) == 0);
	fd = openat(AT_FDCWD, "plain", O_RDONLY);
	CHECK(fd >= 0 && close(fd) == 0);
	fd = openat(dir, "../plain", O_RDONLY);
	CHECK(fd >= 0 && close(fd) == 0);
}

static void directories(void)
{
	struct stat s;
	CHECK_EQ(mkdirat(dir, "e", 0777), 0);
	CHECK(stat("d/e", &s) == 0 && S_ISDIR(s.st_mode) && (s.st_mode & 07777) == 0755);
	CHECK_ERRNO(mkdirat(dir, "e", 0777), EEXIST);
	CHECK_ERRNO(mkdirat(dir, "a/x", 0777), ENOTDIR);
	CHECK_ERRNO(mkdirat(dir, "none/x", 0777), ENOENT);
	CHECK_ERRNO(mkdirat(-1, "x", 0777), EBADF);
	CHECK_ERRNO(mkdirat(file, "x", 0777), ENOTDIR);
	CHECK_EQ(mkdirat(AT_FDCWD, "d/f", 0700), 0);
	CHECK_ERRNO(unlinkat(dir, "f", 0), EISDIR);
	CHECK_ERRNO(unlinkat(dir, "a", AT_REMOVEDIR), ENOTDIR);
	CHECK_ERRNO(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR), ENOTEMPTY);
	CHECK_ERRNO(unlinkat(dir, "f", ~0), EINVAL);
	CHECK_EQ(unlinkat(dir, "f", AT_REMOVEDIR), 0);
	CHECK_ERRNO(unlinkat(dir, "f", AT_REMOVEDIR), ENOENT);
	CHECK_ERRNO(unlinkat(-1, "a", 0), EBADF);
	CHECK_ERRNO(unlinkat(file, "a", 0), ENOTDIR);
	CHECK_EQ(unlinkat(dir, "e", AT_REMOVEDIR), 0);
}

static void links(void)
{
	char text[16];
	struct stat s;
	CHECK_EQ(symlinkat("a", dir, "s"), 0);
	CHECK_ERRNO(symlinkat("a", dir, "s"), EEXIST);
	CHECK_ERRNO(symlinkat("", dir, "t"), ENOENT);
	CHECK_ERRNO(symlinkat("a", dir, "none/t"), ENOENT);
	CHECK_ERRNO(symlinkat("a", -1, "t"), EBADF);
	CHECK_ERRNO(symlinkat("a", file, "t"), ENOTDIR);
	memset(text, '#', sizeof text);
	CHECK_EQ(readlinkat(dir, "s", text, sizeof text), 1);
	CHECK(memcmp(text, "a#", 2) == 0);
	CHECK_ERRNO(readlinkat(dir, "a", text, sizeof text), EINVAL);
	CHECK_ERRNO(readlinkat(dir, "none", text, sizeof text), ENOENT);
	CHECK_ERRNO(readlinkat(dir, "a/b", text, sizeof text), ENOTDIR);
	CHECK_ERRNO(readlinkat(-1, "s", text, sizeof text), EBADF);
	CHECK_ERRNO(readlinkat(file, "s", text, sizeof text), ENOTDIR);
	CHECK_EQ(linkat(dir, "a", AT_FDCWD, "hard", 0), 0);
	CHECK(stat("hard", &s) == 0 && s.st_nlink == 2);
	CHECK_ERRNO(linkat(dir, "a", AT_FDCWD, "hard", 0), EEXIST);
	CHECK_ERRNO(linkat(dir, "none", dir, "x", 0), ENOENT);
	CHECK_ERRNO(linkat(dir, "a", dir, "none/x", 0), ENOENT);
	CHECK_ERRNO(linkat(AT_FDCWD, "d", dir, "x", 0), EPERM);
	CHECK_ERRNO(linkat(dir, "a", dir, "x", ~0), EINVAL);
	CHECK_ERRNO(linkat(-1, "a", dir, "x", 0), EBADF);
	CHECK_ERRNO(linkat(dir, "a", -1, "x", 0), EBADF);
	CHECK_ERRNO(linkat(file, "a", dir, "x", 0), ENOTDIR);
	/* The link itself, or what it points to. */
	CHECK_EQ(linkat(dir, "s", dir, "s2", 0), 0);
	CHECK(lstat("d/s2", &s) == 0 && S_ISLNK(s.st_mode));
	CHECK_EQ(linkat(dir, "s", dir, "a2", AT_SYMLINK_FOLLOW), 0);
	CHECK(lstat("d/a2", &s) == 0 && S_ISREG(s.st_mode) && s.st_nlink == 3);
	CHECK_EQ(renameat(dir, "a2", AT_FDCWD, "moved"), 0);
	CHECK_ERRNO(fstatat(dir, "a2", &s, 0), ENOENT);
	CHECK_ERRNO(renameat(dir, "none", dir, "x"), ENOENT);
	CHECK_ERRNO(renameat(dir, "a", dir, "none/x"), ENOENT);
	CHECK_ERRNO(renameat(-1, "a", dir, "x"), EBADF);
	CHECK_ERRNO(renameat(dir, "a", -1, "x"), EBADF);
	CHECK_ERRNO(renameat(dir, "a", file, "x"), ENOTDIR);
	CHECK_EQ(unlink("moved"), 0);
	CHECK_EQ(unlink("hard"), 0);
	CHECK_EQ(unlink("d/s2"), 0);
}

static void attributes(void)
{
	struct stat s, t;
	CHECK_EQ(fstatat(dir, "s", &s, 0), 0);
	CHECK(S_ISREG(s.st_mode));
	CHECK_EQ(fstatat(dir, "s", &s, AT_SYMLINK_NOFOLLOW), 0);
	CHECK(S_ISLNK(s.st_mode));
	CHECK_EQ(s.st_size, 1);
	CHECK(fstatat(dir, "", &s, AT_EMPTY_PATH) == 0 && fstat(dir, &t) == 0);
	CHECK_EQ(s.st_ino, t.st_ino);
	CHECK_ERRNO(fstatat(dir, "", &s, 0), ENOENT);
	CHECK_ERRNO(fstatat(dir, "a", &s, ~0), EINVAL);
	CHECK_ERRNO(fstatat(dir, "none", &s, 0), ENOENT);
	CHECK_ERRNO(fstatat(-1, "a", &s, 0), EBADF);
	CHECK_ERRNO(fstatat(file, "a", &s, 0), ENOTDIR);
	CHECK_EQ(fstatat(-1, absolute, &s, 0), 0);

	CHECK_EQ(fchmodat(dir, "s", 0640, 0), 0);
	CHECK(stat("d/a", &s) == 0 && (s.st_mode & 07777) == 0640);
	CHECK_ERRNO(fchmodat(dir, "none", 0600, 0), ENOENT);
	CHECK_ERRNO(fchmodat(dir, "a", 0600, ~0), EINVAL);
	CHECK_ERRNO(fchmodat(-1, "a", 0600, 0), EBADF);
	CHECK_ERRNO(fchmodat(file, "a", 0600, 0), ENOTDIR);

	CHECK_EQ(fchownat(dir, "s", getuid(), getgid(), 0), 0);
	CHECK_EQ(fchownat(dir, "s", -1, getgid(), AT_SYMLINK_NOFOLLOW), 0);
	CHECK_EQ(fchownat(dir, "", getuid(), -1, AT_EMPTY_PATH), 0);
	CHECK_ERRNO(fchownat(dir, "none", -1, -1, 0), ENOENT);
	CHECK_ERRNO(fchownat(dir, "a", -1, -1, ~0), EINVAL);
	CHECK_ERRNO(fchownat(-1, "a", -1, -1, 0), EBADF);
	CHECK_ERRNO(fchownat(file, "a", -1, -1, 0), ENOTDIR);

	CHECK_EQ(faccessat(dir, "a", R_OK | W_OK, 0), 0);
	CHECK_EQ(faccessat(dir, "a", R_OK, AT_EACCESS), 0);
	CHECK_EQ(faccessat(dir, "", F_OK, AT_EMPTY_PATH), 0);
	CHECK_ERRNO(faccessat(dir, "a", X_OK, 0), EACCES);
	CHECK_ERRNO(faccessat(dir, "a", X_OK, AT_EACCESS), EACCES);
	CHECK_ERRNO(faccessat(dir, "none", F_OK, 0), ENOENT);
	CHECK_ERRNO(faccessat(dir, "a", 8, 0), EINVAL);
	CHECK_ERRNO(faccessat(dir, "a", F_OK, ~0), EINVAL);
	CHECK_ERRNO(faccessat(-1, "a", F_OK, 0), EBADF);
	CHECK_ERRNO(faccessat(file, "a", F_OK, 0), ENOTDIR);
}

static void times(void)
{
	struct stat s;
	struct timespec given[2] = {{1000, 1}, {2000, 2}};
	CHECK_EQ(utimensat(dir, "s", given, 0), 0);
	CHECK_EQ(stat("d/a", &s), 0);
	CHECK(s.st_atim.tv_sec == 1000 && s.st_atim.tv_nsec == 1);
	CHECK(s.st_mtim.tv_sec == 2000 && s.st_mtim.tv_nsec == 2);
	given[0] = (struct timespec){5, UTIME_OMIT};
	given[1] = (struct timespec){3000, 0};
	CHECK_EQ(utimensat(dir, "s", given, AT_SYMLINK_NOFOLLOW), 0);
	CHECK(lstat("d/s", &s) == 0 && s.st_mtim.tv_sec == 3000 && s.st_atim.tv_sec > 10000);
	CHECK(stat("d/a", &s) == 0 && s.st_mtim.tv_sec == 2000);
	given[1] = (struct timespec){7, UTIME_NOW};
	CHECK_EQ(utimensat(dir, "a", given, 0), 0);
	CHECK(stat("d/a", &s) == 0 && s.st_atim.tv_sec == 1000 && s.st_mtim.tv_sec > 1600000000);
	CHECK_EQ(utimensat(dir, "a", NULL, 0), 0);
	CHECK(stat("d/a", &s) == 0 && s.st_atim.tv_sec > 1600000000);
	given[0] = (struct timespec){5, 1000000000};
	CHECK_ERRNO(utimensat(dir, "a", given, 0), EINVAL);
	given[0] = (struct timespec){5, -7};
	CHECK_ERRNO(utimensat(dir, "a", given, 0), EINVAL);
	given[0] = (struct timespec){5, 0};
	CHECK_ERRNO(utimensat(dir, "a", given, ~0), EINVAL);
	CHECK_ERRNO(utimensat(dir, "none", given, 0), ENOENT);
	CHECK_ERRNO(utimensat(-1, "a", given, 0), EBADF);
	CHECK_ERRNO(utimensat(file, "a", given, 0), ENOTDIR);
	struct timeval micro[2] = {{11, 12}, {13, 14}};
	CHECK_EQ(futimesat(dir, "a", micro), 0);
	CHECK(stat("d/a", &s) == 0 && s.st_mtim.tv_sec == 13 && s.st_mtim.tv_nsec == 14000);
}

int main(void)
{
	make();
	opening();
	directories();
	links();
	attributes();
	times();
	CHECK_EQ(unlinkat(dir, "a", 0), 0);
	CHECK_EQ(unlinkat(dir, "s", 0), 0);
	CHECK_EQ(unlinkat(-1, absolute, 0), 0);
	CHECK_EQ(rmdir("d"), 0);
	/* A directory that has gone. */
	struct stat s;
	CHECK_ERRNO(openat(dir, "x", O_WRONLY | O_CREAT, 0600), ENOENT);
	CHECK_ERRNO(mkdirat(dir, "x", 0600), ENOENT);
	CHECK_ERRNO(fstatat(dir, "x", &s, 0), ENOENT);
	CHECK(fstat(dir, &s) == 0 && s.st_nlink == 0);
	return check_done();
}
