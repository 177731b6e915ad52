/* Addresses of AF_UNIX (POSIX; a name that begins with a NUL is in no file system, as on Linux). */
#ifndef _SYS_UN_H
#define _SYS_UN_H
#include <sys/socket.h>

struct sockaddr_un {
	sa_family_t	sun_family;
	char		sun_path[108];
};

#if __MISC_VISIBLE
#include <string.h>
#define SUN_LEN(address) (__builtin_offsetof(struct sockaddr_un, sun_path) + strlen((address)->sun_path))
#endif

#endif
