/* Addresses of network interfaces, as BSD's and Linux's programs ask for them: those of lo. */
#ifndef _IFADDRS_H
#define _IFADDRS_H
#include <sys/cdefs.h>
#include <sys/socket.h>
#include <net/if.h>

struct ifaddrs {
	struct ifaddrs	*ifa_next;
	char		*ifa_name;
	unsigned int	ifa_flags;	/* IFF_… */
	struct sockaddr	*ifa_addr;
	struct sockaddr	*ifa_netmask;
	union {
		struct sockaddr	*ifu_broadaddr;
		struct sockaddr	*ifu_dstaddr;
	} ifa_ifu;
	void		*ifa_data;
};
#define ifa_broadaddr	ifa_ifu.ifu_broadaddr
#define ifa_dstaddr	ifa_ifu.ifu_dstaddr

__BEGIN_DECLS
int getifaddrs(struct ifaddrs **);
void freeifaddrs(struct ifaddrs *);
__END_DECLS

#endif
