/* Linux's calls on files: statx(), renameat2() and fallocate(). */
#include "check.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int make(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0640);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static void agrees(const struct statx *told, const struct stat *known)
{
	CHECK_EQ(told->stx_mask & STATX_BASIC_STATS, STATX_BASIC_STATS);
	CHECK_EQ(told->stx_mode, known->st_mode);
	CHECK_EQ(told->stx_ino, known->st_ino);
	CHECK_EQ(told->stx_nlink, known->st_nlink);
	CHECK(told->stx_uid == known->st_uid && told->stx_gid == known->st_gid);
	CHECK_EQ(told->stx_size, known->st_size);
	CHECK_EQ(told->stx_blocks, known->st_blocks);
	CHECK_EQ(told->stx_blksize, known->st_blksize);
	CHECK(told->stx_mtime.tv_sec == known->st_mtim.tv_sec && told->stx_mtime.tv_nsec == known->st_mtim.tv_nsec);
	CHECK(told->stx_atime.tv_sec == known->st_atim.tv_sec && told->stx_atime.tv_nsec == known->st_atim.tv_nsec);
	CHECK(told->stx_ctime.tv_sec == known->st_ctim.tv_sec && told->stx_ctime.tv_nsec == known->st_ctim.tv_nsec);
	CHECK(told->stx_dev_major == major(known->st_dev) && told->stx_dev_minor == minor(known->st_dev));
	CHECK(told->stx_rdev_major == major(known->st_rdev) && told->stx_rdev_minor == minor(known->st_rdev));
}

static void attributes(void)
{
	struct statx told;
	struct stat known;
	int fd = make("plain", "twelve bytes");
	CHECK_EQ(symlink("plain", "link"), 0);
	CHECK_EQ(stat("plain", &known), 0);
	CHECK_EQ(statx(AT_FDCWD, "plain", 0, STATX_BASIC_STATS, &told), 0);
	agrees(&told, &known);
	CHECK_EQ(statx(AT_FDCWD, "link", AT_STATX_SYNC_AS_STAT | AT_NO_AUTOMOUNT, STATX_ALL, &told), 0);
	agrees(&told, &known);
	CHECK_EQ(statx(fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &told), 0);
	agrees(&told, &known);
	CHECK_EQ(lstat("link", &known), 0);
	CHECK_EQ(statx(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &told), 0);
	agrees(&told, &known);
	CHECK_EQ(stat("/dev/null", &known), 0);
	CHECK_EQ(statx(AT_FDCWD, "/dev/null", 0, STATX_TYPE, &told), 0);
	CHECK_EQ(told.stx_mode & S_IFMT, S_IFCHR);
	CHECK(told.stx_rdev_major == major(known.st_rdev) && told.stx_rdev_minor == minor(known.st_rdev));
	CHECK_EQ(fstatat(AT_FDCWD, "plain", &known, AT_NO_AUTOMOUNT), 0);
	CHECK_ERRNO(statx(AT_FDCWD, "none", 0, STATX_BASIC_STATS, &told), ENOENT);
	CHECK_ERRNO(statx(-1, "plain", 0, STATX_BASIC_STATS, &told), EBADF);
	CHECK_ERRNO(statx(AT_FDCWD, "plain", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, 0, &told), EINVAL);
	CHECK_ERRNO(statx(AT_FDCWD, "plain", 0, STATX__RESERVED, &told), EINVAL);
	close(fd);
	unlink("link");
	unlink("plain");
}

static void names(void)
{
	close(make("one", "1"));
	close(make("two", "2"));
	CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_NOREPLACE), EEXIST);
	CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "one", RENAME_NOREPLACE), EEXIST);
	CHECK_ERRNO(renameat2(AT_FDCWD, "none", AT_FDCWD, "two", RENAME_NOREPLACE), ENOENT);
	CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", 1U << 20), EINVAL);
	CHECK_EQ(renameat2(AT_FDCWD, "one", AT_FDCWD, "three", RENAME_NOREPLACE), 0);
	CHECK_ERRNO(access("one", F_OK), ENOENT);
	CHECK_EQ(renameat2(AT_FDCWD, "three", AT_FDCWD, "two", 0), 0);
	CHECK_EQ(unlink("two"), 0);
	CHECK_EQ(mkdir("folder", 0700), 0);
	CHECK_EQ(mkdir("other", 0700), 0);
	CHECK_ERRNO(renameat2(AT_FDCWD, "folder", AT_FDCWD, "other", RENAME_NOREPLACE), EEXIST);
	CHECK_EQ(renameat2(AT_FDCWD, "folder", AT_FDCWD, "other/folder", RENAME_NOREPLACE), 0);
	CHECK_EQ(rmdir("other/folder"), 0);
	CHECK_EQ(rmdir("other"), 0);
}

static void room(void)
{
	struct stat known;
	int fd = make("room", "abc"), ends[2], only_read = open("room", O_RDONLY);
	CHECK_EQ(fallocate(fd, 0, 1000, 5000), 0);
	CHECK_EQ(fstat(fd, &known), 0);
	CHECK(known.st_size == 6000 && known.st_blocks * 512 >= 5000);
	CHECK_EQ(fallocate(fd, 0, 0, 10), 0);
	CHECK_EQ(fstat(fd, &known), 0);
	CHECK_EQ(known.st_size, 6000);
	CHECK_ERRNO(fallocate(fd, 0, -1, 10), EINVAL);
	CHECK_ERRNO(fallocate(fd, 0, 0, 0), EINVAL);
	CHECK_ERRNO(fallocate(only_read, 0, 0, 10), EBADF);
	CHECK_ERRNO(fallocate(-1, 0, 0, 10), EBADF);
	CHECK_ERRNO(fallocate(fd, 1 << 20, 0, 10), EOPNOTSUPP);
	REQUIRE(pipe(ends) == 0);
	CHECK_ERRNO(fallocate(ends[1], 0, 0, 10), ESPIPE);
	close(only_read);
	close(fd);
	unlink("room");
}

int main(void)
{
	attributes();
	names();
	room();
	return check_done();
}
