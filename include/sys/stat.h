/* File attributes: newlib's struct and modes, and the functions it declares for other systems only. */
#include_next <sys/stat.h>
#ifndef _HERMIT_SYS_STAT_H
#define _HERMIT_SYS_STAT_H
#if __GNU_VISIBLE
#include <sys/_statx.h>
#endif

/* st_blocks counts units of this size. */
#undef S_BLKSIZE
#define S_BLKSIZE	512

/* In tv_nsec of utimensat() and futimens(). */
#define UTIME_NOW	-2L
#define UTIME_OMIT	-1L

#define S_TYPEISMQ(buf)		0
#define S_TYPEISSEM(buf)	0
#define S_TYPEISSHM(buf)	0

__BEGIN_DECLS
int lstat(const char *__restrict, struct stat *__restrict);
int mknod(const char *, mode_t, dev_t);
#if __GNU_VISIBLE
int statx(int, const char *__restrict, int, unsigned int, struct statx *__restrict);
#endif
#if __BSD_VISIBLE
int lchmod(const char *, mode_t);
#endif
__END_DECLS

#endif
