/* sys/stat.h, utime.h, sys/time.h: attributes, modes, the mask, times and what changes them. */
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static char long_name[300], long_path[5000];

static mode_t mode(const char *path)
{
	struct stat s;
	return stat(path, &s) == 0 ? s.st_mode : 0;
}

static void telling(void)
{
	struct stat s, t;
	int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0666);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, "12345", 5), 5);
	CHECK_EQ(stat("f", &s), 0);
	CHECK_EQ(fstat(fd, &t), 0);
	CHECK(S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode) && !S_ISLNK(s.st_mode) && !S_ISFIFO(s.st_mode) &&
	      !S_ISCHR(s.st_mode) && !S_ISBLK(s.st_mode) && !S_ISSOCK(s.st_mode));
	CHECK_EQ(s.st_mode & 07777, 0644);
	CHECK(s.st_ino == t.st_ino && s.st_dev == t.st_dev);
	CHECK_EQ(s.st_nlink, 1);
	CHECK_EQ(s.st_uid, geteuid());
	CHECK_EQ(s.st_size, 5);
	CHECK(s.st_blksize > 0 && s.st_blocks >= 0);
	CHECK_EQ(symlink("f", "l"), 0);
	CHECK(stat("l", &t) == 0 && t.st_ino == s.st_ino);
	CHECK(lstat("l", &t) == 0 && S_ISLNK(t.st_mode) && t.st_size == 1 && t.st_ino != s.st_ino);
	CHECK(lstat("f", &t) == 0 && t.st_ino == s.st_ino);
	CHECK_ERRNO(stat("none", &s), ENOENT);
	CHECK_ERRNO(stat("", &s), ENOENT);
	CHECK_ERRNO(stat("f/x", &s), ENOTDIR);
	CHECK_ERRNO(stat("f/", &s), ENOTDIR);
	CHECK_ERRNO(lstat("l/", &s), ENOTDIR);
	CHECK_ERRNO(stat(long_name, &s), ENAMETOOLONG);
	CHECK_ERRNO(lstat(long_path, &s), ENAMETOOLONG);
	CHECK_EQ(symlink("loop", "loop"), 0);
	CHECK_ERRNO(stat("loop", &s), ELOOP);
	CHECK_EQ(lstat("loop", &s), 0);
	CHECK_EQ(unlink("loop"), 0);
	CHECK_EQ(symlink("nowhere", "dangling"), 0);
	CHECK_ERRNO(stat("dangling", &s), ENOENT);
	CHECK_EQ(lstat("dangling", &s), 0);
	CHECK_EQ(unlink("dangling"), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(fstat(fd, &s), EBADF);
	CHECK_ERRNO(fstat(-1, &s), EBADF);
	CHECK(stat("/dev/null", &s) == 0 && S_ISCHR(s.st_mode));
	CHECK(stat("/", &s) == 0 && S_ISDIR(s.st_mode));
}

static void modes(void)
{
	CHECK_EQ(chmod("l", 04751), 0);
	CHECK_EQ(mode("f") & 07777, 04751);
	int fd = open("f", O_RDONLY);
	CHECK_EQ(fchmod(fd, 0), 0);
	CHECK_EQ(mode("f") & 07777, 0);
	CHECK_EQ(fchmod(fd, 0600), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(fchmod(fd, 0600), EBADF);
	CHECK_ERRNO(chmod("none", 0600), ENOENT);
	CHECK_ERRNO(chmod("f/x", 0600), ENOTDIR);
	CHECK_ERRNO(chmod("", 0600), ENOENT);
	CHECK_ERRNO(chmod(long_name, 0600), ENAMETOOLONG);
#ifdef __NEWLIB__
	CHECK_EQ(lchmod("f", 0640), 0);
	CHECK_EQ(mode("f") & 07777, 0640);
	CHECK_ERRNO(lchmod("none", 0640), ENOENT);
#endif
	CHECK_EQ(umask(0777), 022);
	CHECK_EQ(close(open("g", O_WRONLY | O_CREAT, 0777)), 0);
	CHECK_EQ(mode("g") & 07777, 0);
	CHECK_EQ(umask(027), 0777);
	CHECK_EQ(mkdir("d", 0777), 0);
	CHECK_EQ(mode("d"), S_IFDIR | 0750);
	CHECK_EQ(umask(022), 027);
	CHECK_EQ(unlink("g"), 0);
	CHECK_EQ(rmdir("d"), 0);
	CHECK_EQ(mkdir("d/", 01777), 0);
	CHECK_EQ(mode("d"), S_IFDIR | 01755);
	CHECK_ERRNO(mkdir("d", 0777), EEXIST);
	CHECK_ERRNO(mkdir("f", 0777), EEXIST);
	CHECK_ERRNO(mkdir("l", 0777), EEXIST);
	CHECK_ERRNO(mkdir("/", 0777), EEXIST);
	CHECK_ERRNO(mkdir("f/x", 0777), ENOTDIR);
	CHECK_ERRNO(mkdir("none/x", 0777), ENOENT);
	CHECK_ERRNO(mkdir("", 0777), ENOENT);
	CHECK_ERRNO(mkdir(long_name, 0777), ENAMETOOLONG);
	CHECK_EQ(rmdir("d"), 0);
}

static void wait_for_the_clock(void)
{
	/* File times may be as coarse as 10 ms. */
	struct timespec time = {0, 20000000};
	nanosleep(&time, NULL);
}

enum { ACCESSED = 1, MODIFIED = 2, CHANGED = 4 };

static int later(struct timespec a, struct timespec b)
{
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

static struct stat before;

/* Which times have moved on since the last look. */
static int moved(const char *path)
{
	struct stat now;
	REQUIRE(lstat(path, &now) == 0);
	int result = (later(now.st_atim, before.st_atim) ? ACCESSED : 0) |
		     (later(now.st_mtim, before.st_mtim) ? MODIFIED : 0) |
		     (later(now.st_ctim, before.st_ctim) ? CHANGED : 0);
	before = now;
	wait_for_the_clock();
	return result;
}

/* POSIX: what each call marks for update. (Whether reading does is the mount's choice on the host.) */
static void marking(void)
{
	struct timespec start;
	clock_gettime(CLOCK_REALTIME, &start);
	int fd = open("t", O_RDWR | O_CREAT | O_EXCL, 0600);
	CHECK_EQ(stat("t", &before), 0);
	CHECK(before.st_mtim.tv_sec + 1 >= start.tv_sec && before.st_mtim.tv_sec <= start.tv_sec + 5);
	wait_for_the_clock();
	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK_EQ(moved("t") & ~ACCESSED, MODIFIED | CHANGED);
	CHECK_EQ(write(fd, "abc", 0), 0);
	CHECK_EQ(moved("t"), 0);
	CHECK_EQ(fchmod(fd, 0640), 0);
	CHECK_EQ(moved("t"), CHANGED);
	CHECK_EQ(fchown(fd, -1, getgid()), 0);
	CHECK_EQ(moved("t"), CHANGED);
	CHECK_EQ(ftruncate(fd, 1), 0);
	CHECK_EQ(moved("t"), MODIFIED | CHANGED);
	CHECK_EQ(truncate("t", 10), 0);
	CHECK_EQ(moved("t"), MODIFIED | CHANGED);
	CHECK_EQ(link("t", "u"), 0);
	CHECK_EQ(moved("t"), CHANGED);
	CHECK_EQ(rename("u", "v"), 0);
	moved("t");
	CHECK_EQ(unlink("v"), 0);
	CHECK_EQ(moved("t"), CHANGED);
	CHECK_EQ(close(open("t", O_RDONLY)), 0);
	CHECK_EQ(moved("t"), 0);
	CHECK_EQ(close(open("t", O_WRONLY | O_TRUNC)), 0);
	CHECK_EQ(moved("t"), MODIFIED | CHANGED);
	struct timespec omit[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
	CHECK_EQ(futimens(fd, omit), 0);
	CHECK_EQ(moved("t") & ~CHANGED, 0);
	CHECK_EQ(futimens(fd, NULL), 0);
	CHECK_EQ(moved("t"), ACCESSED | MODIFIED | CHANGED);
#ifdef __NEWLIB__
	char c;
	CHECK_EQ(write(fd, "x", 1), 1);
	moved("t");
	CHECK_EQ(pread(fd, &c, 1, 0), 1);
	CHECK_EQ(moved("t"), ACCESSED);
	CHECK_EQ(pread(fd, &c, 0, 0), 0);
	CHECK_EQ(moved("t"), 0);
#endif
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("t"), 0);
	/* A directory's times are those of its names. */
	CHECK_EQ(mkdir("d", 0700), 0);
	CHECK_EQ(stat("d", &before), 0);
	wait_for_the_clock();
	CHECK_EQ(close(open("d/f", O_WRONLY | O_CREAT, 0600)), 0);
	CHECK_EQ(moved("d"), MODIFIED | CHANGED);
	CHECK_EQ(truncate("d/f", 100), 0);
	CHECK_EQ(moved("d"), 0);
	CHECK_EQ(rename("d/f", "d/g"), 0);
	CHECK_EQ(moved("d"), MODIFIED | CHANGED);
	CHECK_EQ(symlink("x", "d/h"), 0);
	CHECK_EQ(moved("d"), MODIFIED | CHANGED);
	CHECK_EQ(unlink("d/h"), 0);
	CHECK_EQ(moved("d"), MODIFIED | CHANGED);
	CHECK_EQ(unlink("d/g"), 0);
	CHECK_EQ(rmdir("d"), 0);
}

static void setting(void)
{
	struct stat s;
	int fd = open("f", O_RDWR);
	struct timespec given[2] = {{100, 999999999}, {-5, 7}};
	CHECK_EQ(futimens(fd, given), 0);
	CHECK_EQ(fstat(fd, &s), 0);
	CHECK(s.st_atim.tv_sec == 100 && s.st_atim.tv_nsec == 999999999);
	CHECK(s.st_mtim.tv_sec == -5 && s.st_mtim.tv_nsec == 7);
	given[1].tv_nsec = 1000000000;
	CHECK_ERRNO(futimens(fd, given), EINVAL);
	CHECK_ERRNO(futimens(-1, NULL), EBADF);
	struct timeval micro[2] = {{200, 999999}, {300, 0}};
	CHECK_EQ(utimes("l", micro), 0);
	CHECK(stat("f", &s) == 0 && s.st_atim.tv_nsec == 999999000 && s.st_mtime == 300);
	CHECK_EQ(futimes(fd, micro), 0);
	CHECK_EQ(lutimes("l", micro), 0);
	CHECK(lstat("l", &s) == 0 && s.st_mtime == 300);
	micro[0].tv_usec = 1000000;
	CHECK_ERRNO(utimes("f", micro), EINVAL);
	CHECK_ERRNO(utimes("none", NULL), ENOENT);
	CHECK_ERRNO(utimes("f/x", NULL), ENOTDIR);
	CHECK_EQ(utimes("f", NULL), 0);
	struct utimbuf seconds = {400, 500};
	CHECK_EQ(utime("f", &seconds), 0);
	CHECK(stat("f", &s) == 0 && s.st_atime == 400 && s.st_mtime == 500);
	CHECK(s.st_ctime > 1600000000);
	CHECK_EQ(utime("f", NULL), 0);
	CHECK(stat("f", &s) == 0 && s.st_mtime > 1600000000);
	CHECK_ERRNO(utime("none", &seconds), ENOENT);
	CHECK_ERRNO(utime(long_name, &seconds), ENAMETOOLONG);
	CHECK_EQ(close(fd), 0);
}

int main(void)
{
	memset(long_name, 'n', sizeof long_name - 1);
	memset(long_path, '/', sizeof long_path - 1);
	umask(022);
	telling();
	modes();
	marking();
	setting();
	CHECK_EQ(unlink("f"), 0);
	CHECK_EQ(unlink("l"), 0);
	return check_done();
}
