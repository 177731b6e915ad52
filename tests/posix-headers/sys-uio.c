#include <sys/uio.h>
#include "check.h"

TYPE(ssize_t)
TYPE(size_t)
MEMBER(struct iovec, iov_base)
MEMBER(struct iovec, iov_len)
