/* sendfile(): from files to files, pipes and sockets; positions, short counts, and what is refused. */
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

static char big[200000], other[sizeof big];
static const char *folder = ".";

static int file(const char *name, int flags)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, flags, 0644);
	REQUIRE(fd >= 0);
	return fd;
}

static off_t position(int fd)
{
	return lseek(fd, 0, SEEK_CUR);
}

static void to_files(int in, int out)
{
	off_t at = 1000;
	CHECK_EQ(sendfile(out, in, &at, 500), 500);
	CHECK(at == 1500 && position(in) == 0 && position(out) == 500);
	CHECK_EQ(pread(out, other, 600, 0), 500);
	CHECK(memcmp(other, big + 1000, 500) == 0);
	CHECK_EQ(lseek(in, 10, SEEK_SET), 10);
	CHECK_EQ(lseek(out, 0, SEEK_SET), 0);
	CHECK_EQ(sendfile(out, in, NULL, 2 * sizeof big), sizeof big - 10);
	CHECK(position(in) == sizeof big && position(out) == sizeof big - 10);
	CHECK_EQ(pread(out, other, sizeof other, 0), sizeof big - 10);
	CHECK(memcmp(other, big + 10, sizeof big - 10) == 0);
	CHECK_EQ(sendfile(out, in, NULL, 1), 0);
	at = sizeof big + 5;
	CHECK_EQ(sendfile(out, in, &at, 1), 0);
	CHECK_EQ(at, sizeof big + 5);
	at = 0;
	CHECK_EQ(sendfile(out, in, &at, 0), 0);
	int null = open("/dev/null", O_RDWR);
	CHECK_EQ(sendfile(null, in, &at, 100), 100);
	CHECK_EQ(at, 100);
	CHECK_ERRNO(sendfile(out, null, NULL, 1), EINVAL);
	close(null);
}

static void to_pipes(int in)
{
	int ends[2], pair[2];
	off_t at = 0;
	REQUIRE(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK_EQ(sendfile(ends[1], in, &at, 100), 100);
	CHECK_EQ(read(ends[0], other, sizeof other), 100);
	CHECK(memcmp(other, big, 100) == 0);
	CHECK_EQ(sendfile(pair[0], in, &at, 50), 50);
	CHECK_EQ(read(pair[1], other, sizeof other), 50);
	CHECK(at == 150 && memcmp(other, big + 100, 50) == 0);
	/* What does not fit is not sent, and not counted. */
	REQUIRE(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
	at = 0;
	ssize_t sent = sendfile(ends[1], in, &at, sizeof big);
	CHECK(sent > 0 && sent < (ssize_t)sizeof big && at == sent);
	CHECK_ERRNO(sendfile(ends[1], in, &at, sizeof big), EAGAIN);
	CHECK_EQ(at, sent);
	ssize_t got = 0, part;
	REQUIRE(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
	while ((part = read(ends[0], other + got, sizeof other - (size_t)got)) > 0)
		got += part;
	CHECK(got == sent && memcmp(other, big, (size_t)got) == 0);
	CHECK_ERRNO(sendfile(ends[0], in, &at, 1), EBADF);
	CHECK_ERRNO(sendfile(pair[0], ends[0], NULL, 1), EINVAL);
	CHECK_ERRNO(sendfile(pair[0], ends[0], &at, 1), ESPIPE);
	signal(SIGPIPE, SIG_IGN);
	close(ends[0]);
	at = 7;
	CHECK_ERRNO(sendfile(ends[1], in, &at, 1), EPIPE);
	CHECK_EQ(at, 7);
	close(ends[1]);
	close(pair[0]);
	close(pair[1]);
}

static void refused(int in, int out)
{
	off_t at = -1;
	CHECK_ERRNO(sendfile(out, in, &at, 1), EINVAL);
	at = 0;
	CHECK_ERRNO(sendfile(out, in, &at, (size_t)-1), EINVAL);
	CHECK_ERRNO(sendfile(-1, in, &at, 1), EBADF);
	CHECK_ERRNO(sendfile(out, -1, &at, 1), EBADF);
	int only_read = file("send-in", O_RDONLY), only_write = file("send-out", O_WRONLY),
	    appends = file("send-out", O_WRONLY | O_APPEND), directory = open(folder, O_RDONLY | O_DIRECTORY);
	CHECK_ERRNO(sendfile(only_read, in, &at, 1), EBADF);
	CHECK_ERRNO(sendfile(out, only_write, &at, 1), EBADF);
	CHECK_ERRNO(sendfile(appends, in, &at, 1), EINVAL);
	CHECK_ERRNO(sendfile(out, directory, &at, 1), EINVAL);
	CHECK_EQ(at, 0);
	close(only_read);
	close(only_write);
	close(appends);
	close(directory);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		folder = argv[1];
	int in = file("send-in", O_CREAT | O_RDWR | O_TRUNC), out = file("send-out", O_CREAT | O_RDWR | O_TRUNC);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * 7 + i / 256);
	REQUIRE(write(in, big, sizeof big) == sizeof big && lseek(in, 0, SEEK_SET) == 0);
	to_files(in, out);
	to_pipes(in);
	refused(in, out);
	close(in);
	close(out);
	return check_done();
}
