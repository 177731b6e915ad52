/* What package syscall names and the sysroot does not have. */
#include <errno.h>

int mount (void);

int
mount (void)
{
	errno = ENOSYS;
	return -1;
}
