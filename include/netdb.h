/* Names of hosts, services and protocols (POSIX): numbers, localhost and this machine's own name, and a short
 * list of services. Nobody is asked. */
#ifndef _NETDB_H
#define _NETDB_H
#include <sys/cdefs.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct hostent {
	char	*h_name;
	char	**h_aliases;
	int	h_addrtype;
	int	h_length;
	char	**h_addr_list;
#define h_addr h_addr_list[0]
};

struct netent {
	char		*n_name;
	char		**n_aliases;
	int		n_addrtype;
	uint32_t	n_net;
};

struct protoent {
	char	*p_name;
	char	**p_aliases;
	int	p_proto;
};

struct servent {
	char	*s_name;
	char	**s_aliases;
	int	s_port;
	char	*s_proto;
};

struct addrinfo {
	int		ai_flags;
	int		ai_family;
	int		ai_socktype;
	int		ai_protocol;
	socklen_t	ai_addrlen;
	struct sockaddr	*ai_addr;
	char		*ai_canonname;
	struct addrinfo	*ai_next;
};

#define IPPORT_RESERVED	1024

#define AI_PASSIVE	0x01
#define AI_CANONNAME	0x02
#define AI_NUMERICHOST	0x04
#define AI_V4MAPPED	0x08
#define AI_ALL		0x10
#define AI_ADDRCONFIG	0x20
#define AI_NUMERICSERV	0x400

#define NI_NUMERICHOST	1
#define NI_NUMERICSERV	2
#define NI_NOFQDN	4
#define NI_NAMEREQD	8
#define NI_DGRAM	16
#define NI_NUMERICSCOPE	32
#define NI_MAXHOST	1025
#define NI_MAXSERV	32

#define EAI_BADFLAGS	(-1)
#define EAI_NONAME	(-2)
#define EAI_AGAIN	(-3)
#define EAI_FAIL	(-4)
#define EAI_FAMILY	(-6)
#define EAI_SOCKTYPE	(-7)
#define EAI_SERVICE	(-8)
#define EAI_MEMORY	(-10)
#define EAI_SYSTEM	(-11)
#define EAI_OVERFLOW	(-12)

__BEGIN_DECLS
int getaddrinfo(const char *__restrict, const char *__restrict, const struct addrinfo *__restrict,
		struct addrinfo **__restrict);
void freeaddrinfo(struct addrinfo *);
int getnameinfo(const struct sockaddr *__restrict, socklen_t, char *__restrict, socklen_t, char *__restrict,
		socklen_t, int);
const char *gai_strerror(int);

void sethostent(int);
struct hostent *gethostent(void);
void endhostent(void);
void setnetent(int);
struct netent *getnetent(void);
struct netent *getnetbyname(const char *);
struct netent *getnetbyaddr(uint32_t, int);
void endnetent(void);
void setprotoent(int);
struct protoent *getprotoent(void);
struct protoent *getprotobyname(const char *);
struct protoent *getprotobynumber(int);
void endprotoent(void);
void setservent(int);
struct servent *getservent(void);
struct servent *getservbyname(const char *, const char *);
struct servent *getservbyport(int, const char *);
void endservent(void);

#if __MISC_VISIBLE
#define HOST_NOT_FOUND	1
#define TRY_AGAIN	2
#define NO_RECOVERY	3
#define NO_DATA		4
#define NO_ADDRESS	NO_DATA
int *__h_errno_location(void);
#define h_errno (*__h_errno_location())
struct hostent *gethostbyname(const char *);
struct hostent *gethostbyaddr(const void *, socklen_t, int);
const char *hstrerror(int);
#endif
__END_DECLS

#endif
