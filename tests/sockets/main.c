/* Sockets of the Internet between threads of one program: TCP and UDP, both versions, select(), poll() and
 * epoll over many connections. */
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(in_port_t port)
{
	return (struct sockaddr_in){ AF_INET, port, { htonl(INADDR_LOOPBACK) }, { 0 } };
}

/* A listener on a port of its own. */
static int listen_somewhere(struct sockaddr_in *at, int backlog)
{
	socklen_t size = sizeof *at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	*at = loopback(0);
	CHECK_EQ(bind(fd, (struct sockaddr *)at, size), 0);
	CHECK_EQ(listen(fd, backlog), 0);
	CHECK_EQ(getsockname(fd, (struct sockaddr *)at, &size), 0);
	CHECK(size == sizeof *at && at->sin_port != 0 && at->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	return fd;
}

static void errors(void)
{
	struct sockaddr_in at, there;
	socklen_t size = sizeof at;
	CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
	CHECK_EQ(socket(AF_INET, SOCK_SEQPACKET, 0), -1);
	CHECK_ERRNO(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
	int listener = listen_somewhere(&at, 4), fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	CHECK_ERRNO(bind(fd, (struct sockaddr *)&at, sizeof at), EADDRINUSE);
	there = loopback(0);
	there.sin_addr.s_addr = htonl(0xc0000201);
	CHECK_ERRNO(bind(fd, (struct sockaddr *)&there, sizeof there), EADDRNOTAVAIL);
	CHECK_ERRNO(bind(fd, (struct sockaddr *)&at, 3), EINVAL);
	CHECK_ERRNO(getpeername(fd, (struct sockaddr *)&there, &size), ENOTCONN);
	CHECK_ERRNO(recv(fd, &there, 1, 0), ENOTCONN);
	CHECK_ERRNO(shutdown(fd, SHUT_RD), ENOTCONN);
	CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	/* A port at which nobody listens any more. */
	CHECK_EQ(close(listener), 0);
	CHECK_ERRNO(connect(fd, (struct sockaddr *)&at, sizeof at), ECONNREFUSED);
	CHECK_EQ(close(fd), 0);
	int value, udp = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK_ERRNO(send(udp, "x", 1, 0), EDESTADDRREQ);
	CHECK(getsockopt(udp, SOL_SOCKET, SO_PROTOCOL, &value, &size) == 0 && value == IPPROTO_UDP);
	CHECK_EQ(close(udp), 0);
}

/* What a sender sets, with its defaults, as a number or as a byte. Joining a group needs an interface that carries
 * it; Linux may have one. */
static void multicast(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), value = 0;
	static const struct { int name, first; } numbers[] = {
		{ IP_TTL, 64 }, { IP_MULTICAST_TTL, 1 }, { IP_MULTICAST_LOOP, 1 } };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		socklen_t size = sizeof value;
		CHECK_EQ(getsockopt(fd, IPPROTO_IP, numbers[i].name, &value, &size), 0);
		CHECK_EQ(value, numbers[i].first);
		unsigned char byte = 1;
		CHECK_EQ(setsockopt(fd, IPPROTO_IP, numbers[i].name, &byte, 1), 0);
		CHECK(getsockopt(fd, IPPROTO_IP, numbers[i].name, &value, &size) == 0 && value == 1);
	}
	struct in_addr interface = { htonl(INADDR_LOOPBACK) };
	CHECK_EQ(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface), 0);
	interface.s_addr = htonl(0xc0000201);
	CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface), EADDRNOTAVAIL);
	struct ip_mreq group = { { htonl(0xe0000123) }, { htonl(INADDR_ANY) } };
	CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, 1), EINVAL);
	if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) < 0)
		CHECK_EQ(errno, ENODEV);
	else
		CHECK_EQ(setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group), 0);
	CHECK(setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group) < 0);
	CHECK(errno == EADDRNOTAVAIL || errno == ENODEV);
	CHECK_EQ(close(fd), 0);
}

static void one_connection(void)
{
	struct sockaddr_in at, from, own;
	socklen_t size = sizeof from;
	int value = 1;
	char text[100];
	int listener = listen_somewhere(&at, 4), fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), 0);
	CHECK_EQ(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value), 0);
	value = 0;
	size = sizeof value;
	CHECK(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &size) == 0 && value != 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	size = sizeof own;
	CHECK_EQ(getsockname(fd, (struct sockaddr *)&own, &size), 0);
	CHECK(own.sin_port != 0 && own.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	size = sizeof from;
	int there = accept4(listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK);
	CHECK(there >= 0 && size == sizeof from && from.sin_port == own.sin_port);
	CHECK(fcntl(there, F_GETFL) & O_NONBLOCK);
	CHECK_ERRNO(recv(there, text, 1, 0), EAGAIN);
	CHECK_EQ(write(fd, "request", 7), 7);
	struct pollfd p = { there, POLLIN, 0 };
	CHECK(poll(&p, 1, 10000) == 1 && p.revents == POLLIN);
	CHECK_EQ(read(there, text, sizeof text), 7);
	CHECK_EQ(close(there), 0);
	CHECK_EQ(recv(fd, text, sizeof text, 0), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(listener), 0);
}

enum { CLIENTS = 20, ROUNDS = 100 };

static void *client(void *arg)
{
	struct sockaddr_in *to = arg;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)to, sizeof *to), 0);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t answer;
		CHECK_EQ(send(fd, &i, sizeof i, 0), sizeof i);
		CHECK_EQ(recv(fd, &answer, sizeof answer, MSG_WAITALL), sizeof answer);
		CHECK_EQ(answer, i * i);
	}
	CHECK_EQ(close(fd), 0);
	return NULL;
}

/* Answers one request; 0 when the client is gone. */
static int answer(int fd)
{
	uint32_t number;
	ssize_t count = recv(fd, &number, sizeof number, MSG_WAITALL);
	if (count == 0) {
		CHECK_EQ(close(fd), 0);
		return 0;
	}
	CHECK_EQ(count, sizeof number);
	number *= number;
	CHECK_EQ(send(fd, &number, sizeof number, 0), sizeof number);
	return 1;
}

static void serve_by_select(int listener)
{
	int open[CLIENTS], accepted = 0, gone = 0;
	while (gone < CLIENTS) {
		fd_set set;
		int last = listener;
		FD_ZERO(&set);
		FD_SET(listener, &set);
		for (int i = 0; i < accepted; i++) {
			if (open[i] >= 0) {
				FD_SET(open[i], &set);
				last = open[i] > last ? open[i] : last;
			}
		}
		if (!CHECK(select(last + 1, &set, NULL, NULL, NULL) > 0))
			return;
		for (int i = 0; i < accepted; i++)
			if (open[i] >= 0 && FD_ISSET(open[i], &set) && !answer(open[i])) {
				open[i] = -1;
				gone++;
			}
		if (FD_ISSET(listener, &set))
			open[accepted++] = accept(listener, NULL, NULL);
	}
}

static void serve_by_epoll(int listener, unsigned manner)
{
	struct epoll_event event = { EPOLLIN, { .fd = listener } }, found[8];
	int set = epoll_create1(0), gone = 0;
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, listener, &event), 0);
	while (gone < CLIENTS) {
		int count = epoll_wait(set, found, 8, 20000);
		if (!CHECK(count > 0))
			return;
		for (int i = 0; i < count; i++) {
			if (found[i].data.fd != listener) {
				gone += !answer(found[i].data.fd);
				continue;
			}
			event.data.fd = accept(listener, NULL, NULL);
			event.events = EPOLLIN | manner;
			CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, event.data.fd, &event), 0);
		}
	}
	CHECK_EQ(close(set), 0);
}

static void many_connections(void)
{
	for (int way = 0; way < 3; way++) {
		struct sockaddr_in at;
		pthread_t clients[CLIENTS];
		int listener = listen_somewhere(&at, 3);
		for (int i = 0; i < CLIENTS; i++)
			CHECK_RC(pthread_create(&clients[i], NULL, client, &at), 0);
		if (way == 0)
			serve_by_select(listener);
		else
			serve_by_epoll(listener, way == 1 ? 0 : EPOLLET);
		for (int i = 0; i < CLIENTS; i++)
			CHECK_RC(pthread_join(clients[i], NULL), 0);
		CHECK_EQ(close(listener), 0);
	}
}

enum { AMOUNT = 4 << 20 };

static void *pour(void *arg)
{
	static unsigned char bytes[100000];
	int fd = *(int *)arg;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i * 31);
	for (size_t done = 0; done < AMOUNT;) {
		size_t size = AMOUNT - done < sizeof bytes ? AMOUNT - done : sizeof bytes;
		CHECK_EQ(send(fd, bytes, size, 0), size);
		done += size;
	}
	CHECK_EQ(shutdown(fd, SHUT_WR), 0);
	return NULL;
}

static void much(void)
{
	struct sockaddr_in at;
	pthread_t thread;
	static unsigned char bytes[30000];
	int listener = listen_somewhere(&at, 1), fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	int there = accept(listener, NULL, NULL);
	CHECK_RC(pthread_create(&thread, NULL, pour, &fd), 0);
	size_t done = 0;
	ssize_t count;
	while ((count = recv(there, bytes, sizeof bytes, 0)) > 0) {
		for (ssize_t i = 0; i < count; i += 997)
			CHECK_EQ(bytes[i], (unsigned char)((done + i) % 100000 * 31));
		done += count;
	}
	CHECK_EQ(count, 0);
	CHECK_EQ(done, AMOUNT);
	CHECK_RC(pthread_join(thread, NULL), 0);
	CHECK_EQ(close(there), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(listener), 0);
}

static void datagrams(void)
{
	struct sockaddr_in at = loopback(0), from, own;
	socklen_t size = sizeof at;
	char text[100];
	int one = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK_EQ(bind(one, (struct sockaddr *)&at, sizeof at), 0);
	CHECK_EQ(getsockname(one, (struct sockaddr *)&at, &size), 0);
	CHECK_EQ(sendto(other, "hello", 5, 0, (struct sockaddr *)&at, sizeof at), 5);
	size = sizeof from;
	CHECK_EQ(recvfrom(one, text, sizeof text, 0, (struct sockaddr *)&from, &size), 5);
	CHECK(size == sizeof from && from.sin_family == AF_INET && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	CHECK_EQ(sendto(one, "back", 4, 0, (struct sockaddr *)&from, sizeof from), 4);
	CHECK_EQ(recv(other, text, sizeof text, 0), 4);
	/* Who is connected hears only from there. */
	CHECK_EQ(connect(other, (struct sockaddr *)&at, sizeof at), 0);
	size = sizeof own;
	CHECK_EQ(getsockname(other, (struct sockaddr *)&own, &size), 0);
	CHECK(own.sin_port == from.sin_port);
	int third = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	CHECK_EQ(sendto(third, "no", 2, 0, (struct sockaddr *)&own, sizeof own), 2);
	CHECK_EQ(sendto(one, "yes", 3, 0, (struct sockaddr *)&own, sizeof own), 3);
	CHECK(recv(other, text, sizeof text, 0) == 3 && memcmp(text, "yes", 3) == 0);
	CHECK_EQ(send(other, "again", 5, 0), 5);
	CHECK_EQ(recv(one, text, 2, MSG_TRUNC), 5);
	CHECK_ERRNO(recv(third, text, 1, 0), EAGAIN);
	CHECK_EQ(close(one), 0);
	CHECK_EQ(close(other), 0);
	CHECK_EQ(close(third), 0);
}

/* A socket of version 6 is reached by both, unless it says otherwise. */
static void both_versions(void)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 }, from;
	struct sockaddr_in four;
	socklen_t size = sizeof at;
	char text[INET6_ADDRSTRLEN];
	int value = 1, listener = socket(AF_INET6, SOCK_STREAM, 0);
	if (listener < 0)
		return;
	at.sin6_addr = in6addr_any;
	value = 0;
	CHECK_EQ(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), 0);
	CHECK_EQ(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
	CHECK_EQ(listen(listener, 3), 0);
	CHECK_EQ(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	CHECK(size == sizeof at && at.sin6_port != 0 && IN6_IS_ADDR_UNSPECIFIED(&at.sin6_addr));
	four = loopback(at.sin6_port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&four, sizeof four), 0);
	size = sizeof from;
	int there = accept(listener, (struct sockaddr *)&from, &size);
	CHECK(size == sizeof from && IN6_IS_ADDR_V4MAPPED(&from.sin6_addr));
	CHECK(strcmp(inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text), "::ffff:127.0.0.1") == 0);
	CHECK_EQ(send(there, "x", 1, 0), 1);
	CHECK_EQ(recv(fd, text, 1, 0), 1);
	CHECK_EQ(close(there), 0);
	CHECK_EQ(close(fd), 0);
	at.sin6_addr = in6addr_loopback;
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
		size = sizeof from;
		there = accept(listener, (struct sockaddr *)&from, &size);
		CHECK(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr));
		CHECK_EQ(close(there), 0);
	}
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(listener), 0);
}

int main(void)
{
	errors();
	multicast();
	one_connection();
	many_connections();
	much();
	datagrams();
	both_versions();
	return check_done();
}
