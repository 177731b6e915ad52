/* Message queues (POSIX.1-2017 <mqueue.h>). A mqd_t is a file descriptor: poll() works on it. */
#ifndef _MQUEUE_H
#define _MQUEUE_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/timespec.h>
#include <fcntl.h>
#include <signal.h>

typedef int mqd_t;

struct mq_attr {
	long mq_flags;   /* O_NONBLOCK or 0 */
	long mq_maxmsg;  /* messages that the queue holds */
	long mq_msgsize; /* bytes that a message can have */
	long mq_curmsgs; /* messages in the queue */
};

__BEGIN_DECLS
int mq_close(mqd_t);
int mq_getattr(mqd_t, struct mq_attr *);
int mq_notify(mqd_t, const struct sigevent *);
mqd_t mq_open(const char *, int, ...);
ssize_t mq_receive(mqd_t, char *, size_t, unsigned int *);
int mq_send(mqd_t, const char *, size_t, unsigned int);
int mq_setattr(mqd_t, const struct mq_attr *__restrict, struct mq_attr *__restrict);
ssize_t mq_timedreceive(mqd_t, char *__restrict, size_t, unsigned int *__restrict,
			const struct timespec *__restrict);
int mq_timedsend(mqd_t, const char *, size_t, unsigned int, const struct timespec *);
int mq_unlink(const char *);
__END_DECLS

#endif
