/* netdb.h, arpa/inet.h, net/if.h: names and numbers that are known without a network. */
#include "check.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void texts(void)
{
	static const struct {
		const char *in, *out;
	} good[] = {
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "1:0:0:4:0:0:0:8", "1:0:0:4::8" },
		{ "2001:DB8::0:1", "2001:db8::1" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8" },
		{ "::ffff:127.0.0.1", "::ffff:127.0.0.1" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
	};
	static const char *const bad[] = { "", ":", ":::", "1:2:3", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7:",
					   ":1:2:3:4:5:6:7:8", "::1.2.3", "::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4" };
	static const char *const bad4[] = { "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "a.b.c.d", "1..2.3" };
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		CHECK_EQ(inet_pton(AF_INET6, good[i].in, bytes), 1);
		const char *out = inet_ntop(AF_INET6, bytes, text, sizeof text);
		if (!CHECK(out && strcmp(out, good[i].out) == 0))
			fprintf(stderr, "%s became %s\n", good[i].in, out);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (!CHECK(inet_pton(AF_INET6, bad[i], bytes) == 0))
			fprintf(stderr, "%s\n", bad[i]);
	CHECK_EQ(inet_pton(AF_INET, "127.0.0.1", bytes), 1);
	CHECK(bytes[0] == 127 && bytes[3] == 1);
	for (size_t i = 0; i < sizeof bad4 / sizeof bad4[0]; i++)
		if (!CHECK(inet_pton(AF_INET, bad4[i], bytes) == 0))
			fprintf(stderr, "%s\n", bad4[i]);
	errno = 0;
	CHECK(inet_pton(99, "1", bytes) == -1 && errno == EAFNOSUPPORT);
	CHECK(inet_ntop(AF_INET, bytes, text, 5) == NULL && errno == ENOSPC);
	CHECK(inet_ntop(99, bytes, text, sizeof text) == NULL && errno == EAFNOSUPPORT);
	struct in_addr address;
	CHECK(inet_aton("0x7f.1", &address) == 1 && address.s_addr == htonl(0x7f000001));
	CHECK(inet_aton("1.2.65535", &address) == 1 && address.s_addr == htonl(0x0102ffff));
	CHECK(inet_aton("4294967295", &address) == 1 && address.s_addr == 0xffffffff);
	CHECK(inet_aton("1.256.1.1", &address) == 0 && inet_aton("x", &address) == 0 && inet_aton("1.2.3.4.5", &address) == 0);
	CHECK_EQ(inet_addr("127.0.0.1"), htonl(INADDR_LOOPBACK));
	CHECK_EQ(inet_addr("bad"), INADDR_NONE);
	address.s_addr = htonl(0x01020304);
	CHECK(strcmp(inet_ntoa(address), "1.2.3.4") == 0);
	CHECK(ntohl(htonl(0x01020304)) == 0x01020304 && ntohs(htons(0x0102)) == 0x0102);
}

static int resolve(const char *node, const char *service, int family, int type, int flags, struct addrinfo **result)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = type, .ai_flags = flags };
	return getaddrinfo(node, service, &hints, result);
}

static void addresses(void)
{
	struct addrinfo *list;
	char node[NI_MAXHOST], service[NI_MAXSERV];
	CHECK_EQ(resolve("127.0.0.1", "80", AF_UNSPEC, SOCK_STREAM, 0, &list), 0);
	struct sockaddr_in *four = (struct sockaddr_in *)list->ai_addr;
	CHECK(list->ai_family == AF_INET && list->ai_socktype == SOCK_STREAM && list->ai_protocol == IPPROTO_TCP);
	CHECK(list->ai_addrlen == sizeof *four && four->sin_port == htons(80));
	CHECK(four->sin_addr.s_addr == htonl(INADDR_LOOPBACK) && !list->ai_next);
	CHECK_EQ(getnameinfo(list->ai_addr, list->ai_addrlen, node, sizeof node, service, sizeof service,
			     NI_NUMERICHOST | NI_NUMERICSERV), 0);
	CHECK(strcmp(node, "127.0.0.1") == 0 && strcmp(service, "80") == 0);
	CHECK_EQ(getnameinfo(list->ai_addr, list->ai_addrlen, node, 3, NULL, 0, NI_NUMERICHOST), EAI_OVERFLOW);
	CHECK_EQ(getnameinfo(list->ai_addr, 3, node, sizeof node, NULL, 0, 0), EAI_FAMILY);
	freeaddrinfo(list);
	CHECK_EQ(resolve("::1", "99", AF_INET6, SOCK_DGRAM, AI_NUMERICHOST, &list), 0);
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)list->ai_addr;
	CHECK(list->ai_addrlen == sizeof *six && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) &&
	      IN6_ARE_ADDR_EQUAL(&six->sin6_addr, &in6addr_loopback) && !IN6_ARE_ADDR_EQUAL(&six->sin6_addr, &in6addr_any) && six->sin6_port == htons(99));
	freeaddrinfo(list);
	CHECK_EQ(resolve("localhost", NULL, AF_INET, SOCK_STREAM, AI_CANONNAME, &list), 0);
	four = (struct sockaddr_in *)list->ai_addr;
	CHECK(four->sin_addr.s_addr == htonl(INADDR_LOOPBACK) && list->ai_canonname && *list->ai_canonname);
	freeaddrinfo(list);
	CHECK_EQ(resolve(NULL, "4000", AF_INET, SOCK_STREAM, AI_PASSIVE, &list), 0);
	four = (struct sockaddr_in *)list->ai_addr;
	CHECK(four->sin_addr.s_addr == INADDR_ANY && four->sin_port == htons(4000));
	freeaddrinfo(list);
	CHECK_EQ(resolve(NULL, "4000", AF_INET, SOCK_STREAM, 0, &list), 0);
	CHECK_EQ(((struct sockaddr_in *)list->ai_addr)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	freeaddrinfo(list);
	CHECK_EQ(resolve("127.0.0.1", "http", AF_INET, SOCK_STREAM, 0, &list), 0);
	CHECK_EQ(((struct sockaddr_in *)list->ai_addr)->sin_port, htons(80));
	freeaddrinfo(list);
	CHECK_EQ(resolve("localhost", NULL, AF_INET, SOCK_STREAM, AI_NUMERICHOST, &list), EAI_NONAME);
	CHECK_EQ(resolve(NULL, NULL, AF_INET, SOCK_STREAM, 0, &list), EAI_NONAME);
	CHECK_EQ(resolve("127.0.0.1", "1", 99, SOCK_STREAM, 0, &list), EAI_FAMILY);
	CHECK_EQ(resolve("127.0.0.1", "1", AF_INET, 99, 0, &list), EAI_SOCKTYPE);
	CHECK_EQ(resolve("127.0.0.1", "no-such-service", AF_INET, SOCK_STREAM, 0, &list), EAI_SERVICE);
	CHECK_EQ(resolve("127.0.0.1", "1", AF_INET, SOCK_STREAM, 0x40000000, &list), EAI_BADFLAGS);
	CHECK(gai_strerror(EAI_NONAME) && strcmp(gai_strerror(EAI_NONAME), gai_strerror(EAI_FAMILY)) != 0);
}

static void entries(void)
{
	struct protoent *protocol = getprotobyname("tcp");
	CHECK(protocol && protocol->p_proto == IPPROTO_TCP);
	protocol = getprotobynumber(IPPROTO_UDP);
	CHECK(protocol && strcmp(protocol->p_name, "udp") == 0);
	CHECK(getprotobyname("no-such-protocol") == NULL);
	int count = 0;
	for (setprotoent(0); getprotoent(); count++)
		;
	endprotoent();
	CHECK(count >= 3);
	struct servent *service = getservbyname("http", "tcp");
	CHECK(service && service->s_port == htons(80) && strcmp(service->s_proto, "tcp") == 0);
	service = getservbyport(htons(22), "tcp");
	CHECK(service && strcmp(service->s_name, "ssh") == 0);
	CHECK(getservbyname("no-such-service", NULL) == NULL);
	count = 0;
	for (setservent(0); getservent(); count++)
		;
	endservent();
	CHECK(count >= 10);
	struct hostent *host = gethostbyname("127.0.0.1");
	CHECK(host && host->h_addrtype == AF_INET && host->h_length == 4 && host->h_addr_list[0][0] == 127);
	host = gethostbyname("localhost");
	CHECK(host && host->h_addr_list[0][0] == 127);
	struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	host = gethostbyaddr(&loopback, 4, AF_INET);
	CHECK(host && host->h_name[0]);
	CHECK(hstrerror(HOST_NOT_FOUND) != NULL);
	sethostent(0);
	CHECK(gethostent() != NULL);
	endhostent();
	setnetent(0);
	getnetent();
	endnetent();
	CHECK(getnetbyname("no-such-network") == NULL);
	CHECK(getnetbyaddr(99, AF_INET) == NULL);
}

static void interfaces(void)
{
	char name[IF_NAMESIZE];
	unsigned index = if_nametoindex("lo");
	CHECK(index > 0 && if_indextoname(index, name) == name && strcmp(name, "lo") == 0);
	CHECK(if_nametoindex("none") == 0 && errno == ENODEV);
	CHECK(if_indextoname(12345, name) == NULL && errno == ENXIO);
	struct if_nameindex *list = if_nameindex();
	int found = 0;
	REQUIRE(list);
	for (struct if_nameindex *i = list; i->if_index; i++)
		found |= i->if_index == index && strcmp(i->if_name, "lo") == 0;
	CHECK(found);
	if_freenameindex(list);
}

int main(void)
{
	texts();
	addresses();
	entries();
	interfaces();
	return check_done();
}
