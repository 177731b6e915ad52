/* termios.h where there is no terminal, and what needs none. The runner's streams-terminal-modes has one. */
#include "check.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void without_terminal(int fd, int error)
{
	struct termios t;
	memset(&t, 0, sizeof t);
	CHECK_ERRNO(tcgetattr(fd, &t), error);
	CHECK_ERRNO(tcsetattr(fd, TCSANOW, &t), error);
	CHECK_ERRNO(tcdrain(fd), error);
	CHECK_ERRNO(tcflush(fd, TCIFLUSH), error);
	CHECK_ERRNO(tcflow(fd, TCOON), error);
	CHECK_ERRNO(tcsendbreak(fd, 0), error);
	CHECK_ERRNO(tcgetsid(fd), error);
	CHECK_ERRNO(tcgetpgrp(fd), error);
	CHECK_ERRNO(tcsetpgrp(fd, getpgrp()), error);
	errno = 0;
	CHECK_EQ(isatty(fd), 0);
	CHECK_EQ(errno, error);
	CHECK(ttyname(fd) == NULL);
	CHECK_EQ(errno, error);
	char name[64];
	CHECK_RC(ttyname_r(fd, name, sizeof name), error);
	struct winsize size;
	CHECK_ERRNO(ioctl(fd, TIOCGWINSZ, &size), error);
	memset(&size, 1, sizeof size);
	CHECK_ERRNO(ioctl(fd, TIOCSWINSZ, &size), error);
}

/* There may be no pseudo-terminals, but what is no master of one never is. */
static void pseudo_terminals(int fd)
{
	char name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0)
		CHECK(errno == EAGAIN || errno == ENOENT);
	else
		close(master);
	CHECK_ERRNO(grantpt(-1), EBADF);
	CHECK_ERRNO(unlockpt(-1), EBADF);
	errno = 0;
	CHECK(!ptsname(-1) && errno == EBADF);
	CHECK_RC(ptsname_r(-1, name, sizeof name), EBADF);
	CHECK_ERRNO(grantpt(fd), EINVAL);
	CHECK_ERRNO(unlockpt(fd), EINVAL);
	errno = 0;
	CHECK(!ptsname(fd) && errno == ENOTTY);
	CHECK_RC(ptsname_r(fd, name, sizeof name), ENOTTY);
}

int main(void)
{
	int fds[2];
	REQUIRE(pipe(fds) == 0);
	int file = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	int null = open("/dev/null", O_RDWR);
	REQUIRE(file >= 0 && null >= 0);
	without_terminal(fds[0], ENOTTY);
	without_terminal(file, ENOTTY);
	pseudo_terminals(file);
	without_terminal(null, ENOTTY);
	CHECK_EQ(close(file), 0);
	without_terminal(file, EBADF);
	CHECK_EQ(unlink("f"), 0);

	struct termios t;
	memset(&t, 0, sizeof t);
	CHECK_ERRNO(tcsetattr(null, 99, &t), EINVAL);
	CHECK_EQ(cfsetispeed(&t, B9600), 0);
	CHECK_EQ(cfsetospeed(&t, B38400), 0);
	CHECK_EQ(cfgetospeed(&t), B38400);
	CHECK_ERRNO(cfsetospeed(&t, 12345678), EINVAL);
	CHECK_ERRNO(cfsetispeed(&t, 12345678), EINVAL);
	CHECK_EQ(cfgetospeed(&t), B38400);
	CHECK_EQ(cfsetspeed(&t, B19200), 0);
	CHECK_EQ(cfgetispeed(&t), B19200);
	CHECK_EQ(cfgetospeed(&t), B19200);
	t.c_iflag = BRKINT | ICRNL | IXON | IXOFF;
	t.c_oflag = OPOST | ONLCR;
	t.c_cflag |= PARENB | CS7 | CREAD;
	t.c_lflag = ICANON | ECHO | ISIG | IEXTEN | TOSTOP;
	cfmakeraw(&t);
	CHECK_EQ(t.c_iflag, IXOFF);
	CHECK_EQ(t.c_oflag, ONLCR);
	CHECK_EQ(t.c_cflag & (PARENB | CSIZE | CREAD), CS8 | CREAD);
	CHECK_EQ(t.c_lflag, TOSTOP);
	CHECK_EQ(t.c_cc[VMIN], 1);
	CHECK_EQ(t.c_cc[VTIME], 0);
	/* ctermid() names the terminal whether there is one or not. */
	char name[L_ctermid];
	CHECK(ctermid(name) == name);
	CHECK(strncmp(name, "/dev/", 5) == 0);
	CHECK(ctermid(NULL) != NULL);
	return check_done();
}
