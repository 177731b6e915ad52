#include <errno.h>
#include <sys/stat.h>

int hermit_go_pollable (int fd);

/* Files and folders are always ready: the Go runtime reads and writes them without waiting before, as on
 * Linux, where epoll refuses them. */
int
hermit_go_pollable (int fd)
{
	struct stat status;

	if (fstat (fd, &status) != 0)
		return errno;
	return S_ISREG (status.st_mode) || S_ISDIR (status.st_mode) ? EPERM : 0;
}
