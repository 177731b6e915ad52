/* What one side of a TCP connection learns of the other one's end, and what ends a wait. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "check.h"

static int listener(struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t length = sizeof *at;
	*at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *)at, sizeof *at) == 0 && listen(fd, 1) == 0);
	REQUIRE(getsockname(fd, (struct sockaddr *)at, &length) == 0);
	return fd;
}

static void connected(int side[2])
{
	struct sockaddr_in at;
	int fd = listener(&at);
	side[0] = socket(AF_INET, SOCK_STREAM, 0);
	REQUIRE(connect(side[0], (struct sockaddr *)&at, sizeof at) == 0);
	side[1] = accept(fd, NULL, NULL);
	REQUIRE(side[1] >= 0);
	close(fd);
}

static int events(int fd)
{
	struct pollfd entry = {.fd = fd, .events = POLLIN | POLLOUT};
	poll(&entry, 1, 0);
	return entry.revents;
}

/* A reply to somebody who has gone is lost, and no error; the next one is. */
static void reply_to_nobody(void)
{
	int side[2];
	char text[8];
	connected(side);
	CHECK_EQ(write(side[0], "request", 7), 7);
	close(side[0]);
	CHECK_EQ(events(side[1]), POLLIN | POLLOUT);
	CHECK_EQ(read(side[1], text, 8), 7);
	CHECK_EQ(write(side[1], "reply", 5), 5);
	CHECK_EQ(events(side[1]) & POLLHUP, POLLHUP);
	CHECK_ERRNO(send(side[1], "more", 4, MSG_NOSIGNAL), EPIPE);
	CHECK_EQ(read(side[1], text, 8), 0);
	close(side[1]);
}

/* Whoever goes and leaves something unread, breaks the connection. */
static void unread(void)
{
	int side[2];
	char text[8];
	connected(side);
	CHECK_EQ(write(side[1], "x", 1), 1);
	struct pollfd arrives = {.fd = side[0], .events = POLLIN};
	CHECK_EQ(poll(&arrives, 1, 10000), 1);
	close(side[0]);
	CHECK_EQ(events(side[1]) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	CHECK_ERRNO(read(side[1], text, 8), ECONNRESET);
	CHECK_EQ(read(side[1], text, 8), 0);
	CHECK_ERRNO(send(side[1], "x", 1, MSG_NOSIGNAL), EPIPE);
	close(side[1]);
}

/* The other side is not told that nobody reads. */
static void nobody_reads(void)
{
	int side[2];
	char text[8];
	connected(side);
	CHECK_EQ(shutdown(side[0], SHUT_RD), 0);
	CHECK_EQ(write(side[1], "a", 1), 1);
	CHECK_EQ(write(side[1], "b", 1), 1);
	CHECK_EQ(write(side[0], "c", 1), 1);
	CHECK_EQ(read(side[1], text, 8), 1);
	close(side[0]);
	close(side[1]);
}

static void *reader(void *fd)
{
	char text[8];
	return (void *)recv(*(int *)fd, text, sizeof text, 0);
}

static void *acceptor(void *fd)
{
	return (void *)(long)(accept(*(int *)fd, NULL, NULL) < 0 ? errno : 0);
}

static void *ended_by_shutdown(void *(*wait)(void *), int fd, int how)
{
	pthread_t thread;
	void *result;
	REQUIRE(pthread_create(&thread, NULL, wait, &fd) == 0);
	usleep(50000);
	CHECK_EQ(shutdown(fd, how), 0);
	REQUIRE(pthread_join(thread, &result) == 0);
	return result;
}

static void waits(void)
{
	static const int ways[] = {SHUT_RD, SHUT_RDWR};
	for (int i = 0; i < 2; i++) {
		int side[2], local[2];
		connected(side);
		CHECK_EQ((long)ended_by_shutdown(reader, side[0], ways[i]), 0);
		REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, local) == 0);
		CHECK_EQ((long)ended_by_shutdown(reader, local[0], ways[i]), 0);
		struct sockaddr_in at;
		int fd = listener(&at);
		CHECK_EQ((long)ended_by_shutdown(acceptor, fd, ways[i]), EINVAL);
		int all[] = {side[0], side[1], local[0], local[1], fd};
		for (int k = 0; k < 5; k++)
			close(all[k]);
	}
}

int main(void)
{
	reply_to_nobody();
	unread();
	nobody_reads();
	waits();
	return check_done();
}
