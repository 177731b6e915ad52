/* Open files and what fcntl() asks of them (POSIX fcntl.h), with newlib's numbers; in place of newlib's
 * header, whose locks have a process number of 16 bits and lack those of open files. */
#ifndef _SYS__DEFAULT_FCNTL_H_
#define _SYS__DEFAULT_FCNTL_H_
#include <_ansi.h>
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/_close_flags.h>

#define O_RDONLY	0
#define O_WRONLY	1
#define O_RDWR		2
#define O_ACCMODE	3
#define O_APPEND	0x0008
#define O_CREAT		0x0200
#define O_TRUNC		0x0400
#define O_EXCL		0x0800
#define O_SYNC		0x2000
#define O_DSYNC		O_SYNC
#define O_RSYNC		O_SYNC
#define O_NONBLOCK	0x4000
#define O_NOCTTY	0x8000
#if __POSIX_VISIBLE >= 200809
#define O_NOFOLLOW	0x100000
#define O_DIRECTORY	0x200000
#define O_EXEC		0x400000
#define O_SEARCH	O_EXEC
#define O_TTY_INIT	0
#endif
#if __BSD_VISIBLE
#define O_DIRECT	0x80000
#endif
#if __MISC_VISIBLE
#define O_NDELAY	O_NONBLOCK
#define FAPPEND		O_APPEND
#define FFSYNC		O_SYNC
#define FNONBLOCK	O_NONBLOCK
#define FNDELAY		O_NONBLOCK
#endif

/* newlib's own names for some of them. */
#define _FREAD		0x0001
#define _FWRITE		0x0002
#define _FAPPEND	O_APPEND
#define _FCREAT		O_CREAT
#define _FTRUNC		O_TRUNC
#define _FEXCL		O_EXCL
#define _FNONBLOCK	O_NONBLOCK
#define _FNDELAY	O_NONBLOCK
#define _FNOCTTY	O_NOCTTY

#define FD_CLOEXEC	1
#if __POSIX_VISIBLE >= 202405
#define FD_CLOFORK	2
#endif

#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_GETOWN	5
#define F_SETOWN	6
#define F_GETLK		7
#define F_SETLK		8
#define F_SETLKW	9
#if __POSIX_VISIBLE >= 200809
#define F_DUPFD_CLOEXEC	14
#endif
#if __POSIX_VISIBLE >= 202405
#define F_DUPFD_CLOFORK	15
#endif
#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
#define F_OFD_GETLK	36
#define F_OFD_SETLK	37
#define F_OFD_SETLKW	38
#endif

/* l_type */
#define F_RDLCK		1
#define F_WRLCK		2
#define F_UNLCK		3

struct flock {
	short	l_type;
	short	l_whence;
	off_t	l_start;
	off_t	l_len;
	pid_t	l_pid;
};

#if __BSD_VISIBLE || __POSIX_VISIBLE >= 200809
#define AT_FDCWD		-2
#define AT_EACCESS		0x0001
#define AT_SYMLINK_NOFOLLOW	0x0002
#define AT_SYMLINK_FOLLOW	0x0004
#define AT_REMOVEDIR		0x0008
#endif
#if __GNU_VISIBLE
#define AT_EMPTY_PATH		0x0010
#define AT_NO_AUTOMOUNT		0x0800
#define AT_STATX_SYNC_TYPE	0x6000
#define AT_STATX_SYNC_AS_STAT	0x0000
#define AT_STATX_FORCE_SYNC	0x2000
#define AT_STATX_DONT_SYNC	0x4000
#define _AT_NULL_PATHNAME_ALLOWED 0x4000
#endif

#if __BSD_VISIBLE
#define LOCK_SH		1
#define LOCK_EX		2
#define LOCK_NB		4
#define LOCK_UN		8
#endif

#ifndef SEEK_SET
#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2
#endif

__BEGIN_DECLS
int creat(const char *, mode_t);
int fcntl(int, int, ...);
int open(const char *, int, ...);
#if __ATFILE_VISIBLE
int openat(int, const char *, int, ...);
#endif
#if __BSD_VISIBLE
int flock(int, int);
#endif
__END_DECLS

#endif
