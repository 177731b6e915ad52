/* Byte order of the network, and addresses of the Internet as text (POSIX; inet_aton as the BSDs have it). */
#ifndef _ARPA_INET_H_
#define _ARPA_INET_H_

#include <sys/cdefs.h>
#include <stdint.h>
#include <sys/types.h>

/* newlib's sys/types.h has these for BSD programs only. */
#ifndef _IN_ADDR_T_DECLARED
typedef uint32_t in_addr_t;
#define _IN_ADDR_T_DECLARED
#endif
#ifndef _IN_PORT_T_DECLARED
typedef uint16_t in_port_t;
#define _IN_PORT_T_DECLARED
#endif

struct in_addr {
	in_addr_t	s_addr;
};

#define INET_ADDRSTRLEN		16
#define INET6_ADDRSTRLEN	46

__BEGIN_DECLS

uint32_t htonl(uint32_t);
uint32_t ntohl(uint32_t);
uint16_t htons(uint16_t);
uint16_t ntohs(uint16_t);
in_addr_t inet_addr(const char *);
char *inet_ntoa(struct in_addr);
const char *inet_ntop(int, const void *__restrict, char *__restrict, unsigned int);
int inet_pton(int, const char *__restrict, void *__restrict);
#if __MISC_VISIBLE
int inet_aton(const char *, struct in_addr *);
#endif

__END_DECLS

#define htonl(value) __builtin_bswap32(value)
#define ntohl(value) __builtin_bswap32(value)
#define htons(value) __builtin_bswap16(value)
#define ntohs(value) __builtin_bswap16(value)

#include <netinet/in.h>
#endif
