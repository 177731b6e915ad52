/* <netdb.h>: what is known without asking anybody. The get...ent() functions walk the lists below. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static char *none[] = { NULL };

/* Services */

static struct servent services[] = {
#define SERVICE(name, port, protocol) { (char *)name, none, __builtin_bswap16(port), (char *)protocol }
#define BOTH(name, port) SERVICE(name, port, "tcp"), SERVICE(name, port, "udp")
	BOTH("echo", 7),	 BOTH("discard", 9),	      BOTH("daytime", 13),	   SERVICE("ftp-data", 20, "tcp"),
	SERVICE("ftp", 21, "tcp"), SERVICE("ssh", 22, "tcp"), SERVICE("telnet", 23, "tcp"), SERVICE("smtp", 25, "tcp"),
	BOTH("time", 37),	 BOTH("domain", 53),	      SERVICE("tftp", 69, "udp"),  SERVICE("http", 80, "tcp"),
	SERVICE("pop3", 110, "tcp"), BOTH("sunrpc", 111),    SERVICE("nntp", 119, "tcp"), SERVICE("ntp", 123, "udp"),
	SERVICE("imap2", 143, "tcp"), BOTH("snmp", 161),     BOTH("ldap", 389),	   BOTH("https", 443),
	SERVICE("syslog", 514, "udp"), BOTH("imaps", 993),   BOTH("nfs", 2049),
};
#define SERVICES (sizeof services / sizeof services[0])

static size_t next_service, next_protocol, next_host, next_net;

void setservent(int stay) {
	next_service = 0;
}

void endservent(void) {
	next_service = 0;
}

struct servent *getservent(void) {
	return next_service < SERVICES ? &services[next_service++] : NULL;
}

static int is_protocol(const struct servent *service, const char *protocol) {
	return !protocol || strcmp(service->s_proto, protocol) == 0;
}

struct servent *getservbyname(const char *name, const char *protocol) {
	for (size_t i = 0; i < SERVICES; i++)
		if (strcmp(services[i].s_name, name) == 0 && is_protocol(&services[i], protocol))
			return &services[i];
	return NULL;
}

struct servent *getservbyport(int port, const char *protocol) {
	for (size_t i = 0; i < SERVICES; i++)
		if (services[i].s_port == port && is_protocol(&services[i], protocol))
			return &services[i];
	return NULL;
}

/* Protocols */

static char *ip_names[] = { (char *)"IP", NULL }, *icmp_names[] = { (char *)"ICMP", NULL };
static char *tcp_names[] = { (char *)"TCP", NULL }, *udp_names[] = { (char *)"UDP", NULL };
static char *ipv6_names[] = { (char *)"IPv6", NULL };
static struct protoent protocols[] = {
	{ (char *)"ip", ip_names, IPPROTO_IP },	   { (char *)"icmp", icmp_names, IPPROTO_ICMP },
	{ (char *)"tcp", tcp_names, IPPROTO_TCP }, { (char *)"udp", udp_names, IPPROTO_UDP },
	{ (char *)"ipv6", ipv6_names, IPPROTO_IPV6 },
};
#define PROTOCOLS (sizeof protocols / sizeof protocols[0])

void setprotoent(int stay) {
	next_protocol = 0;
}

void endprotoent(void) {
	next_protocol = 0;
}

struct protoent *getprotoent(void) {
	return next_protocol < PROTOCOLS ? &protocols[next_protocol++] : NULL;
}

struct protoent *getprotobyname(const char *name) {
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (strcmp(protocols[i].p_name, name) == 0 || strcmp(protocols[i].p_aliases[0], name) == 0)
			return &protocols[i];
	return NULL;
}

struct protoent *getprotobynumber(int number) {
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i].p_proto == number)
			return &protocols[i];
	return NULL;
}

/* Networks */

static struct netent networks[] = { { (char *)"loopback", none, AF_INET, 127 } };

void setnetent(int stay) {
	next_net = 0;
}

void endnetent(void) {
	next_net = 0;
}

struct netent *getnetent(void) {
	return next_net < 1 ? &networks[next_net++] : NULL;
}

struct netent *getnetbyname(const char *name) {
	return strcmp(name, networks[0].n_name) == 0 ? &networks[0] : NULL;
}

struct netent *getnetbyaddr(uint32_t network, int family) {
	return family == AF_INET && network == networks[0].n_net ? &networks[0] : NULL;
}

/* Hosts: localhost, and this machine by its name. */

static unsigned char loopback4[4] = { 127, 0, 0, 1 };
static unsigned char loopback6[16] = { [15] = 1 };

static int is_local(const char *name) {
	char own[65];
	return strcmp(name, "localhost") == 0 || strcmp(name, "localhost.localdomain") == 0 ||
	       (gethostname(own, sizeof own) == 0 && strcmp(name, own) == 0);
}

static _Thread_local int host_error;

int *__h_errno_location(void) {
	return &host_error;
}

const char *hstrerror(int error) {
	static const char *const texts[] = { "No error", "Unknown host", "Host name lookup failure",
					     "Unknown server error", "No address associated with name" };
	return error >= 0 && error < 5 ? texts[error] : "Unknown error";
}

/* What the last call of the thread gave. */
static struct hostent *host(const char *name, const void *address, int family, int length) {
	static _Thread_local char own_name[NI_MAXHOST], *list[2];
	static _Thread_local unsigned char own_address[16];
	static _Thread_local struct hostent found;
	snprintf(own_name, sizeof own_name, "%s", name);
	memcpy(own_address, address, length);
	list[0] = (char *)own_address;
	found = (struct hostent){ own_name, none, family, length, list };
	return &found;
}

void sethostent(int stay) {
	next_host = 0;
}

void endhostent(void) {
	next_host = 0;
}

struct hostent *gethostent(void) {
	return next_host++ == 0 ? host("localhost", loopback4, AF_INET, 4) : NULL;
}

struct hostent *gethostbyname(const char *name) {
	struct in_addr address;
	if (inet_aton(name, &address))
		return host(name, &address, AF_INET, 4);
	if (is_local(name))
		return host(name, loopback4, AF_INET, 4);
	host_error = HOST_NOT_FOUND;
	return NULL;
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int family) {
	if (family == AF_INET && length == 4 && ((const unsigned char *)address)[0] == 127)
		return host("localhost", address, family, 4);
	if (family == AF_INET6 && length == 16 && memcmp(address, loopback6, 16) == 0)
		return host("localhost", address, family, 16);
	host_error = HOST_NOT_FOUND;
	return NULL;
}

/* Addresses and names in one */

static const struct kind {
	int type, protocol;
	const char *name;
} kinds[] = { { SOCK_STREAM, IPPROTO_TCP, "tcp" }, { SOCK_DGRAM, IPPROTO_UDP, "udp" } };

/* The port of a service in network order, or -1 and the error. */
static int port_of(const char *service, const struct kind *kind, int flags, int *error) {
	char *end;
	if (!service)
		return 0;
	unsigned long number = strtoul(service, &end, 10);
	if (*service >= '0' && *service <= '9' && *end == 0 && number <= 65535)
		return htons((uint16_t)number);
	struct servent *known = flags & AI_NUMERICSERV ? NULL : getservbyname(service, kind->name);
	if (!known) {
		*error = flags & AI_NUMERICSERV ? EAI_NONAME : EAI_SERVICE;
		return -1;
	}
	return known->s_port;
}

/* An entry and its address in one piece of memory. */
static struct addrinfo *entry(const void *address, int family, int port, const struct kind *kind, const char *name) {
	struct whole {
		struct addrinfo info;
		union {
			struct sockaddr_in four;
			struct sockaddr_in6 six;
		} address;
	} *whole = calloc(1, sizeof *whole);
	if (!whole)
		return NULL;
	struct addrinfo *info = &whole->info;
	info->ai_family = family;
	info->ai_socktype = kind->type;
	info->ai_protocol = kind->protocol;
	info->ai_addr = (struct sockaddr *)&whole->address;
	if (family == AF_INET) {
		info->ai_addrlen = sizeof whole->address.four;
		whole->address.four.sin_family = AF_INET;
		whole->address.four.sin_port = (in_port_t)port;
		memcpy(&whole->address.four.sin_addr, address, 4);
	} else {
		info->ai_addrlen = sizeof whole->address.six;
		whole->address.six.sin6_family = AF_INET6;
		whole->address.six.sin6_port = (in_port_t)port;
		memcpy(&whole->address.six.sin6_addr, address, 16);
	}
	if (name && !(info->ai_canonname = strdup(name))) {
		free(whole);
		return NULL;
	}
	return info;
}

void freeaddrinfo(struct addrinfo *list) {
	while (list) {
		struct addrinfo *next = list->ai_next;
		free(list->ai_canonname);
		free(list);
		list = next;
	}
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
		struct addrinfo **restrict result) {
	static const struct addrinfo no_hints = { .ai_flags = AI_V4MAPPED | AI_ADDRCONFIG };
	static const int known = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG |
				 AI_NUMERICSERV;
	if (!hints)
		hints = &no_hints;
	int family = hints->ai_family, flags = hints->ai_flags;
	if (!node && !service)
		return EAI_NONAME;
	if (flags & ~known || (flags & AI_CANONNAME && !node))
		return EAI_BADFLAGS;
	if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
		return EAI_FAMILY;

	/* The addresses, those of IPv6 first. */
	struct {
		int family;
		unsigned char bytes[16];
	} found[2];
	int count = 0;
	struct in_addr four;
	unsigned char six[16];
	if (node && inet_aton(node, &four)) {
		if (family == AF_INET6 && flags & AI_V4MAPPED) {
			found[0].family = AF_INET6;
			memset(found[0].bytes, 0, 10);
			memset(found[0].bytes + 10, 0xff, 2);
			memcpy(found[0].bytes + 12, &four, 4);
		} else if (family == AF_INET6) {
			return EAI_NONAME;
		} else {
			found[0].family = AF_INET;
			memcpy(found[0].bytes, &four, 4);
		}
		count = 1;
	} else if (node && inet_pton(AF_INET6, node, six) == 1) {
		if (family == AF_INET)
			return EAI_NONAME;
		found[0].family = AF_INET6;
		memcpy(found[0].bytes, six, 16);
		count = 1;
	} else {
		if (node && (flags & AI_NUMERICHOST || !is_local(node)))
			return EAI_NONAME;
		int any = !node && flags & AI_PASSIVE;
		if (family != AF_INET) {
			found[count].family = AF_INET6;
			memcpy(found[count++].bytes, any ? in6addr_any.s6_addr : loopback6, 16);
		}
		if (family != AF_INET6) {
			found[count].family = AF_INET;
			memcpy(found[count++].bytes, any ? (const unsigned char[4]){ 0 } : loopback4, 4);
		}
	}

	/* Each with each type of socket that the service has. */
	struct addrinfo *first = NULL, **link = &first;
	int error = EAI_SOCKTYPE;
	for (int i = 0; i < count; i++) {
		for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
			const struct kind *kind = &kinds[k];
			if ((hints->ai_socktype && hints->ai_socktype != kind->type) ||
			    (hints->ai_protocol && hints->ai_protocol != kind->protocol))
				continue;
			int port = port_of(service, kind, flags, &error);
			if (port < 0)
				continue;
			const char *name = flags & AI_CANONNAME && !first ? node : NULL;
			*link = entry(found[i].bytes, found[i].family, port, kind, name);
			if (!*link) {
				freeaddrinfo(first);
				return EAI_MEMORY;
			}
			link = &(*link)->ai_next;
		}
	}
	if (!first)
		return error;
	*result = first;
	return 0;
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict node, socklen_t node_size,
		char *restrict service, socklen_t service_size, int flags) {
	const void *bytes;
	int port, family = address->sa_family;
	char text[INET6_ADDRSTRLEN];
	const char *name = NULL;
	if (family == AF_INET && length >= sizeof(struct sockaddr_in)) {
		bytes = &((const struct sockaddr_in *)address)->sin_addr;
		port = ((const struct sockaddr_in *)address)->sin_port;
	} else if (family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
		bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
		port = ((const struct sockaddr_in6 *)address)->sin6_port;
	} else {
		return EAI_FAMILY;
	}
	if ((!node || node_size == 0) && (!service || service_size == 0))
		return EAI_NONAME;
	if (node && node_size > 0) {
		if (!(flags & NI_NUMERICHOST)) {
			struct hostent *host = gethostbyaddr(bytes, family == AF_INET ? 4 : 16, family);
			if (!host && flags & NI_NAMEREQD)
				return EAI_NONAME;
			if (host)
				name = host->h_name;
		}
		if (!name)
			name = inet_ntop(family, bytes, text, sizeof text);
		if (strlen(name) >= node_size)
			return EAI_OVERFLOW;
		strcpy(node, name);
	}
	if (service && service_size > 0) {
		struct servent *known =
			flags & NI_NUMERICSERV ? NULL : getservbyport(port, flags & NI_DGRAM ? "udp" : "tcp");
		snprintf(text, sizeof text, "%d", ntohs((uint16_t)port));
		name = known ? known->s_name : text;
		if (strlen(name) >= service_size)
			return EAI_OVERFLOW;
		strcpy(service, name);
	}
	return 0;
}

const char *gai_strerror(int error) {
	switch (error) {
	case 0: return "Success";
	case EAI_AGAIN: return "Temporary failure in name resolution";
	case EAI_BADFLAGS: return "Bad value for ai_flags";
	case EAI_FAIL: return "Non-recoverable failure in name resolution";
	case EAI_FAMILY: return "ai_family not supported";
	case EAI_MEMORY: return "Memory allocation failure";
	case EAI_NONAME: return "Name or service not known";
	case EAI_SERVICE: return "Servname not supported for ai_socktype";
	case EAI_SOCKTYPE: return "ai_socktype not supported";
	case EAI_SYSTEM: return "System error";
	case EAI_OVERFLOW: return "Argument buffer overflow";
	default: return "Unknown error";
	}
}
