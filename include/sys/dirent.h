/* Directory entries: POSIX dirent.h, with the d_type of BSD and Linux. newlib's own header leaves this
 * one to the system. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H

#include <sys/types.h>

struct dirent {
	ino_t		d_ino;
	off_t		d_off;		/* where the next entry is, for seekdir() */
	unsigned short	d_reclen;	/* length of this record */
	unsigned char	d_type;		/* DT_… */
	char		d_name[256];	/* NAME_MAX bytes and a NUL */
};

#define d_fileno d_ino

#define _DIRENT_HAVE_D_TYPE
#define _DIRENT_HAVE_D_OFF
#define _DIRENT_HAVE_D_RECLEN

#define DT_UNKNOWN	0
#define DT_FIFO		1
#define DT_CHR		2
#define DT_DIR		4
#define DT_BLK		6
#define DT_REG		8
#define DT_LNK		10
#define DT_SOCK		12

/* st_mode's file type to d_type, and back. */
#define IFTODT(mode)	(((mode) & 0170000) >> 12)
#define DTTOIF(type)	((type) << 12)

typedef struct __hermit_dir DIR;

#endif
