/* Files of the host given with --file: contents, size, mode, time, a folder's listing. */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	struct stat s;
	FILE *f = fopen("data/text", "r");
	REQUIRE(f != NULL);
	char line[64];
	CHECK(fgets(line, sizeof line, f) && strcmp(line, "first line\n") == 0);
	CHECK(fgets(line, sizeof line, f) && strcmp(line, "second line\n") == 0);
	CHECK(fgets(line, sizeof line, f) == NULL && feof(f));
	CHECK_EQ(fseek(f, 6, SEEK_SET), 0);
	CHECK(fgets(line, sizeof line, f) && strcmp(line, "line\n") == 0);
	CHECK_EQ(ftell(f), 11);
	CHECK_EQ(fstat(fileno(f), &s), 0);
	CHECK_EQ(s.st_size, 23);
	CHECK(S_ISREG(s.st_mode));
	CHECK_EQ(fclose(f), 0);

	CHECK_EQ(stat("data", &s), 0);
	CHECK(S_ISDIR(s.st_mode));
	CHECK_ERRNO(stat("data/none", &s), ENOENT);
	CHECK_ERRNO(stat("data/text/below", &s), ENOTDIR);
	CHECK_ERRNO(open("data/none", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("data", O_WRONLY), EISDIR);

	int seen = 0;
	DIR *folder = opendir("data");
	REQUIRE(folder != NULL);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		seen += strcmp(entry->d_name, "text") == 0 || strcmp(entry->d_name, "copy") == 0;
	CHECK_EQ(seen, 2);
	CHECK_EQ(closedir(folder), 0);

	/* The file system may be written to as well; the host's file stays as it is. */
	int fd = open("data/copy", O_WRONLY | O_TRUNC);
	CHECK(fd >= 3);
	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(close(fd), EBADF);
	CHECK_EQ(stat("data/copy", &s), 0);
	CHECK_EQ(s.st_size, 3);
	CHECK_EQ(unlink("data/copy"), 0);
	CHECK_ERRNO(unlink("data/copy"), ENOENT);
	return check_done();
}
