/* Walking trees of files, as BSD's and GNU's programs do it. */
#ifndef _FTS_H
#define _FTS_H
#include <sys/cdefs.h>
#include <sys/types.h>

/* fts_open()'s options. The working folder stays what it is, with FTS_NOCHDIR and without. */
#define FTS_COMFOLLOW	0x0001	/* follow symbolic links among the arguments */
#define FTS_LOGICAL	0x0002	/* follow all of them */
#define FTS_NOCHDIR	0x0004
#define FTS_NOSTAT	0x0008	/* what a file is need not be told, but of folders */
#define FTS_PHYSICAL	0x0010	/* follow none */
#define FTS_SEEDOT	0x0020	/* tell `.` and `..` too */
#define FTS_XDEV	0x0040	/* stay on the device */
#define FTS_WHITEOUT	0x0080
#define FTS_OPTIONMASK	0x00ff
#define FTS_NAMEONLY	0x0100	/* fts_children(): names are enough */

#define FTS_ROOTPARENTLEVEL	(-1)
#define FTS_ROOTLEVEL		0

/* `fts_info`. */
#define FTS_D		1	/* a folder, before what is in it */
#define FTS_DC		2	/* a folder that is one of those around it, `fts_cycle` */
#define FTS_DEFAULT	3	/* something else */
#define FTS_DNR		4	/* a folder that cannot be read */
#define FTS_DOT		5	/* `.` or `..` */
#define FTS_DP		6	/* a folder, after what is in it */
#define FTS_ERR		7	/* an error, `fts_errno` */
#define FTS_F		8	/* a regular file */
#define FTS_INIT	9
#define FTS_NS		10	/* of which nothing can be told, `fts_errno` */
#define FTS_NSOK	11	/* of which nothing was to be told */
#define FTS_SL		12	/* a symbolic link */
#define FTS_SLNONE	13	/* one that leads nowhere */
#define FTS_W		14

/* fts_set()'s instructions. */
#define FTS_AGAIN	1	/* tell it again */
#define FTS_FOLLOW	2	/* follow this symbolic link */
#define FTS_NOINSTR	3
#define FTS_SKIP	4	/* not what is in it */

struct stat;
typedef struct _fts FTS;
typedef struct _ftsent {
	struct _ftsent	*fts_cycle;
	struct _ftsent	*fts_parent;
	struct _ftsent	*fts_link;	/* the next of the same folder */
	long		fts_number;	/* the program's */
	void		*fts_pointer;	/* the program's */
	char		*fts_accpath;	/* to open it by */
	char		*fts_path;
	int		fts_errno;
	int		fts_symfd;
	unsigned short	fts_pathlen;
	unsigned short	fts_namelen;
	ino_t		fts_ino;
	dev_t		fts_dev;
	nlink_t		fts_nlink;
	short		fts_level;
	unsigned short	fts_info;
	unsigned short	fts_flags;
	unsigned short	fts_instr;
	struct stat	*fts_statp;
	char		fts_name[1];
} FTSENT;

__BEGIN_DECLS
FTS *fts_open(char *const *, int, int (*)(const FTSENT **, const FTSENT **));
FTSENT *fts_read(FTS *);
FTSENT *fts_children(FTS *, int);
int fts_set(FTS *, FTSENT *, int);
int fts_close(FTS *);
__END_DECLS

#endif
