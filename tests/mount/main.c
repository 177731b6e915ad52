/* A folder of the host: what the program sees of it and does to it, and the errors. What files in memory
 * do just the same is tested by mount-files. */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

static int make(const char *path, const char *text)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static void put(const char *path, const char *text)
{
	CHECK_EQ(close(make(path, text)), 0);
}

static int has(const char *path, const char *text)
{
	char found[100] = "";
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	ssize_t len = read(fd, found, sizeof found - 1);
	close(fd);
	return len == (ssize_t)strlen(text) && strcmp(found, text) == 0;
}

static void what_the_host_made(void)
{
	struct stat s;
	CHECK(has("in/text", "from the host\n"));
	CHECK(has("in/link", "from the host\n"));
	CHECK(has("in/up/in/sub/../link", "from the host\n"));
	CHECK_EQ(stat("in/text", &s), 0);
	CHECK(S_ISREG(s.st_mode) && (s.st_mode & 07777) == 0640);
	CHECK_EQ(s.st_size, 14);
	CHECK_EQ(s.st_mtim.tv_sec, 1000000000);
	CHECK_EQ(s.st_nlink, 1);
	CHECK_EQ(lstat("in/absolute", &s), 0);
	CHECK(S_ISLNK(s.st_mode) && s.st_size == strlen("/in/nowhere"));
	CHECK_ERRNO(stat("in/absolute", &s), ENOENT);
	CHECK_EQ(lstat("in/fifo", &s), 0);
	CHECK(S_ISFIFO(s.st_mode));
	CHECK_ERRNO(open("in/none", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("in/text/x", O_RDONLY), ENOTDIR);
	CHECK_ERRNO(open("in/sub", O_WRONLY), EISDIR);
	CHECK_ERRNO(open("in/link", O_RDONLY | O_NOFOLLOW), ELOOP);
	CHECK_ERRNO(open("in/text", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_ERRNO(unlink("in/sub"), EISDIR);
	CHECK_ERRNO(rmdir("in/text"), ENOTDIR);
	CHECK_ERRNO(rmdir("in"), ENOTEMPTY);
	CHECK_ERRNO(mkdir("in/sub", 0777), EEXIST);
	CHECK_ERRNO(link("in/sub", "in/other"), EPERM);
	CHECK_ERRNO(rename("in", "in/sub/in"), EINVAL);
	char name[300];
	memset(name, 'n', sizeof name);
	name[256] = 0;
	CHECK_ERRNO(open(name, O_RDWR | O_CREAT, 0666), ENAMETOOLONG);
	name[255] = 0;
	put(name, "");
	DIR *dir = opendir(".");
	REQUIRE(dir != NULL);
	int seen = 0;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		seen += strcmp(entry->d_name, name) == 0;
		if (strcmp(entry->d_name, "in") == 0)
			CHECK_EQ(entry->d_type, DT_DIR);
	}
	CHECK_EQ(seen, 1);
	CHECK_EQ(closedir(dir), 0);
	CHECK_EQ(unlink(name), 0);
	struct statvfs f;
	CHECK_EQ(statvfs("in", &f), 0);
	CHECK(f.f_bsize > 0 && f.f_blocks > 0 && f.f_bfree <= f.f_blocks && f.f_namemax == 255);
	CHECK_EQ(f.f_flag & ST_RDONLY, 0);
}

static void what_the_host_will_see(void)
{
	umask(0);
	CHECK_EQ(mkdir("out", 0755), 0);
	int dir = open("out", O_RDONLY | O_DIRECTORY);
	CHECK_EQ(mkdirat(dir, "empty", 0700), 0);
	int fd = openat(dir, "text", O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK_EQ(write(fd, "from the ", 9), 9);
	CHECK_EQ(write(fd, "guest\n", 6), 6);
	CHECK_EQ(fsync(fd), 0);
	CHECK_EQ(fdatasync(fd), 0);
	CHECK_EQ(fchmod(fd, 0604), 0);
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {1234567890, 5}};
	CHECK_EQ(futimens(fd, times), 0);
	CHECK_EQ(close(fd), 0);
	/* The clock of a file's times is one: "now" is not before what was written last. */
	struct stat made, touched;
	fd = openat(dir, "touched", O_WRONLY | O_CREAT, 0600);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(fstatat(dir, "touched", &made, 0), 0);
	CHECK_EQ(utimensat(dir, "touched", NULL, 0), 0);
	CHECK_EQ(fstatat(dir, "touched", &touched, 0), 0);
	CHECK(touched.st_mtim.tv_sec > made.st_mtim.tv_sec
		|| (touched.st_mtim.tv_sec == made.st_mtim.tv_sec && touched.st_mtim.tv_nsec >= made.st_mtim.tv_nsec));
	CHECK_EQ(unlinkat(dir, "touched", 0), 0);
	CHECK_EQ(symlinkat("text", dir, "link"), 0);
	CHECK_EQ(linkat(dir, "text", dir, "before", 0), 0);
	CHECK_EQ(renameat(dir, "before", dir, "again"), 0);
	struct stat s;
	CHECK_EQ(fstatat(dir, "again", &s, 0), 0);
	CHECK_EQ(s.st_nlink, 2);
	CHECK_EQ(close(dir), 0);
	CHECK_EQ(chown("out/text", -1, -1), 0);
	CHECK_EQ(lchown("out/link", -1, -1), 0);
	umask(022);
}

/* The name goes, the file stays; another file gets the name and is not touched. */
static void removed_files(void)
{
	char text[100];
	struct stat s;
	int fd = make("gone", "0123456789");
	int other = open("gone", O_RDONLY);
	CHECK_EQ(unlink("gone"), 0);
	put("gone", "new");
	CHECK(fstat(fd, &s) == 0 && s.st_nlink == 0 && s.st_size == 10);
	CHECK(fstat(other, &s) == 0 && s.st_nlink == 0 && s.st_size == 10);
	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK(fstat(other, &s) == 0 && s.st_size == 13);
	CHECK_EQ(lseek(other, -3, SEEK_END), 10);
	CHECK_EQ(read(other, text, 100), 3);
	CHECK_EQ(fchmod(fd, 0600), 0);
	CHECK(fstat(other, &s) == 0 && (s.st_mode & 07777) == 0600);
	CHECK_EQ(ftruncate(fd, 5), 0);
	CHECK_EQ(pread(other, text, 100, 0), 5);
	CHECK(memcmp(text, "01234", 5) == 0);
	CHECK_EQ(ftruncate(fd, 20), 0);
	CHECK_EQ(pread(other, text, 100, 0), 20);
	CHECK(memcmp(text, "01234\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20) == 0);
	CHECK(has("gone", "new"));
	CHECK_EQ(close(fd) | close(other), 0);
	/* A file takes the place of an open one. */
	fd = make("old", "old");
	put("fresh", "fresh text");
	CHECK_EQ(rename("fresh", "old"), 0);
	CHECK(fstat(fd, &s) == 0 && s.st_size == 3 && s.st_nlink == 0);
	CHECK_EQ(ftruncate(fd, 0), 0);
	CHECK(has("old", "fresh text"));
	CHECK_EQ(close(fd), 0);
	/* An open file is moved. */
	fd = open("old", O_RDWR);
	CHECK_EQ(rename("old", "in/sub/moved"), 0);
	CHECK_EQ(ftruncate(fd, 5), 0);
	CHECK(fstat(fd, &s) == 0 && s.st_size == 5 && s.st_nlink == 1);
	CHECK(has("in/sub/moved", "fresh"));
	CHECK_EQ(close(fd), 0);
	/* An open file loses one of two names, which another file gets. */
	fd = make("first", "text");
	CHECK_EQ(link("first", "second"), 0);
	put("third", "not this one");
	CHECK_EQ(rename("third", "first"), 0);
	CHECK(fstat(fd, &s) == 0 && s.st_size == 4);
#ifdef __hermit__
	CHECK_ERRNO(ftruncate(fd, 0), ESTALE);
#endif
	CHECK(has("first", "not this one"));
	CHECK_EQ(close(fd) | unlink("first") | unlink("second"), 0);
	CHECK_EQ(unlink("in/sub/moved") | unlink("gone"), 0);
	FILE *file = tmpfile();
	REQUIRE(file != NULL);
	CHECK(fputs("temporary", file) >= 0 && fseek(file, 0, SEEK_SET) == 0);
	CHECK(fgets(text, sizeof text, file) && strcmp(text, "temporary") == 0);
	CHECK_EQ(fclose(file), 0);
}

static void appending(void)
{
	int first = open("log", O_WRONLY | O_CREAT | O_APPEND, 0666);
	int second = open("log", O_RDWR);
	CHECK_EQ(write(first, "one ", 4), 4);
	CHECK_EQ(lseek(second, 0, SEEK_END), 4);
	CHECK_EQ(write(second, "two ", 4), 4);
	CHECK_EQ(write(first, "three ", 6), 6);
	CHECK_EQ(lseek(first, 0, SEEK_CUR), 14);
	/* The flag may be changed while the file is open. */
	CHECK_EQ(lseek(second, 0, SEEK_SET), 0);
	CHECK_EQ(fcntl(second, F_SETFL, O_APPEND), 0);
	CHECK_EQ(write(second, "four", 4), 4);
	CHECK_EQ(fcntl(second, F_SETFL, 0), 0);
	CHECK_EQ(pwrite(second, "ONE", 3, 0), 3);
	CHECK_EQ(close(first) | close(second), 0);
	CHECK(has("log", "ONE two three four"));
	CHECK_EQ(truncate("log", 3), 0);
	CHECK(has("log", "ONE"));
	CHECK_ERRNO(truncate("log", -1), EINVAL);
	CHECK_ERRNO(truncate("in", 0), EISDIR);
	CHECK_EQ(unlink("log"), 0);
}

/* More than one message holds, in pieces, and at far positions. */
static void large_transfers(void)
{
	enum { LEN = 3 << 20 };
	unsigned char *out = malloc(LEN), *in = malloc(LEN);
	REQUIRE(out && in);
	for (int i = 0; i < LEN; i++)
		out[i] = i * 7 + (i >> 12);
	int fd = open("large", O_RDWR | O_CREAT | O_TRUNC, 0666);
	struct iovec pieces[4] = {{out, 1}, {out + 1, 1000000}, {out + 1000001, 0}, {out + 1000001, LEN - 1000001}};
	CHECK_EQ(writev(fd, pieces, 4), LEN);
	CHECK_EQ(pread(fd, in, LEN, 0), LEN);
	CHECK(memcmp(in, out, LEN) == 0);
	memset(in, 0, LEN);
	struct iovec back[3] = {{in, 600000}, {in + 600000, 77}, {in + 600077, LEN}};
	back[2].iov_len = LEN - 600077;
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(readv(fd, back, 3), LEN);
	CHECK(memcmp(in, out, LEN) == 0);
	CHECK_EQ(pread(fd, in, LEN, LEN - 5), 5);
	CHECK_EQ(pread(fd, in, LEN, LEN), 0);
	CHECK_ERRNO(pread(fd, (void *)8, 100, 0), EFAULT);
	CHECK_ERRNO(pwrite(fd, (void *)8, 100, 0), EFAULT);
	unsigned char *private = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	REQUIRE(private != MAP_FAILED);
	CHECK(memcmp(private, out, LEN) == 0);
	private[0]++;
	CHECK_EQ(pread(fd, in, 1, 0), 1);
	CHECK_EQ(in[0], out[0]);
	CHECK_EQ(munmap(private, LEN), 0);
	CHECK_EQ(pwrite(fd, "end", 3, 5000000000), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 5000000003);
	CHECK_EQ(pread(fd, in, 10, 4999999998), 5);
	CHECK(memcmp(in, "\0\0end", 5) == 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("large"), 0);
	free(out);
	free(in);
}

static void positions_in_a_folder(void)
{
	enum { FILES = 300 };
	char name[32];
	long places[FILES + 2];
	char names[FILES + 2][32];
	CHECK_EQ(mkdir("many", 0777), 0);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "many/a-rather-long-name-%d", i);
		put(name, "");
	}
	DIR *dir = opendir("many");
	REQUIRE(dir != NULL);
	int count = 0;
	for (struct dirent *entry;; count++) {
		long place = telldir(dir);
		entry = readdir(dir);
		if (!entry || count >= FILES + 2)
			break;
		places[count] = place;
		snprintf(names[count], sizeof names[count], "%s", entry->d_name);
	}
	CHECK_EQ(count, FILES + 2);
	for (int i = count - 1; i >= 0; i -= 7) {
		seekdir(dir, places[i]);
		struct dirent *entry = readdir(dir);
		CHECK(entry && strcmp(entry->d_name, names[i]) == 0);
	}
	rewinddir(dir);
	int left = 0;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		if (entry->d_name[0] != '.')
			left += unlinkat(dirfd(dir), entry->d_name, 0) == 0;
	CHECK_EQ(left, FILES);
	CHECK_EQ(closedir(dir), 0);
	CHECK_EQ(rmdir("many"), 0);
}

static void working_folder(void)
{
	char path[PATH_MAX], below[PATH_MAX];
	CHECK(getcwd(path, sizeof path) == path);
	CHECK_EQ(mkdir("x", 0777) | mkdir("x/y", 0777) | chdir("x/y"), 0);
	CHECK(getcwd(below, sizeof below) == below);
	strcat(path, "/x/y");
	CHECK_EQ(strcmp(path, below), 0);
	put("file", "here");
	CHECK(has("../y/file", "here"));
	CHECK(has("../../x/y/file", "here"));
	CHECK_EQ(unlink("file"), 0);
	CHECK_EQ(rename("../y", "../z"), 0);
	CHECK(getcwd(below, sizeof below) == below);
	CHECK_EQ(below[strlen(below) - 1], 'z');
	CHECK_EQ(chdir("../.."), 0);
	CHECK_EQ(rmdir("x/z") | rmdir("x"), 0);
}

#ifdef __hermit__
/* The border between the mount and the rest of the guest's tree. */
static void border(void)
{
	char path[PATH_MAX];
	struct stat inside, outside;
	CHECK(getcwd(path, sizeof path) && strcmp(path, "/mnt") == 0);
	CHECK_EQ(stat(".", &inside) | stat("..", &outside), 0);
	CHECK(inside.st_dev != outside.st_dev);
	CHECK(stat("in/..", &outside) == 0 && inside.st_ino == outside.st_ino);
	CHECK_EQ(access("../dev/null", F_OK), 0);
	CHECK_EQ(access("in/../../mnt/in/text", F_OK), 0);
	put("/outside", "x");
	CHECK_ERRNO(rename("/outside", "inside"), EXDEV);
	CHECK_ERRNO(rename("in/text", "/text"), EXDEV);
	CHECK_ERRNO(link("in/text", "/text"), EXDEV);
	CHECK_ERRNO(link("/outside", "inside"), EXDEV);
	CHECK_ERRNO(rmdir("/mnt"), EBUSY);
	CHECK_ERRNO(rename("/mnt", "/else"), EBUSY);
	CHECK_ERRNO(open("in/fifo", O_RDONLY | O_NONBLOCK), ENXIO);
	CHECK_ERRNO(mkfifo("fifo", 0666), EPERM);
	struct statvfs here, there;
	CHECK_EQ(statvfs(".", &here) | statvfs("/", &there), 0);
	CHECK(here.f_fsid != there.f_fsid);
	/* The mount point is listed, and reached from the root. */
	DIR *dir = opendir("/");
	int seen = 0;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		seen += strcmp(entry->d_name, "mnt") == 0 && entry->d_type == DT_DIR;
	CHECK_EQ(seen, 1);
	closedir(dir);
}
#endif

static int read_only(void)
{
	struct stat s;
	struct statvfs f;
	REQUIRE(chdir("/a/b/mnt") == 0);
	CHECK(has("file", "text\n"));
	CHECK_EQ(stat("folder", &s), 0);
	CHECK_ERRNO(open("file", O_RDWR), EROFS);
	CHECK_ERRNO(open("file", O_WRONLY | O_TRUNC), EROFS);
	CHECK_ERRNO(open("new", O_WRONLY | O_CREAT, 0666), EROFS);
	CHECK_ERRNO(mkdir("new", 0777), EROFS);
	CHECK_ERRNO(rmdir("folder"), EROFS);
	CHECK_ERRNO(unlink("file"), EROFS);
	CHECK_ERRNO(rename("file", "other"), EROFS);
	CHECK_ERRNO(link("file", "other"), EROFS);
	CHECK_ERRNO(symlink("file", "other"), EROFS);
	CHECK_ERRNO(chmod("file", 0600), EROFS);
	CHECK_ERRNO(chown("file", 1, 1), EROFS);
	CHECK_ERRNO(truncate("file", 0), EROFS);
	CHECK_ERRNO(access("file", W_OK), EROFS);
	CHECK_EQ(access("file", R_OK), 0);
	CHECK_EQ(statvfs("file", &f), 0);
	CHECK_EQ(f.f_flag & ST_RDONLY, ST_RDONLY);
	return check_done();
}

static int several(void)
{
	int start = open(".", O_RDONLY | O_DIRECTORY);
	const char *places[] = {"1/a", "1/b", "2", "3", "4", "5", "6"};
	for (int i = 0; i < 7; i++) {
		char text[3] = {'a' + i, '\n'};
		REQUIRE(chdir(places[i]) == 0);
		CHECK(has("name", text));
		put("copy", text);
		REQUIRE(fchdir(start) == 0);
	}
	return check_done();
}

/* The boot parameter names a device that is not there, and nonsense. */
static int missing(void)
{
	struct stat s;
	CHECK_ERRNO(stat("/mnt/x", &s), ENODEV);
	CHECK_ERRNO(open("/mnt/x", O_RDWR | O_CREAT, 0666), ENODEV);
	CHECK(opendir("/mnt") == NULL && errno == ENODEV);
	CHECK_ERRNO(stat("/y", &s), ENOENT);
	return check_done();
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "read-only") == 0)
		return read_only();
	if (argc > 1 && strcmp(argv[1], "several") == 0)
		return several();
	if (argc > 1)
		return missing();
	REQUIRE(chdir("mnt") == 0);
	what_the_host_made();
	what_the_host_will_see();
	removed_files();
	appending();
	large_transfers();
	positions_in_a_folder();
	working_folder();
#ifdef __hermit__
	border();
#endif
	return check_done();
}
