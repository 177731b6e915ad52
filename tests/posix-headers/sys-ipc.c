#include <sys/ipc.h>
#include "check.h"

CONSTANTS(
	IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_PRIVATE, IPC_RMID, IPC_SET, IPC_STAT)
TYPE(uid_t)
TYPE(gid_t)
TYPE(mode_t)
TYPE(key_t)
MEMBER(struct ipc_perm, uid)
MEMBER(struct ipc_perm, gid)
MEMBER(struct ipc_perm, cuid)
MEMBER(struct ipc_perm, cgid)
MEMBER(struct ipc_perm, mode)
