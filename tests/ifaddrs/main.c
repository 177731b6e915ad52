/* lo is there, with its addresses, and a socket can be bound to each of them. */
#include "check.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct ifaddrs *list = NULL;
	CHECK_EQ(getifaddrs(&list), 0);
	int found = 0;
	for (struct ifaddrs *entry = list; entry; entry = entry->ifa_next) {
		CHECK(if_nametoindex(entry->ifa_name) > 0);
		if (!entry->ifa_addr || strcmp(entry->ifa_name, "lo") != 0)
			continue;
		CHECK((entry->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == (IFF_UP | IFF_LOOPBACK));
		if (entry->ifa_addr->sa_family == AF_INET) {
			struct sockaddr_in *address = (struct sockaddr_in *)entry->ifa_addr, *mask = (struct sockaddr_in *)entry->ifa_netmask;
			CHECK_EQ(address->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
			CHECK_EQ(mask->sin_addr.s_addr, htonl(0xff000000));
			int fd = socket(AF_INET, SOCK_STREAM, 0);
			CHECK_EQ(bind(fd, entry->ifa_addr, sizeof *address), 0);
			close(fd);
			found |= 1;
		} else if (entry->ifa_addr->sa_family == AF_INET6) {
			struct sockaddr_in6 *address = (struct sockaddr_in6 *)entry->ifa_addr, *mask = (struct sockaddr_in6 *)entry->ifa_netmask;
			CHECK(IN6_IS_ADDR_LOOPBACK(&address->sin6_addr));
			CHECK_EQ(mask->sin6_addr.s6_addr[15], 0xff);
			int fd = socket(AF_INET6, SOCK_STREAM, 0);
			CHECK_EQ(bind(fd, entry->ifa_addr, sizeof *address), 0);
			close(fd);
			found |= 2;
		}
	}
#ifdef __hermit__
	CHECK_EQ(found, 3);
#else	/* The host may be without. */
	CHECK(found & 1);
#endif
	freeifaddrs(list);
	freeifaddrs(NULL);
	return check_done();
}
