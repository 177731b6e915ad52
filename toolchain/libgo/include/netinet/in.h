/* The sysroot's header, and what package net names besides. */
#ifndef _LIBGO_NETINET_IN_H
#define _LIBGO_NETINET_IN_H
#include_next <netinet/in.h>

#define IPPROTO_ICMPV6		58
#endif
