/* dirent.h: reading directories, from names and descriptors, positions in them, sorted lists. */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 300 };

static void make(void)
{
	char name[32];
	REQUIRE(mkdir("d", 0777) == 0);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "d/f%03d", i);
		int fd = open(name, O_WRONLY | O_CREAT, 0600);
		REQUIRE(fd >= 0);
		close(fd);
	}
	REQUIRE(mkdir("d/sub", 0777) == 0);
	REQUIRE(symlink("f000", "d/link") == 0);
	REQUIRE(mkfifo("d/fifo", 0600) == 0);
}

static int number(const char *name)
{
	return name[0] == 'f' && name[1] >= '0' && name[1] <= '9' ? atoi(name + 1) : -1;
}

/* Every name once, each with its number and kind. */
static void listing(DIR *dir)
{
	int seen[FILES] = {0}, others = 0, dots = 0;
	struct dirent *entry;
	errno = 0;
	while ((entry = readdir(dir)) != NULL) {
		struct stat s;
		int n = number(entry->d_name);
		CHECK_EQ(fstatat(dirfd(dir), entry->d_name, &s, AT_SYMLINK_NOFOLLOW), 0);
		if (strcmp(entry->d_name, "..") != 0)
			CHECK_EQ(entry->d_ino, s.st_ino);
		CHECK(entry->d_type == DT_UNKNOWN || DTTOIF(entry->d_type) == (s.st_mode & S_IFMT));
		if (n >= 0)
			seen[n]++;
		else if (entry->d_name[0] == '.')
			dots++;
		else
			others++;
	}
	CHECK_EQ(errno, 0);
	for (int i = 0; i < FILES; i++)
		CHECK_EQ(seen[i], 1);
	CHECK_EQ(others, 3);
	CHECK_EQ(dots, 2);
	CHECK(readdir(dir) == NULL);
}

static void streams(void)
{
	DIR *dir = opendir("d");
	REQUIRE(dir != NULL);
	CHECK(fcntl(dirfd(dir), F_GETFD) & FD_CLOEXEC);
	listing(dir);
	rewinddir(dir);
	listing(dir);
	/* What is made after rewinddir() is seen, what is removed is not. */
	REQUIRE(unlink("d/f007") == 0);
	rewinddir(dir);
	int found = 0;
	struct dirent *entry;
	while ((entry = readdir(dir)) != NULL)
		found += number(entry->d_name) == 7;
	CHECK_EQ(found, 0);
	int fd = open("d/f007", O_WRONLY | O_CREAT, 0600);
	close(fd);
	rewinddir(dir);
	listing(dir);
	/* The stream's descriptor goes with it. */
	fd = dirfd(dir);
	CHECK_EQ(closedir(dir), 0);
	CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
}

static void positions(void)
{
	DIR *dir = opendir("d");
	REQUIRE(dir != NULL);
	char names[60][256];
	long places[60];
	for (int i = 0; i < 60; i++) {
		places[i] = telldir(dir);
		struct dirent *entry = readdir(dir);
		REQUIRE(entry != NULL);
		strcpy(names[i], entry->d_name);
	}
	for (int i = 59; i >= 0; i -= 7) {
		seekdir(dir, places[i]);
		CHECK_EQ(telldir(dir), places[i]);
		for (int k = i; k < 60 && k < i + 3; k++) {
			struct dirent *entry = readdir(dir);
			CHECK(entry != NULL && strcmp(entry->d_name, names[k]) == 0);
		}
	}
	CHECK_EQ(closedir(dir), 0);
}

static void descriptors(void)
{
	int fd = open("d", O_RDONLY | O_DIRECTORY);
	DIR *dir = fdopendir(fd);
	REQUIRE(dir != NULL);
	CHECK_EQ(dirfd(dir), fd);
	listing(dir);
	CHECK_EQ(closedir(dir), 0);
	CHECK_ERRNO(close(fd), EBADF);
	errno = 0;
	CHECK(fdopendir(-1) == NULL);
	CHECK_EQ(errno, EBADF);
	fd = open("d/f000", O_RDONLY);
	CHECK(fdopendir(fd) == NULL);
	CHECK_EQ(errno, ENOTDIR);
	CHECK_EQ(close(fd), 0);
	CHECK(opendir("none") == NULL);
	CHECK_EQ(errno, ENOENT);
	CHECK(opendir("d/f000") == NULL);
	CHECK_EQ(errno, ENOTDIR);
	CHECK(opendir("") == NULL);
	CHECK_EQ(errno, ENOENT);
#ifdef __NEWLIB__
	dir = opendir("d");
	fd = fdclosedir(dir);
	CHECK_EQ(close(fd), 0);
#endif
}

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static void reentrant(void)
{
	DIR *dir = opendir("d");
	struct dirent place, *result;
	int count = 0, error;
	while ((error = readdir_r(dir, &place, &result)) == 0 && result != NULL) {
		CHECK(result == &place);
		count += number(place.d_name) >= 0;
	}
	CHECK_EQ(error, 0);
	CHECK_EQ(count, FILES);
	CHECK_EQ(closedir(dir), 0);
}

static int only_files(const struct dirent *entry)
{
	return number(entry->d_name) >= 0;
}

static int backwards(const struct dirent **a, const struct dirent **b)
{
	return alphasort(b, a);
}

static void drop(struct dirent **list, int count)
{
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

static void sorted(void)
{
	struct dirent **list;
	int n = scandir("d", &list, only_files, alphasort);
	CHECK_EQ(n, FILES);
	for (int i = 0; i < n; i++)
		CHECK_EQ(number(list[i]->d_name), i);
	drop(list, n);
	n = scandir("d", &list, only_files, backwards);
	CHECK_EQ(n, FILES);
	CHECK_EQ(number(list[0]->d_name), FILES - 1);
	drop(list, n);
	n = scandir("d", &list, NULL, NULL);
	CHECK_EQ(n, FILES + 5);
	drop(list, n);
	CHECK_ERRNO(scandir("none", &list, NULL, NULL), ENOENT);
	CHECK_ERRNO(scandir("d/f000", &list, NULL, NULL), ENOTDIR);
	int here = open(".", O_RDONLY);
	n = scandirat(here, "d", &list, only_files, alphasort);
	CHECK_EQ(n, FILES);
	drop(list, n);
	CHECK_ERRNO(scandirat(-1, "d", &list, NULL, NULL), EBADF);
	CHECK_EQ(close(here), 0);
	/* v2 before v10. */
	struct dirent a, b;
	const struct dirent *pa = &a, *pb = &b;
	strcpy(a.d_name, "v10");
	strcpy(b.d_name, "v2");
	CHECK(alphasort(&pa, &pb) < 0);
	CHECK(versionsort(&pa, &pb) > 0);
	CHECK_EQ(versionsort(&pa, &pa), 0);
}

#ifdef __NEWLIB__
static void raw(void)
{
	int fd = open("d", O_RDONLY), count = 0;
	_Alignas(8) char buffer[1000];
	ssize_t n;
	while ((n = posix_getdents(fd, buffer, sizeof buffer, 0)) > 0)
		for (ssize_t at = 0; at < n; count++) {
			struct posix_dent *entry = (void *)(buffer + at);
			at += entry->d_reclen;
			CHECK(strlen(entry->d_name) > 0 && entry->d_type != DT_UNKNOWN);
		}
	CHECK_EQ(n, 0);
	CHECK_EQ(count, FILES + 5);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_ERRNO(posix_getdents(fd, buffer, 8, 0), EINVAL);
	CHECK_ERRNO(posix_getdents(fd, buffer, sizeof buffer, 1), EINVAL);
	CHECK_ERRNO(posix_getdents(-1, buffer, sizeof buffer, 0), EBADF);
	CHECK_EQ(close(fd), 0);
	fd = open("d/f000", O_RDONLY);
	CHECK_ERRNO(posix_getdents(fd, buffer, sizeof buffer, 0), ENOTDIR);
	CHECK_EQ(close(fd), 0);
}
#endif

/* Names may go while they are listed: each is told once at most, and the directory ends up empty. */
static void removing(void)
{
	DIR *dir = opendir("d");
	struct dirent *entry;
	int count = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		CHECK_EQ(unlinkat(dirfd(dir), entry->d_name, strcmp(entry->d_name, "sub") == 0 ? AT_REMOVEDIR : 0), 0);
		count++;
	}
	CHECK_EQ(count, FILES + 3);
	CHECK_EQ(rmdir("d"), 0);
	/* Nothing is in what was removed. */
	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL)
		CHECK(entry->d_name[0] == '.');
	CHECK_EQ(closedir(dir), 0);
}

int main(void)
{
	make();
	streams();
	positions();
	descriptors();
	reentrant();
	sorted();
#ifdef __NEWLIB__
	raw();
#endif
	removing();
	return check_done();
}
