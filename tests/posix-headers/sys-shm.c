#include <sys/shm.h>
#include "check.h"

CONSTANTS(
	SHM_RDONLY, SHM_RND, SHMLBA)
TYPE(shmatt_t)
TYPE(pid_t)
TYPE(size_t)
TYPE(time_t)
MEMBER(struct shmid_ds, shm_perm)
MEMBER(struct shmid_ds, shm_segsz)
MEMBER(struct shmid_ds, shm_lpid)
MEMBER(struct shmid_ds, shm_cpid)
MEMBER(struct shmid_ds, shm_nattch)
MEMBER(struct shmid_ds, shm_atime)
MEMBER(struct shmid_ds, shm_dtime)
MEMBER(struct shmid_ds, shm_ctime)
