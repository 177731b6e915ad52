#include <netinet/in.h>
#include "check.h"

CONSTANTS(
	IPPROTO_IP, IPPROTO_IPV6, IPPROTO_ICMP, IPPROTO_RAW, IPPROTO_TCP, IPPROTO_UDP, INADDR_ANY, INADDR_BROADCAST,
	INET_ADDRSTRLEN, INET6_ADDRSTRLEN, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF,
	IPV6_MULTICAST_LOOP, IPV6_UNICAST_HOPS, IPV6_V6ONLY)
TYPE(in_port_t)
TYPE(in_addr_t)
TYPE(sa_family_t)
TYPE(uint8_t)
TYPE(uint32_t)
MEMBER(struct in_addr, s_addr)
MEMBER(struct sockaddr_in, sin_family)
MEMBER(struct sockaddr_in, sin_port)
MEMBER(struct sockaddr_in, sin_addr)
MEMBER(struct in6_addr, s6_addr)
MEMBER(struct sockaddr_in6, sin6_family)
MEMBER(struct sockaddr_in6, sin6_port)
MEMBER(struct sockaddr_in6, sin6_flowinfo)
MEMBER(struct sockaddr_in6, sin6_addr)
MEMBER(struct sockaddr_in6, sin6_scope_id)
MEMBER(struct ipv6_mreq, ipv6mr_multiaddr)
MEMBER(struct ipv6_mreq, ipv6mr_interface)
