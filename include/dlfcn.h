/* Dynamic loading (POSIX). An image is static: nothing can be loaded, and dlerror() says so. */
#ifndef _DLFCN_H
#define _DLFCN_H
#include <sys/cdefs.h>

#define RTLD_LAZY	1
#define RTLD_NOW	2
#define RTLD_NOLOAD	4
#define RTLD_GLOBAL	0x100
#define RTLD_LOCAL	0
#define RTLD_NODELETE	0x1000

#if __GNU_VISIBLE
#define RTLD_DEFAULT	((void *) 0)
#define RTLD_NEXT	((void *) -1L)
#endif

typedef struct {
	const char	*dli_fname;
	void		*dli_fbase;
	const char	*dli_sname;
	void		*dli_saddr;
} Dl_info;
#if __POSIX_VISIBLE >= 202405
typedef Dl_info Dl_info_t;
#endif

__BEGIN_DECLS
void *dlopen(const char *, int);
void *dlsym(void *__restrict, const char *__restrict);
int dlclose(void *);
char *dlerror(void);
int dladdr(const void *, Dl_info *);
__END_DECLS

#endif
