/* Asynchronous input and output (POSIX.1-2017 <aio.h>). Requests on one descriptor are done in the order of
 * the calls, those on several at the same time, by threads of the C library. */
#ifndef _AIO_H
#define _AIO_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/timespec.h>
#include <fcntl.h>
#include <signal.h>

struct aiocb {
	int		 aio_fildes;
	int		 aio_lio_opcode;
	off_t		 aio_offset;
	volatile void	*aio_buf;
	size_t		 aio_nbytes;
	int		 aio_reqprio;
	int		 __error;  /* what aio_error() tells */
	ssize_t		 __result; /* what aio_return() tells */
	struct sigevent	 aio_sigevent;
};

#define AIO_CANCELED	0
#define AIO_NOTCANCELED	1
#define AIO_ALLDONE	2

#define LIO_READ	0
#define LIO_WRITE	1
#define LIO_NOP		2

#define LIO_WAIT	0
#define LIO_NOWAIT	1

__BEGIN_DECLS
int aio_cancel(int, struct aiocb *);
int aio_error(const struct aiocb *);
int aio_fsync(int, struct aiocb *);
int aio_read(struct aiocb *);
ssize_t aio_return(struct aiocb *);
int aio_suspend(const struct aiocb *const [], int, const struct timespec *);
int aio_write(struct aiocb *);
int lio_listio(int, struct aiocb *__restrict const [__restrict], int, struct sigevent *__restrict);
__END_DECLS

#endif
