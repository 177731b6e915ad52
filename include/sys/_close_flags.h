/* Flags of new descriptors that fcntl.h, unistd.h and stdlib.h have. There is neither exec nor fork: they are kept and told. */
#ifndef _SYS__CLOSE_FLAGS_H_
#define _SYS__CLOSE_FLAGS_H_
#include <sys/cdefs.h>

#if __POSIX_VISIBLE >= 200809
#define O_CLOEXEC	0x40000
#endif
#if __POSIX_VISIBLE >= 202405
#define O_CLOFORK	0x800000
#endif

#endif
