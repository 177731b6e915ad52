/* XSI interprocess communication: what its three kinds have in common. */
#ifndef _SYS_IPC_H
#define _SYS_IPC_H
#include <sys/cdefs.h>
#include <sys/types.h>

#define IPC_CREAT	01000
#define IPC_EXCL	02000
#define IPC_NOWAIT	04000
#define IPC_PRIVATE	((key_t) 0)
#define IPC_RMID	0
#define IPC_SET		1
#define IPC_STAT	2

struct ipc_perm {
	unsigned int	uid;
	unsigned int	gid;
	unsigned int	cuid;
	unsigned int	cgid;
	mode_t		mode;
	int		__key;
};

__BEGIN_DECLS
key_t ftok(const char *, int);
__END_DECLS

#endif
