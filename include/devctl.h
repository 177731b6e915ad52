/* Device control (POSIX.1-2024): ioctl() by another name. */
#ifndef _DEVCTL_H
#define _DEVCTL_H
#include <sys/cdefs.h>
#include <stddef.h>

__BEGIN_DECLS
int posix_devctl(int, int, void *__restrict, size_t, int *__restrict);
__END_DECLS

#endif
