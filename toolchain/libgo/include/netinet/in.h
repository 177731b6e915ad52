/* The sysroot's header, and what package net names besides: calls with these numbers, Linux's, fail. */
#ifndef _LIBGO_NETINET_IN_H
#define _LIBGO_NETINET_IN_H
#include_next <netinet/in.h>

struct ip_mreq {
	struct in_addr imr_multiaddr;
	struct in_addr imr_interface;
};

#define IPPROTO_ICMPV6		58
#define IP_MULTICAST_IF		32
#define IP_ADD_MEMBERSHIP	35
#define IP_DROP_MEMBERSHIP	36
#define IPV6_MULTICAST_IF	17
#define IPV6_JOIN_GROUP		20
#define IPV6_LEAVE_GROUP	21
#endif
