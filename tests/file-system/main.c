/* Files made by the program: names, descriptors, positions, links, directories, and their errors. */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	CHECK_EQ(close(fd), 0);
}

static int links(const char *path)
{
	struct stat s;
	return lstat(path, &s) == 0 ? (int)s.st_nlink : -1;
}

static void opening(void)
{
	char name[300];
	memset(name, 'x', sizeof name);
	name[256] = 0;
	CHECK_ERRNO(open("", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("none", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("none/a", O_WRONLY | O_CREAT, 0666), ENOENT);
	CHECK_ERRNO(open(name, O_WRONLY | O_CREAT, 0666), ENAMETOOLONG);
	CHECK_ERRNO(open(".", O_RDWR), EISDIR);
	umask(022);
	int fd = open("a", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	REQUIRE(fd >= 3);
	CHECK_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	struct stat s;
	CHECK_EQ(fstat(fd, &s), 0);
	CHECK(S_ISREG(s.st_mode));
	CHECK_EQ(s.st_mode & 07777, 0644);
	CHECK_EQ(s.st_nlink, 1);
	CHECK_EQ(s.st_size, 0);
	CHECK(s.st_mtime > 1600000000);
	CHECK_ERRNO(open("a", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
	CHECK_ERRNO(open("a", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_ERRNO(open("a/", O_RDONLY), ENOTDIR);
	CHECK_ERRNO(open("a/b", O_RDONLY), ENOTDIR);
	CHECK_EQ(isatty(fd), 0);
	CHECK_EQ(fchmod(fd, 0600), 0);
	CHECK(stat("a", &s) == 0 && (s.st_mode & 07777) == 0600);
	CHECK_EQ(chmod("a", 0640), 0);
	CHECK(stat("a", &s) == 0 && (s.st_mode & 07777) == 0640);
	struct timespec times[2] = {{1000, 5}, {2000, 999999999}};
	CHECK_EQ(futimens(fd, times), 0);
	CHECK_EQ(fstat(fd, &s), 0);
	CHECK(s.st_atim.tv_sec == 1000 && s.st_mtim.tv_sec == 2000 && s.st_mtim.tv_nsec == 999999999);
	CHECK_EQ(access("a", F_OK), 0);
	CHECK_EQ(access("a", R_OK | W_OK), 0);
	CHECK_ERRNO(access("a", X_OK), EACCES);
	CHECK_ERRNO(access("none", F_OK), ENOENT);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(close(fd), EBADF);
	CHECK_ERRNO(read(fd, name, 1), EBADF);
	CHECK_EQ(unlink("a"), 0);
}

static void positions(void)
{
	char text[32];
	int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0666);
	CHECK_EQ(write(fd, "0123456789", 10), 10);
	CHECK_EQ(read(fd, text, 4), 0);
	CHECK_EQ(lseek(fd, 2, SEEK_SET), 2);
	CHECK_EQ(read(fd, text, 4), 4);
	CHECK(memcmp(text, "2345", 4) == 0);
	CHECK_EQ(lseek(fd, -1, SEEK_CUR), 5);
	CHECK_EQ(lseek(fd, -3, SEEK_END), 7);
	CHECK_ERRNO(lseek(fd, -11, SEEK_END), EINVAL);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 7);
	CHECK_EQ(pread(fd, text, 2, 8), 2);
	CHECK(memcmp(text, "89", 2) == 0);
	CHECK_EQ(pwrite(fd, "XY", 2, 12), 2);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 7);
	CHECK_EQ(read(fd, text, 32), 7);
	CHECK(memcmp(text, "789\0\0XY", 7) == 0);
	CHECK_EQ(ftruncate(fd, 3), 0);
	CHECK_EQ(ftruncate(fd, 5), 0);
	CHECK_EQ(pread(fd, text, 32, 0), 5);
	CHECK(memcmp(text, "012\0\0", 5) == 0);
	CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
	CHECK_ERRNO(pread(fd, text, 1, -1), EINVAL);
	int copy = dup(fd);
	CHECK_EQ(lseek(copy, 1, SEEK_SET), 1);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1);
	CHECK_EQ(close(copy), 0);
	struct iovec pieces[3] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
	CHECK_EQ(writev(fd, pieces, 3), 5);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	pieces[0] = (struct iovec){text, 1};
	pieces[2] = (struct iovec){text + 10, 10};
	CHECK_EQ(readv(fd, pieces, 3), 6);
	CHECK(text[0] == '0' && memcmp(text + 10, "abcde", 5) == 0);
	CHECK_ERRNO(readv(fd, pieces, -1), EINVAL);
	CHECK_EQ(close(fd), 0);
	fd = open("f", O_WRONLY | O_APPEND);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(write(fd, "Z", 1), 1);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 7);
	CHECK_ERRNO(read(fd, text, 1), EBADF);
	CHECK_EQ(close(fd), 0);
	fd = open("f", O_RDONLY);
	CHECK_ERRNO(write(fd, "Z", 1), EBADF);
	CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
	CHECK_EQ(close(fd), 0);
	/* A hole of more than 4 GiB takes no space. */
	fd = open("f", O_RDWR | O_TRUNC);
	CHECK_EQ(pwrite(fd, "end", 3, 5000000000), 3);
	struct stat s;
	CHECK_EQ(fstat(fd, &s), 0);
	CHECK_EQ(s.st_size, 5000000003);
	CHECK(s.st_blocks < 1000);
	CHECK_EQ(pread(fd, text, 32, 4999999999), 4);
	CHECK(memcmp(text, "\0end", 4) == 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("f"), 0);
}

static void naming(void)
{
	char text[32];
	CHECK_EQ(mkdir("d", 0777), 0);
	CHECK_EQ(mkdir("d/e/", 0700), 0);
	CHECK_EQ(links("d"), 3);
	CHECK_ERRNO(mkdir("d", 0777), EEXIST);
	CHECK_ERRNO(mkdir("x/y", 0777), ENOENT);
	CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
	CHECK_ERRNO(rmdir("d/e/."), EINVAL);
	CHECK_ERRNO(rename("d", "d/e/f"), EINVAL);
	put("f", "one");
	put("g", "two");
	CHECK_ERRNO(rmdir("f"), ENOTDIR);
	CHECK_ERRNO(rename("f", "d"), EISDIR);
	CHECK_ERRNO(rename("d", "f"), ENOTDIR);
	CHECK_ERRNO(rename("none", "f"), ENOENT);
	CHECK_EQ(rename("f", "g"), 0);
	CHECK_ERRNO(access("f", F_OK), ENOENT);
	CHECK_EQ(link("g", "d/h"), 0);
	CHECK_EQ(links("g"), 2);
	CHECK_ERRNO(link("g", "d/h"), EEXIST);
	CHECK_ERRNO(link("d", "d2"), EPERM);
	CHECK_EQ(unlink("g"), 0);
	CHECK_EQ(links("d/h"), 1);
	CHECK_EQ(symlink("d/h", "s"), 0);
	CHECK_ERRNO(symlink("d/h", "s"), EEXIST);
	CHECK_EQ(readlink("s", text, sizeof text), 3);
	CHECK(memcmp(text, "d/h", 3) == 0);
	CHECK_ERRNO(readlink("d/h", text, sizeof text), EINVAL);
	struct stat s;
	CHECK(lstat("s", &s) == 0 && S_ISLNK(s.st_mode));
	CHECK(stat("s", &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 3);
	CHECK_ERRNO(open("s", O_RDONLY | O_NOFOLLOW), ELOOP);
	CHECK_EQ(symlink("loop", "loop"), 0);
	CHECK_ERRNO(open("loop", O_RDONLY), ELOOP);
	CHECK_EQ(unlink("loop"), 0);
	CHECK_EQ(unlink("s"), 0);
	/* Relative to a directory, and the working directory. */
	char before[PATH_MAX], after[PATH_MAX];
	CHECK(getcwd(before, sizeof before) == before);
	CHECK_ERRNO(getcwd(after, 1) == NULL ? -1 : 0, ERANGE);
	int dir = open("d", O_RDONLY | O_DIRECTORY);
	int fd = openat(dir, "h", O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(renameat(dir, "h", AT_FDCWD, "h"), 0);
	CHECK_EQ(unlinkat(dir, "e", AT_REMOVEDIR), 0);
	CHECK_EQ(fchdir(dir), 0);
	CHECK(getcwd(after, sizeof after) == after);
	CHECK_EQ(strncmp(after, before, strlen(before)), 0);
	CHECK_EQ(strcmp(after + strlen(after) - 2, "/d"), 0);
	CHECK_EQ(access("../h", F_OK), 0);
	CHECK_ERRNO(chdir("../h"), ENOTDIR);
	CHECK_EQ(chdir(".."), 0);
	CHECK_EQ(close(dir), 0);
	/* An open file outlives its name. */
	fd = open("h", O_RDONLY);
	CHECK_EQ(unlink("h"), 0);
	CHECK_EQ(read(fd, text, 9), 3);
	CHECK(fstat(fd, &s) == 0 && s.st_nlink == 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(rmdir("d"), 0);
	CHECK_ERRNO(rmdir("d"), ENOENT);
}

static void listing(void)
{
	enum { FILES = 500 };
	static char seen[FILES];
	char name[32];
	CHECK_EQ(mkdir("many", 0777), 0);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "many/%d", i);
		put(name, "");
	}
	DIR *dir = opendir("many");
	REQUIRE(dir != NULL);
	int dots = 0, number;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		if (entry->d_name[0] == '.')
			dots++;
		else if (sscanf(entry->d_name, "%d", &number) == 1)
			seen[number]++;
	}
	CHECK_EQ(dots, 2);
	for (int i = 0; i < FILES; i++)
		CHECK_EQ(seen[i], 1);
	rewinddir(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		if (entry->d_name[0] != '.')
			CHECK_EQ(unlinkat(dirfd(dir), entry->d_name, 0), 0);
	CHECK_EQ(closedir(dir), 0);
	CHECK_EQ(rmdir("many"), 0);
}

static void devices(void)
{
	char text[64];
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
	CHECK_EQ(write(null, "abc", 3), 3);
	CHECK_EQ(read(null, text, 3), 0);
	memset(text, 1, sizeof text);
	CHECK_EQ(read(zero, text, sizeof text), sizeof text);
	for (size_t i = 0; i < sizeof text; i++)
		CHECK_EQ(text[i], 0);
	int random = open("/dev/urandom", O_RDONLY), sum = 0;
	CHECK_EQ(read(random, text, sizeof text), sizeof text);
	for (size_t i = 0; i < sizeof text; i++)
		sum |= text[i];
	CHECK(sum != 0);
	CHECK_EQ(close(null) | close(zero) | close(random), 0);
	struct stat s;
	CHECK(stat("/dev/null", &s) == 0 && S_ISCHR(s.st_mode));
}

/* A file's bytes as memory: a private copy. */
static void mapping(void)
{
	put("f", "0123456789");
	int fd = open("f", O_RDONLY);
	char *memory = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	REQUIRE(memory != MAP_FAILED);
	CHECK(memcmp(memory, "0123456789", 11) == 0);
	memory[0] = 'x';
	char byte;
	CHECK_EQ(pread(fd, &byte, 1, 0), 1);
	CHECK_EQ(byte, '0');
	CHECK_EQ(munmap(memory, 10), 0);
	CHECK_ERRNO(mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 1) == MAP_FAILED ? -1 : 0, EINVAL);
	CHECK_ERRNO(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0, EINVAL);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0, EBADF);
	fd = open("f", O_WRONLY);
	CHECK_ERRNO(mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0, EACCES);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("f"), 0);
}

static void duplicates(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666);
	int low = dup(fd);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(dup(low), fd);
	CHECK_EQ(fcntl(low, F_DUPFD, 40), 40);
	CHECK_EQ(dup2(low, 41), 41);
	CHECK_EQ(dup2(low, low), low);
	CHECK_ERRNO(dup2(99, 42), EBADF);
	CHECK_ERRNO(dup(-1), EBADF);
	CHECK_EQ(close(40) | close(41) | close(low) | close(fd), 0);
	/* All of the descriptors there are. */
	int count = 0, last = -1, limit = (int)sysconf(_SC_OPEN_MAX);
	CHECK(limit >= 64);
	while ((fd = open("f", O_RDONLY)) >= 0 && count <= limit) {
		count++;
		last = fd;
	}
	CHECK(fd < 0 && errno == EMFILE);
	CHECK_EQ(last, limit - 1);
	for (; count > 0; count--, last--)
		close(last);
	CHECK_EQ(unlink("f"), 0);
}

static int shared;

static void *appender(void *argument)
{
	char block[100];
	memset(block, (int)(long)argument, sizeof block);
	for (int i = 0; i < 300; i++)
		CHECK_EQ(write(shared, block, sizeof block), sizeof block);
	return NULL;
}

/* One position for all: no write is lost or overwritten. */
static void threads(void)
{
	shared = open("f", O_RDWR | O_CREAT | O_TRUNC, 0666);
	pthread_t threads[8];
	for (long i = 0; i < 8; i++)
		REQUIRE(pthread_create(&threads[i], NULL, appender, (void *)('a' + i)) == 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(lseek(shared, 0, SEEK_CUR), 8 * 300 * 100);
	char block[100];
	for (int i = 0; i < 8 * 300; i++) {
		CHECK_EQ(pread(shared, block, 100, i * 100), 100);
		CHECK(memcmp(block, block + 1, 99) == 0);
	}
	CHECK_EQ(close(shared), 0);
	CHECK_EQ(unlink("f"), 0);
}

int main(void)
{
	CHECK_EQ(mkdir("work", 0777), 0);
	REQUIRE(chdir("work") == 0);
	opening();
	positions();
	naming();
	listing();
	devices();
	mapping();
	duplicates();
	threads();
	CHECK_EQ(chdir(".."), 0);
	CHECK_EQ(rmdir("work"), 0);
	return check_done();
}
