/* newlib's dirent.h, and what posix_getdents() stores. */
#ifndef _HERMIT_DIRENT_H
#define _HERMIT_DIRENT_H
#include_next <dirent.h>

#if __POSIX_VISIBLE >= 202405
/* No entry is one. */
#define DT_MQ	16
#define DT_SEM	17
#define DT_SHM	18
#define DT_TMO	19

struct posix_dent {
	ino_t		d_ino;
	off_t		__d_off;
	reclen_t	d_reclen;
	unsigned char	d_type;
	char		d_name[];
};
#endif

#endif
