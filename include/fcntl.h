/* newlib's, and the functions for advice and reservation of POSIX and Linux that it lacks. */
#include_next <fcntl.h>
#ifndef _HERMIT_FCNTL_H
#define _HERMIT_FCNTL_H

#define POSIX_FADV_NORMAL	0
#define POSIX_FADV_RANDOM	1
#define POSIX_FADV_SEQUENTIAL	2
#define POSIX_FADV_WILLNEED	3
#define POSIX_FADV_DONTNEED	4
#define POSIX_FADV_NOREUSE	5

__BEGIN_DECLS
int posix_fadvise(int, off_t, off_t, int);
int posix_fallocate(int, off_t, off_t);
#if __GNU_VISIBLE
/* Of the modes only 0 is there: EOPNOTSUPP. */
#define FALLOC_FL_KEEP_SIZE	1
#define FALLOC_FL_PUNCH_HOLE	2
int fallocate(int, int, off_t, off_t);
#endif
__END_DECLS

#endif
