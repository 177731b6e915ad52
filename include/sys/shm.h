/* XSI shared memory. */
#ifndef _SYS_SHM_H
#define _SYS_SHM_H
#include <sys/ipc.h>

#define SHM_RDONLY	010000
#define SHM_RND		020000
#define SHMLBA		4096
#if __POSIX_VISIBLE >= 202405
#define SHM_FAILED	((void *) -1L)
#endif
#if __GNU_VISIBLE
#define SHM_REMAP	040000
#define SHM_EXEC	0100000
#define SHM_DEST	01000
#endif

typedef unsigned long shmatt_t;

struct shmid_ds {
	struct ipc_perm	shm_perm;
	size_t		shm_segsz;
	time_t		shm_atime;
	time_t		shm_dtime;
	time_t		shm_ctime;
	pid_t		shm_cpid;
	pid_t		shm_lpid;
	shmatt_t	shm_nattch;
};

__BEGIN_DECLS
int shmget(key_t, size_t, int);
void *shmat(int, const void *, int);
int shmdt(const void *);
int shmctl(int, int, struct shmid_ds *);
__END_DECLS

#endif
