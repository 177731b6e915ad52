/* Counters that can be waited for and polled (Linux). */
#ifndef _SYS_EVENTFD_H
#define _SYS_EVENTFD_H
#include <sys/cdefs.h>
#include <stdint.h>

#define EFD_SEMAPHORE	1
#define EFD_CLOEXEC	0x40000
#define EFD_NONBLOCK	0x4000

typedef uint64_t eventfd_t;

__BEGIN_DECLS
int eventfd(unsigned int, int);
int eventfd_read(int, eventfd_t *);
int eventfd_write(int, eventfd_t);
__END_DECLS

#endif
