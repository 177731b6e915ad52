/* Device numbers in two parts, as Linux packs them. */
#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H
#include <sys/types.h>

#undef major
#undef minor
#undef makedev
#define major(d)	((unsigned int) (((d) >> 8 & 0xfff) | ((unsigned long) (d) >> 32 & 0xfffff000)))
#define minor(d)	((unsigned int) (((d) & 0xff) | ((d) >> 12 & 0xffffff00)))
#define makedev(a, i)									\
	((dev_t) (((a) & 0xfffUL) << 8 | ((a) & 0xfffff000UL) << 32 |			\
		((i) & 0xffUL) | ((i) & 0xffffff00UL) << 12))

#endif
