/* Sockets of AF_UNIX: pairs, paths, abstract names; streams, datagrams, messages in order. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static socklen_t address(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	strcpy(a->sun_path, path);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
}

static int events(int fd, int wanted)
{
	struct pollfd p = { fd, (short)wanted, 0 };
	CHECK(poll(&p, 1, 0) >= 0);
	return p.revents;
}

static void pairs(void)
{
	int s[2];
	char text[100];
	struct stat status;
	CHECK_EQ(socketpair(AF_UNIX, 4, 0, s), -1);
	CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 99, s), EPROTONOSUPPORT);
	CHECK_ERRNO(socketpair(99, SOCK_STREAM, 0, s), EAFNOSUPPORT);
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == 0);
	CHECK_EQ(fcntl(s[0], F_GETFD), FD_CLOEXEC);
	CHECK(fstat(s[0], &status) == 0 && S_ISSOCK(status.st_mode));
	CHECK_ERRNO(lseek(s[0], 0, SEEK_SET), ESPIPE);
	CHECK_EQ(events(s[0], POLLIN | POLLOUT), POLLOUT);
	CHECK_EQ(write(s[0], "hello", 5), 5);
	CHECK_EQ(events(s[1], POLLIN | POLLOUT), POLLIN | POLLOUT);
	int count;
	CHECK(ioctl(s[1], FIONREAD, &count) == 0 && count == 5);
	CHECK_EQ(recv(s[1], text, sizeof text, MSG_PEEK), 5);
	CHECK(read(s[1], text, 3) == 3 && memcmp(text, "hel", 3) == 0);
	CHECK(recv(s[1], text, sizeof text, 0) == 2 && memcmp(text, "lo", 2) == 0);
	CHECK_ERRNO(recv(s[1], text, sizeof text, MSG_DONTWAIT), EAGAIN);
	/* Pieces, one after the other. */
	struct iovec out[2] = { { "ab", 2 }, { "cde", 3 } }, in[2] = { { text, 1 }, { text + 10, 50 } };
	struct msghdr message = { .msg_iov = out, .msg_iovlen = 2 };
	CHECK_EQ(sendmsg(s[1], &message, 0), 5);
	message.msg_iov = in;
	CHECK_EQ(recvmsg(s[0], &message, 0), 5);
	CHECK(text[0] == 'a' && memcmp(text + 10, "bcde", 4) == 0 && message.msg_flags == 0);
	/* One direction ends, the other goes on. */
	CHECK_EQ(send(s[0], "last", 4, 0), 4);
	CHECK_EQ(shutdown(s[0], SHUT_WR), 0);
	CHECK_ERRNO(shutdown(s[0], 99), EINVAL);
	CHECK_ERRNO(send(s[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_EQ(events(s[1], POLLIN | POLLRDHUP), POLLIN | POLLRDHUP);
	CHECK_EQ(recv(s[1], text, sizeof text, MSG_WAITALL), 4);
	CHECK_EQ(recv(s[1], text, sizeof text, 0), 0);
	CHECK_EQ(send(s[1], "back", 4, 0), 4);
	CHECK_EQ(read(s[0], text, sizeof text), 4);
	CHECK_EQ(close(s[1]), 0);
	CHECK_EQ(read(s[0], text, sizeof text), 0);
	CHECK(events(s[0], POLLIN) & POLLHUP);
	CHECK_EQ(close(s[0]), 0);
	/* Nobody is there any more. */
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	CHECK_EQ(close(s[1]), 0);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(s[0], "x", 1), EPIPE);
	CHECK_EQ(close(s[0]), 0);
	/* Messages are kept apart, and cut where there is no room. */
	for (int type = SOCK_DGRAM; type; type = type == SOCK_DGRAM ? SOCK_SEQPACKET : 0) {
		CHECK_EQ(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s), 0);
		socklen_t size = sizeof count;
		CHECK(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &count, &size) == 0 && count == type);
		CHECK_EQ(send(s[0], "first", 5, 0), 5);
		CHECK_EQ(send(s[0], "", 0, 0), 0);
		CHECK_EQ(send(s[0], "second", 6, 0), 6);
		in[0].iov_len = 3;
		message.msg_iovlen = 1;
		CHECK_EQ(recvmsg(s[1], &message, 0), 3);
		CHECK(memcmp(text, "fir", 3) == 0 && message.msg_flags & MSG_TRUNC);
		CHECK_EQ(recv(s[1], text, sizeof text, 0), 0);
		CHECK_EQ(recv(s[1], text, 2, MSG_TRUNC), 6);
		CHECK_ERRNO(recv(s[1], text, sizeof text, 0), EAGAIN);
		CHECK_ERRNO(send(s[0], text, 10000000, 0), EMSGSIZE);
		CHECK_EQ(close(s[0]), 0);
		CHECK_EQ(close(s[1]), 0);
	}
}

static void *echo(void *arg)
{
	char text[1000];
	ssize_t count;
	int fd = (int)(long)arg;
	while ((count = recv(fd, text, sizeof text, 0)) > 0)
		CHECK_EQ(send(fd, text, count, 0), count);
	CHECK_EQ(count, 0);
	CHECK_EQ(close(fd), 0);
	return NULL;
}

static void *serve(void *arg)
{
	pthread_t clients[4];
	for (int i = 0; i < 4; i++) {
		struct sockaddr_un from;
		socklen_t size = sizeof from;
		int fd = accept4(*(int *)arg, (struct sockaddr *)&from, &size, SOCK_CLOEXEC);
		CHECK(fd >= 0 && from.sun_family == AF_UNIX);
		CHECK_RC(pthread_create(&clients[i], NULL, echo, (void *)(long)fd), 0);
	}
	for (int i = 0; i < 4; i++)
		CHECK_RC(pthread_join(clients[i], NULL), 0);
	return NULL;
}

static void *client(void *arg)
{
	struct sockaddr_un *to = arg;
	static const char pattern[] = "0123456789abcdef";
	char text[1000];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)to, sizeof *to), 0);
	for (int round = 0; round < 300; round++) {
		size_t length = 1 + round * 7 % 900, done = 0;
		for (size_t i = 0; i < length; i++)
			text[i] = pattern[(i + round) % 16];
		CHECK_EQ(send(fd, text, length, 0), length);
		memset(text, 0, sizeof text);
		while (done < length) {
			ssize_t count = recv(fd, text + done, length - done, 0);
			if (!CHECK(count > 0))
				break;
			done += count;
		}
		for (size_t i = 0; i < length; i += 13)
			CHECK_EQ(text[i], pattern[(i + round) % 16]);
	}
	CHECK_EQ(close(fd), 0);
	return NULL;
}

static void streams(void)
{
	struct sockaddr_un own, other;
	socklen_t size = address(&own, "socket");
	struct stat status;
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd = socket(AF_UNIX, SOCK_STREAM, 0);
	unlink("socket");
	CHECK_ERRNO(connect(fd, (struct sockaddr *)&own, size), ENOENT);
	CHECK_ERRNO(listen(listener, 5), EINVAL);
	CHECK_EQ(bind(listener, (struct sockaddr *)&own, size), 0);
	address(&other, "another");
	CHECK_ERRNO(bind(listener, (struct sockaddr *)&other, sizeof other), EINVAL);
	CHECK_ERRNO(bind(fd, (struct sockaddr *)&own, size), EADDRINUSE);
	CHECK(stat("socket", &status) == 0 && S_ISSOCK(status.st_mode));
	CHECK_ERRNO(open("socket", O_RDWR), ENXIO);
	CHECK_ERRNO(connect(fd, (struct sockaddr *)&own, size), ECONNREFUSED);
	CHECK_ERRNO(accept(listener, NULL, NULL), EINVAL);
	int value;
	socklen_t length = sizeof value;
	CHECK(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value == 0);
	CHECK_EQ(listen(listener, 5), 0);
	CHECK(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value == 1);
	CHECK_EQ(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
	CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
	CHECK_EQ(fcntl(listener, F_SETFL, 0), 0);
	CHECK_EQ(events(listener, POLLIN | POLLOUT), 0);
	CHECK_ERRNO(getpeername(fd, (struct sockaddr *)&other, &size), ENOTCONN);
	CHECK_ERRNO(send(fd, "x", 1, 0), ENOTCONN);
	CHECK_EQ(connect(fd, (struct sockaddr *)&own, sizeof own), 0);
	CHECK_ERRNO(connect(fd, (struct sockaddr *)&own, sizeof own), EISCONN);
	CHECK_EQ(events(listener, POLLIN), POLLIN);
	/* What was sent before it was accepted is there. */
	CHECK_EQ(send(fd, "early", 5, 0), 5);
	length = sizeof other;
	int accepted = accept(listener, (struct sockaddr *)&other, &length);
	CHECK(accepted >= 0 && other.sun_family == AF_UNIX && length == sizeof(sa_family_t));
	char text[10];
	CHECK_EQ(recv(accepted, text, sizeof text, 0), 5);
	length = sizeof other;
	CHECK_EQ(getpeername(fd, (struct sockaddr *)&other, &length), 0);
	CHECK(strcmp(other.sun_path, "socket") == 0);
	length = sizeof other;
	CHECK_EQ(getsockname(accepted, (struct sockaddr *)&other, &length), 0);
	CHECK(strcmp(other.sun_path, "socket") == 0);
	/* Only as much as there is room for. */
	length = 4;
	memset(&other, 0x7f, sizeof other);
	CHECK_EQ(getsockname(accepted, (struct sockaddr *)&other, &length), 0);
	CHECK(other.sun_path[1] == 'o' && other.sun_path[2] == 0x7f && length > 4);
	CHECK_EQ(close(accepted), 0);
	CHECK_EQ(recv(fd, text, sizeof text, 0), 0);
	CHECK_EQ(close(fd), 0);

	pthread_t server, clients[4];
	CHECK_RC(pthread_create(&server, NULL, serve, &listener), 0);
	for (int i = 0; i < 4; i++)
		CHECK_RC(pthread_create(&clients[i], NULL, client, &own), 0);
	for (int i = 0; i < 4; i++)
		CHECK_RC(pthread_join(clients[i], NULL), 0);
	CHECK_RC(pthread_join(server, NULL), 0);
	CHECK_EQ(close(listener), 0);
	/* The name stays, and nobody is there. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_ERRNO(connect(fd, (struct sockaddr *)&own, sizeof own), ECONNREFUSED);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("socket"), 0);
}

static void datagrams(void)
{
	struct sockaddr_un a, b, from;
	socklen_t a_size = address(&a, "a"), b_size = address(&b, "b"), size = sizeof from;
	char text[100];
	unlink("a");
	unlink("b");
	int one = socket(AF_UNIX, SOCK_DGRAM, 0), other = socket(AF_UNIX, SOCK_DGRAM, 0);
	CHECK_EQ(bind(one, (struct sockaddr *)&a, a_size), 0);
	CHECK_EQ(bind(other, (struct sockaddr *)&b, b_size), 0);
	CHECK_ERRNO(listen(one, 1), EOPNOTSUPP);
	CHECK_ERRNO(accept(one, NULL, NULL), EOPNOTSUPP);
	CHECK_ERRNO(send(one, "x", 1, 0), ENOTCONN);
	CHECK_EQ(sendto(one, "to b", 4, 0, (struct sockaddr *)&b, b_size), 4);
	CHECK_EQ(recvfrom(other, text, sizeof text, 0, (struct sockaddr *)&from, &size), 4);
	CHECK(size == a_size && strcmp(from.sun_path, "a") == 0 && memcmp(text, "to b", 4) == 0);
	CHECK_EQ(connect(other, (struct sockaddr *)&a, a_size), 0);
	CHECK_EQ(send(other, "to a", 4, 0), 4);
	CHECK_EQ(recv(one, text, sizeof text, 0), 4);
	/* Who has said to whom it talks hears nobody else. */
	int third = socket(AF_UNIX, SOCK_DGRAM, 0);
	CHECK_ERRNO(sendto(third, "x", 1, 0, (struct sockaddr *)&b, b_size), EPERM);
	CHECK_EQ(sendto(third, "x", 1, 0, (struct sockaddr *)&a, a_size), 1);
	size = sizeof from;
	CHECK_EQ(recvfrom(one, text, sizeof text, 0, (struct sockaddr *)&from, &size), 1);
	CHECK_EQ(close(one), 0);
	CHECK_ERRNO(send(other, "x", 1, 0), ECONNREFUSED);
	CHECK_EQ(close(other), 0);
	CHECK_EQ(close(third), 0);
	CHECK_EQ(unlink("a"), 0);
	CHECK_EQ(unlink("b"), 0);
}

static void abstract_names(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 +
			 snprintf(a.sun_path + 1, 40, "hermit-test-%d", (int)getpid());
	int one = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_EQ(bind(one, (struct sockaddr *)&a, size), 0);
	CHECK_ERRNO(bind(other, (struct sockaddr *)&a, size), EADDRINUSE);
	CHECK_EQ(listen(one, 0), 0);
	CHECK_EQ(connect(other, (struct sockaddr *)&a, size), 0);
	int third = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK_ERRNO(connect(third, (struct sockaddr *)&a, size), EAGAIN);
	CHECK_EQ(close(one), 0);
	CHECK_ERRNO(connect(third, (struct sockaddr *)&a, size), ECONNREFUSED);
	char c;
	int count = recv(other, &c, 1, 0);
	CHECK(count == 0 || (count == -1 && errno == ECONNRESET));
	CHECK_EQ(close(third), 0);
	CHECK_EQ(close(other), 0);
	a.sun_family = AF_INET;
	one = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(connect(one, (struct sockaddr *)&a, size) == -1);
	CHECK_EQ(close(one), 0);
}

static void times_and_options(void)
{
	int s[2], value = 1;
	socklen_t size = sizeof value;
	struct timeval time = { 0, 30000 }, read_back;
	struct timespec begin, end;
	char c;
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	CHECK_EQ(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), 0);
	size = sizeof read_back;
	CHECK_EQ(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &read_back, &size), 0);
	CHECK(read_back.tv_sec == 0 && read_back.tv_usec >= 30000);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	CHECK_ERRNO(recv(s[0], &c, 1, 0), EAGAIN);
	clock_gettime(CLOCK_MONOTONIC, &end);
	CHECK((end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec >= 30000000);
	time.tv_usec = 1000000;
	CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), EDOM);
	CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_REUSEADDR, &value, 1), EINVAL);
	CHECK_EQ(setsockopt(s[0], SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value), 0);
	size = sizeof value;
	CHECK(getsockopt(s[0], SOL_SOCKET, SO_KEEPALIVE, &value, &size) == 0 && value != 0 && size == sizeof value);
	CHECK(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &value, &size) == 0 && value == 0);
	CHECK(getsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, &size) == 0 && value >= 4096);
	CHECK(getsockopt(s[0], SOL_SOCKET, SO_DOMAIN, &value, &size) == 0 && value == AF_UNIX);
	CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, size), ENOPROTOOPT);
	CHECK_ERRNO(getsockopt(s[0], SOL_SOCKET, 9999, &value, &size), ENOPROTOOPT);
	/* A full socket. */
	time = (struct timeval){ 0, 20000 };
	CHECK_EQ(setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), 0);
	static char block[1 << 16];
	while (send(s[0], block, sizeof block, MSG_DONTWAIT) > 0)
		;
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(events(s[0], POLLOUT), 0);
	CHECK_ERRNO(send(s[0], block, sizeof block, 0), EAGAIN);
	CHECK_EQ(close(s[0]), 0);
	CHECK_EQ(close(s[1]), 0);
	/* What is none. */
	CHECK_ERRNO(send(0, "x", 1, 0), ENOTSOCK);
	CHECK_ERRNO(listen(0, 1), ENOTSOCK);
	CHECK_ERRNO(getsockname(0, NULL, NULL), ENOTSOCK);
	CHECK_ERRNO(send(-1, "x", 1, 0), EBADF);
	CHECK_ERRNO(sockatmark(-1), EBADF);
}

int main(void)
{
	pairs();
	streams();
	datagrams();
	abstract_names();
	times_and_options();
	return check_done();
}
