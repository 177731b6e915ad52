/* getifaddrs(): the one interface is lo, with its address of IPv4 and that of IPv6. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>

struct list {
	struct ifaddrs		entry[2];
	struct sockaddr_in	address, mask;
	struct sockaddr_in6	address6, mask6;
};

int getifaddrs(struct ifaddrs **result)
{
	struct list *list = calloc(1, sizeof *list);
	if (!list)
		return -1;
	list->address.sin_family = list->mask.sin_family = AF_INET;
	list->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	list->mask.sin_addr.s_addr = htonl(0xff000000);
	list->address6.sin6_family = list->mask6.sin6_family = AF_INET6;
	list->address6.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
	for (int i = 0; i < 16; i++)
		list->mask6.sin6_addr.s6_addr[i] = 0xff;
	list->entry[0].ifa_addr = (struct sockaddr *)&list->address;
	list->entry[0].ifa_netmask = (struct sockaddr *)&list->mask;
	list->entry[0].ifa_next = &list->entry[1];
	list->entry[1].ifa_addr = (struct sockaddr *)&list->address6;
	list->entry[1].ifa_netmask = (struct sockaddr *)&list->mask6;
	for (int i = 0; i < 2; i++) {
		list->entry[i].ifa_name = (char *)"lo";
		list->entry[i].ifa_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	}
	*result = list->entry;
	return 0;
}

void freeifaddrs(struct ifaddrs *list)
{
	/* The first entry is where the list begins. */
	free(list);
}
