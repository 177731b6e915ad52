/* Network interfaces (POSIX): there is one, lo. */
#ifndef _NET_IF_H
#define _NET_IF_H
#include <sys/cdefs.h>

#define IF_NAMESIZE	16
#define IFNAMSIZ	IF_NAMESIZE

#if __MISC_VISIBLE
/* What an interface is and can do. */
#define IFF_UP		0x1
#define IFF_BROADCAST	0x2
#define IFF_DEBUG	0x4
#define IFF_LOOPBACK	0x8
#define IFF_POINTOPOINT	0x10
#define IFF_NOTRAILERS	0x20
#define IFF_RUNNING	0x40
#define IFF_NOARP	0x80
#define IFF_PROMISC	0x100
#define IFF_ALLMULTI	0x200
#define IFF_MULTICAST	0x1000
#endif

struct if_nameindex {
	unsigned int	if_index;
	char		*if_name;
};

__BEGIN_DECLS
unsigned int if_nametoindex(const char *);
char *if_indextoname(unsigned int, char *);
struct if_nameindex *if_nameindex(void);
void if_freenameindex(struct if_nameindex *);
__END_DECLS

#endif
