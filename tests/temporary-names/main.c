/* mkstemp() and its like: the name is made in place, what is there is left alone, and a name that is given up does
 * not come back. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"

int main(void)
{
	char first[] = "/tmp/temporary-XXXXXX", second[] = "/tmp/temporary-XXXXXX", suffix[] = "/tmp/XXXXXX.txt";
	int fd = mkstemp(first);
	struct stat status;
	CHECK(fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0600 && status.st_size == 0);
	CHECK(strncmp(first, "/tmp/temporary-", 15) == 0 && strlen(first) == 21 && strcmp(first, second) != 0);
	CHECK_EQ(write(fd, "x", 1), 1);
	close(fd);
	CHECK_EQ(unlink(first), 0);
	fd = mkstemp(second);
	CHECK(fd >= 0 && strcmp(first, second) != 0);
	close(fd);
	CHECK_EQ(unlink(second), 0);

	fd = mkstemps(suffix, 4);
	CHECK(fd >= 0 && strcmp(suffix + 11, ".txt") == 0);
	close(fd);
	CHECK_EQ(unlink(suffix), 0);
	strcpy(first, "/tmp/temporary-XXXXXX");
	fd = mkostemp(first, O_CLOEXEC);
	CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	close(fd);
	CHECK_EQ(unlink(first), 0);

	char folder[] = "/tmp/XXXXXX";
	CHECK(mkdtemp(folder) == folder && stat(folder, &status) == 0 && S_ISDIR(status.st_mode));
	CHECK_EQ(rmdir(folder), 0);
	strcpy(folder, "/tmp/XXXXXX");
	CHECK(mktemp(folder) == folder && strlen(folder) == 11 && access(folder, F_OK) == -1);

	char wrong[] = "/tmp/XXXXX", absent[] = "/no/such/XXXXXX";
	CHECK_ERRNO(mkstemp(wrong), EINVAL);
	CHECK_ERRNO(mkstemp(absent), ENOENT);
	CHECK(mkdtemp(wrong) == NULL);
	return check_done();
}
