/* Byte order of the network (POSIX, <arpa/inet.h>); there are no sockets, and so no addresses. */
#ifndef _ARPA_INET_H_
#define _ARPA_INET_H_

#include <sys/cdefs.h>
#include <stdint.h>

__BEGIN_DECLS

uint32_t htonl(uint32_t);
uint32_t ntohl(uint32_t);
uint16_t htons(uint16_t);
uint16_t ntohs(uint16_t);

__END_DECLS

#define htonl(value) __builtin_bswap32(value)
#define ntohl(value) __builtin_bswap32(value)
#define htons(value) __builtin_bswap16(value)
#define ntohs(value) __builtin_bswap16(value)

#endif
