/* Addresses of the Internet (POSIX). */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H
#include <arpa/inet.h>
#include <inttypes.h>
#include <sys/socket.h>

struct sockaddr_in {
	sa_family_t	sin_family;
	in_port_t	sin_port;
	struct in_addr	sin_addr;
	unsigned char	sin_zero[8];
};

struct in6_addr {
	union {
		uint8_t		__u6_addr8[16];
		uint16_t	__u6_addr16[8];
		uint32_t	__u6_addr32[4];
	} __u6;
#define s6_addr		__u6.__u6_addr8
#define s6_addr16	__u6.__u6_addr16
#define s6_addr32	__u6.__u6_addr32
};

struct sockaddr_in6 {
	sa_family_t	sin6_family;
	in_port_t	sin6_port;
	uint32_t	sin6_flowinfo;
	struct in6_addr	sin6_addr;
	uint32_t	sin6_scope_id;
};

/* Multicast: no interface carries it, so joining a group is ENODEV. Numbers and structures are Linux's. */
struct ip_mreq {
	struct in_addr	imr_multiaddr;
	struct in_addr	imr_interface;
};

struct ip_mreqn {
	struct in_addr	imr_multiaddr;
	struct in_addr	imr_address;
	int		imr_ifindex;
};

struct ip_mreq_source {
	struct in_addr	imr_multiaddr;
	struct in_addr	imr_interface;
	struct in_addr	imr_sourceaddr;
};

struct group_req {
	uint32_t		gr_interface;
	struct sockaddr_storage	gr_group;
};

struct group_source_req {
	uint32_t		gsr_interface;
	struct sockaddr_storage	gsr_group;
	struct sockaddr_storage	gsr_source;
};

struct ipv6_mreq {
	struct in6_addr	ipv6mr_multiaddr;
	unsigned int	ipv6mr_interface;
};

#define IPPROTO_IP	0
#define IPPROTO_ICMP	1
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17
#define IPPROTO_IPV6	41
#define IPPROTO_RAW	255

#define SOL_IP		IPPROTO_IP
#define SOL_IPV6	IPPROTO_IPV6

#define IPPORT_RESERVED	1024

#define INADDR_ANY		((in_addr_t) 0)
#define INADDR_BROADCAST	((in_addr_t) 0xffffffff)
#define INADDR_NONE		((in_addr_t) 0xffffffff)
#define INADDR_LOOPBACK		((in_addr_t) 0x7f000001)

#define IN6ADDR_ANY_INIT	{ { { 0 } } }
#define IN6ADDR_LOOPBACK_INIT	{ { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } } }

#define IP_TOS			1
#define IP_TTL			2
#define IP_MTU_DISCOVER		10
#define IP_MULTICAST_IF		32
#define IP_MULTICAST_TTL	33
#define IP_MULTICAST_LOOP	34
#define IP_ADD_MEMBERSHIP	35
#define IP_DROP_MEMBERSHIP	36
#define IP_ADD_SOURCE_MEMBERSHIP	39
#define IP_DROP_SOURCE_MEMBERSHIP	40
#define MCAST_JOIN_GROUP	42
#define MCAST_LEAVE_GROUP	45
#define MCAST_JOIN_SOURCE_GROUP	46
#define MCAST_LEAVE_SOURCE_GROUP	47
#define IPV6_UNICAST_HOPS	16
#define IPV6_MULTICAST_IF	17
#define IPV6_MULTICAST_HOPS	18
#define IPV6_MULTICAST_LOOP	19
#define IPV6_JOIN_GROUP		20
#define IPV6_LEAVE_GROUP	21
#define IPV6_ADD_MEMBERSHIP	IPV6_JOIN_GROUP
#define IPV6_DROP_MEMBERSHIP	IPV6_LEAVE_GROUP
#define IPV6_V6ONLY		26
#define IPV6_TCLASS		67

#define IN_LOOPBACKNET		127
#define IN_CLASSA(address)	(((address) & 0x80000000) == 0)
#define IN_MULTICAST(address)	(((address) & 0xf0000000) == 0xe0000000)

#define __IN6_WORD(address, at) (((const uint32_t *)(const void *)(address))[at])
#define IN6_ARE_ADDR_EQUAL(a, b)                                                           \
	(__IN6_WORD(a, 0) == __IN6_WORD(b, 0) && __IN6_WORD(a, 1) == __IN6_WORD(b, 1) &&   \
	 __IN6_WORD(a, 2) == __IN6_WORD(b, 2) && __IN6_WORD(a, 3) == __IN6_WORD(b, 3))
#define IN6_IS_ADDR_UNSPECIFIED(a) \
	(__IN6_WORD(a, 0) == 0 && __IN6_WORD(a, 1) == 0 && __IN6_WORD(a, 2) == 0 && __IN6_WORD(a, 3) == 0)
#define IN6_IS_ADDR_LOOPBACK(a) \
	(__IN6_WORD(a, 0) == 0 && __IN6_WORD(a, 1) == 0 && __IN6_WORD(a, 2) == 0 && __IN6_WORD(a, 3) == htonl(1))
#define IN6_IS_ADDR_MULTICAST(a) (((const uint8_t *)(a))[0] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a) ((__IN6_WORD(a, 0) & htonl(0xffc00000)) == htonl(0xfe800000))
#define IN6_IS_ADDR_SITELOCAL(a) ((__IN6_WORD(a, 0) & htonl(0xffc00000)) == htonl(0xfec00000))
#define IN6_IS_ADDR_V4MAPPED(a) \
	(__IN6_WORD(a, 0) == 0 && __IN6_WORD(a, 1) == 0 && __IN6_WORD(a, 2) == htonl(0xffff))
#define IN6_IS_ADDR_V4COMPAT(a)                                                            \
	(__IN6_WORD(a, 0) == 0 && __IN6_WORD(a, 1) == 0 && __IN6_WORD(a, 2) == 0 &&        \
	 __IN6_WORD(a, 3) != 0 && __IN6_WORD(a, 3) != htonl(1))
#define __IN6_IS_SCOPE(a, scope) (IN6_IS_ADDR_MULTICAST(a) && (((const uint8_t *)(a))[1] & 0xf) == (scope))
#define IN6_IS_ADDR_MC_NODELOCAL(a)	__IN6_IS_SCOPE(a, 0x1)
#define IN6_IS_ADDR_MC_LINKLOCAL(a)	__IN6_IS_SCOPE(a, 0x2)
#define IN6_IS_ADDR_MC_SITELOCAL(a)	__IN6_IS_SCOPE(a, 0x5)
#define IN6_IS_ADDR_MC_ORGLOCAL(a)	__IN6_IS_SCOPE(a, 0x8)
#define IN6_IS_ADDR_MC_GLOBAL(a)	__IN6_IS_SCOPE(a, 0xe)

__BEGIN_DECLS
extern const struct in6_addr in6addr_any;
extern const struct in6_addr in6addr_loopback;
__END_DECLS

#endif
