/* posix_devctl() (POSIX.1-2024): ioctl(), with the size of its data looked at. Arguments that ioctl() takes by value are
 * data here too. */
#include <devctl.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

int posix_devctl(int fd, int request, void *restrict data, size_t size, int *restrict information)
{
	size_t wanted = 0;
	int by_value = 0;
	switch (request) {
	case TCGETS:
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		wanted = sizeof(struct termios);
		break;
	case TIOCGWINSZ:
	case TIOCSWINSZ:
		wanted = sizeof(struct winsize);
		break;
	case TCXONC:
	case TCFLSH:
		by_value = 1;
		wanted = sizeof(int);
		break;
	case FIONREAD:
	case FIONBIO:
		wanted = sizeof(int);
		break;
	}
	int before = errno, result = 0;
	if (wanted > 0 && (!data || size < wanted))
		return EINVAL;
	if (by_value ? ioctl(fd, (unsigned)request, (long)*(int *)data) < 0 : ioctl(fd, (unsigned)request, data) < 0)
		result = errno;
	else if (information)
		*information = 0;
	errno = before;
	return result;
}
