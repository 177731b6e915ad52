#include <sys/msg.h>
#include "check.h"

CONSTANTS(
	MSG_NOERROR, IPC_CREAT)
TYPE(msgqnum_t)
TYPE(msglen_t)
TYPE(pid_t)
TYPE(size_t)
TYPE(ssize_t)
TYPE(time_t)
MEMBER(struct msqid_ds, msg_perm)
MEMBER(struct msqid_ds, msg_qnum)
MEMBER(struct msqid_ds, msg_qbytes)
MEMBER(struct msqid_ds, msg_lspid)
MEMBER(struct msqid_ds, msg_lrpid)
MEMBER(struct msqid_ds, msg_stime)
MEMBER(struct msqid_ds, msg_rtime)
MEMBER(struct msqid_ds, msg_ctime)
