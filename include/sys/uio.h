/* Scattered and gathered input and output (POSIX; preadv and pwritev as Linux and the BSDs have them). */
#ifndef _SYS_UIO_H
#define _SYS_UIO_H
#include <sys/cdefs.h>
#include <sys/types.h>

struct iovec {
	void	*iov_base;
	size_t	iov_len;
};

#ifndef IOV_MAX
#define IOV_MAX		1024
#endif
#define UIO_MAXIOV	IOV_MAX

__BEGIN_DECLS
ssize_t readv(int, const struct iovec *, int);
ssize_t writev(int, const struct iovec *, int);
#if __MISC_VISIBLE
ssize_t preadv(int, const struct iovec *, int, off_t);
ssize_t pwritev(int, const struct iovec *, int, off_t);
#endif
__END_DECLS

#endif
