#include <mqueue.h>
#include "check.h"

TYPE(mqd_t)
TYPE(pthread_attr_t)
TYPE(size_t)
TYPE(ssize_t)
TYPE(struct timespec)
TYPE(struct sigevent)
MEMBER(struct mq_attr, mq_flags)
MEMBER(struct mq_attr, mq_maxmsg)
MEMBER(struct mq_attr, mq_msgsize)
MEMBER(struct mq_attr, mq_curmsgs)
