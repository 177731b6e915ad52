#include <aio.h>
#include "check.h"

CONSTANTS(
	AIO_ALLDONE, AIO_CANCELED, AIO_NOTCANCELED, LIO_NOP, LIO_NOWAIT, LIO_READ, LIO_WAIT, LIO_WRITE)
TYPE(off_t)
TYPE(pthread_attr_t)
TYPE(size_t)
TYPE(ssize_t)
TYPE(struct timespec)
TYPE(struct sigevent)
TYPE(union sigval)
MEMBER(struct aiocb, aio_fildes)
MEMBER(struct aiocb, aio_offset)
MEMBER(struct aiocb, aio_buf)
MEMBER(struct aiocb, aio_nbytes)
MEMBER(struct aiocb, aio_reqprio)
MEMBER(struct aiocb, aio_sigevent)
MEMBER(struct aiocb, aio_lio_opcode)
