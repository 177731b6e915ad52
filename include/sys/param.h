/* What BSD programs look for here. */
#ifndef _SYS_PARAM_H
#define _SYS_PARAM_H
#include <limits.h>
#include <endian.h>
#include <sys/types.h>

#define MAXPATHLEN	PATH_MAX
#define MAXNAMLEN	NAME_MAX
#define MAXHOSTNAMELEN	HOST_NAME_MAX
#define MAXSYMLINKS	SYMLOOP_MAX
#define NGROUPS		NGROUPS_MAX
#define NCARGS		ARG_MAX
#define NOFILE		256
#define NBBY		CHAR_BIT
#define HZ		100
#define DEV_BSIZE	512
#ifndef NODEV
#define NODEV		((dev_t) -1)
#endif

#ifndef MIN
#define MIN(a, b)	((a) < (b) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b)	((a) > (b) ? (a) : (b))
#endif
#ifndef howmany
#define howmany(x, y)	(((x) + ((y) - 1)) / (y))
#endif
#define roundup(x, y)	(((x) + ((y) - 1)) / (y) * (y))
#define powerof2(x)	((((x) - 1) & (x)) == 0)
#define setbit(a, i)	((a)[(i) / NBBY] |= 1 << (i) % NBBY)
#define clrbit(a, i)	((a)[(i) / NBBY] &= ~(1 << (i) % NBBY))
#define isset(a, i)	((a)[(i) / NBBY] & (1 << (i) % NBBY))
#define isclr(a, i)	(((a)[(i) / NBBY] & (1 << (i) % NBBY)) == 0)

#endif
