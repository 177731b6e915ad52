/* Walking folders: every kind of object once, in the right order. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"

static char log_text[4096];

static void note(const char *path, int kind, int level)
{
	char line[256];
	const char *name = kind == FTW_F ? "F" : kind == FTW_D ? "D" : kind == FTW_DP ? "DP" :
			   kind == FTW_SL ? "SL" : kind == FTW_SLN ? "SLN" : "?";
	snprintf(line, sizeof line, "%s %s %d\n", path, name, level);
	strcat(log_text, line);
}

static int count_lines(void)
{
	int lines = 0;
	for (const char *c = log_text; *c; c++)
		lines += *c == '\n';
	return lines;
}

static int full(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
	(void)stat;
	CHECK(strcmp(path + place->base, strrchr(path, '/') ? strrchr(path, '/') + 1 : path) == 0);
	note(path, kind, place->level);
	return 0;
}

static int with_folder(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
	(void)kind;
	struct stat here;
	/* The working folder is the one that holds the object. */
	CHECK(lstat(path + place->base, &here) == 0 && here.st_ino == stat->st_ino);
	return 0;
}

static int plain(const char *path, const struct stat *stat, int kind)
{
	(void)stat;
	note(path, kind, 0);
	return 0;
}

static int stop(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
	(void)path;
	(void)stat;
	(void)kind;
	(void)place;
	return 42;
}

static void file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0644);
	CHECK(fd >= 0 && write(fd, path, strlen(path)) == (ssize_t)strlen(path) && close(fd) == 0);
}

static int only_dots(const struct dirent *entry)
{
	return entry->d_name[0] == 'd' || entry->d_name[0] == 'f';
}

int main(void)
{
	char folder[] = "walk-XXXXXX";
	REQUIRE(mkdtemp(folder) != NULL);
	REQUIRE(chdir(folder) == 0);
	CHECK(mkdir("top", 0755) == 0 && mkdir("top/d1", 0755) == 0 && mkdir("top/d2", 0755) == 0);
	file("top/f1");
	file("top/d1/f2");
	file("top/d2/f3");
	CHECK(symlink("../d1", "top/d2/link") == 0);
	CHECK(symlink("nowhere", "top/dangling") == 0);
	CHECK(symlink("..", "top/d1/up") == 0);

	CHECK_EQ(nftw("top", full, 10, FTW_PHYS), 0);
	CHECK_EQ(count_lines(), 9);
	CHECK(strncmp(log_text, "top D 0\n", 8) == 0);
	CHECK(strstr(log_text, "top/f1 F 1\n") && strstr(log_text, "top/d1 D 1\n"));
	CHECK(strstr(log_text, "top/d2/link SL 2\n") && strstr(log_text, "top/dangling SL 1\n"));

	log_text[0] = 0;
	CHECK_EQ(nftw("top", full, 10, FTW_PHYS | FTW_DEPTH), 0);
	CHECK(strstr(log_text, "top/d1 DP 1\n") && strstr(log_text, "\ntop DP 0\n"));
	CHECK(strstr(log_text, "top/d1/f2") < strstr(log_text, "top/d1 DP"));

	/* Links are followed, but never round in circles. */
	log_text[0] = 0;
	CHECK_EQ(nftw("top", full, 10, 0), 0);
	CHECK(strstr(log_text, "top/dangling SLN 1\n") != NULL);

	CHECK_EQ(nftw("top", with_folder, 10, FTW_PHYS | FTW_CHDIR), 0);
	CHECK(access("top/f1", F_OK) == 0);
	CHECK_EQ(nftw("top", stop, 10, 0), 42);
	CHECK_ERRNO(nftw("absent", full, 10, 0), ENOENT);

	log_text[0] = 0;
	CHECK_EQ(ftw("top/d1/f2", plain, 4), 0);
	CHECK(strcmp(log_text, "top/d1/f2 F 0\n") == 0);

	/* scandir sorts and filters. */
	struct dirent **names;
	int count = scandir("top", &names, only_dots, alphasort);
	CHECK_EQ(count, 4);
	CHECK(strcmp(names[0]->d_name, "d1") == 0 && strcmp(names[1]->d_name, "d2") == 0);
	CHECK(strcmp(names[2]->d_name, "dangling") == 0 && names[2]->d_type == DT_LNK);
	CHECK(strcmp(names[3]->d_name, "f1") == 0 && names[3]->d_type == DT_REG);
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	CHECK_ERRNO(scandir("absent", &names, NULL, NULL), ENOENT);

	/* Reading, and going back. */
	DIR *dir = opendir("top");
	REQUIRE(dir != NULL);
	int entries = 0, again = 0;
	long second = -1;
	struct dirent *entry;
	char second_name[256] = "";
	while ((entry = readdir(dir)) != NULL) {
		if (++entries == 1)
			second = telldir(dir);
		if (entries == 2)
			strcpy(second_name, entry->d_name);
	}
	CHECK_EQ(entries, 6);
	seekdir(dir, second);
	entry = readdir(dir);
	CHECK(entry != NULL && strcmp(entry->d_name, second_name) == 0);
	rewinddir(dir);
	while (readdir(dir) != NULL)
		again++;
	CHECK_EQ(again, entries);
	CHECK(dirfd(dir) >= 0);
	CHECK(closedir(dir) == 0);
	int fd = open("top/f1", O_RDONLY);
	errno = 0;
	CHECK(fdopendir(fd) == NULL && errno == ENOTDIR);
	close(fd);

	/* realpath */
	char here[PATH_MAX], resolved[PATH_MAX], wanted[PATH_MAX + 16];
	CHECK(getcwd(here, sizeof here) == here);
	CHECK(realpath("top/d2/link/../d2/./f3", resolved) == resolved);
	snprintf(wanted, sizeof wanted, "%s/top/d2/f3", here);
	CHECK(strcmp(resolved, wanted) == 0);
	char *allocated = realpath("top//d2/link/", NULL);
	snprintf(wanted, sizeof wanted, "%s/top/d1", here);
	CHECK(allocated != NULL && strcmp(allocated, wanted) == 0);
	free(allocated);
	errno = 0;
	CHECK(realpath("top/dangling", NULL) == NULL && errno == ENOENT);
	errno = 0;
	CHECK(realpath("top/f1/x", NULL) == NULL && errno == ENOTDIR);
	CHECK(symlink("round", "round") == 0);
	errno = 0;
	CHECK(realpath("round", NULL) == NULL && errno == ELOOP);
	/* The working folder's name is longer than a path may be. */
	int origin = open(".", O_RDONLY | O_DIRECTORY), depth = 0;
	char longest[251];
	memset(longest, 'd', 250);
	longest[250] = 0;
	while (depth < 20 && mkdir(longest, 0700) == 0 && chdir(longest) == 0)
		depth++;
	if (depth == 20) {
		errno = 0;
		CHECK(realpath(".", resolved) == NULL && errno == ENAMETOOLONG);
	}
	while (depth-- > 0) {
		CHECK_EQ(chdir(".."), 0);
		CHECK_EQ(rmdir(longest), 0);
	}
	CHECK_EQ(fchdir(origin), 0);
	close(origin);
	CHECK(realpath("/", resolved) == resolved && strcmp(resolved, "/") == 0);
	allocated = getcwd(NULL, 0);
	CHECK(allocated != NULL && strcmp(allocated, here) == 0);
	free(allocated);
	errno = 0;
	CHECK(getcwd(resolved, 2) == NULL && errno == ERANGE);

	/* Clean up. */
	CHECK(unlink("round") == 0 && unlink("top/dangling") == 0 && unlink("top/d1/up") == 0);
	CHECK(unlink("top/d2/link") == 0 && remove("top/d2/f3") == 0 && remove("top/d1/f2") == 0);
	CHECK(remove("top/d2") == 0 && rmdir("top/d1") == 0 && unlink("top/f1") == 0);
	CHECK(remove("top") == 0 && chdir("..") == 0 && rmdir(folder) == 0);
	return check_done();
}
