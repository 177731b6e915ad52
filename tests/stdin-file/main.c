/* Standard input that is a file has positions, a size and pages. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	char line[20] = "", text[20] = "";
	struct stat s;
	CHECK(fstat(0, &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 14);
	CHECK_EQ(isatty(0), 0);
	CHECK_EQ(lseek(0, 0, SEEK_CUR), 0);
	CHECK(fgets(line, sizeof line, stdin) && strcmp(line, "one\n") == 0);
	CHECK_EQ(ftell(stdin), 4);
	CHECK_EQ(fseek(stdin, -6, SEEK_END), 0);
	CHECK(fgets(line, sizeof line, stdin) && strcmp(line, "three\n") == 0);
	CHECK(!fgets(line, sizeof line, stdin) && feof(stdin));
	rewind(stdin);
	CHECK(fgets(line, sizeof line, stdin) && strcmp(line, "one\n") == 0);
	CHECK(pread(0, text, 3, 4) == 3 && strcmp(text, "two") == 0);
	/* What has been read is what others see as read. */
	CHECK_EQ(fflush(stdin), 0);
	CHECK_EQ(lseek(0, 0, SEEK_CUR), 4);
	struct pollfd p = { 0, POLLIN, 0 };
	CHECK(poll(&p, 1, 0) == 1 && p.revents == POLLIN);
	char *pages = mmap(NULL, 14, PROT_READ, MAP_PRIVATE, 0, 0);
	CHECK(pages != MAP_FAILED && memcmp(pages, "one\ntwo\nthree\n", 14) == 0);
	CHECK_ERRNO(write(0, "x", 1), EBADF);
	/* A duplicate shares the position; what is opened anew has its own. */
	int copy = dup(0), anew = open("/dev/stdin", O_RDONLY);
	CHECK(read(copy, text, 4) == 4 && memcmp(text, "two\n", 4) == 0);
	CHECK_EQ(lseek(0, 0, SEEK_CUR), 8);
	CHECK(read(anew, text, 4) == 4 && memcmp(text, "one\n", 4) == 0);
	CHECK_EQ(lseek(0, 8, SEEK_CUR), 16);
	CHECK_EQ(read(0, text, 4), 0);
	return check_done();
}
