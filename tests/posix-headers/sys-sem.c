#include <sys/sem.h>
#include "check.h"

CONSTANTS(
	SEM_UNDO, GETNCNT, GETPID, GETVAL, GETALL, GETZCNT, SETVAL, SETALL)
TYPE(pid_t)
TYPE(size_t)
TYPE(time_t)
MEMBER(struct semid_ds, sem_perm)
MEMBER(struct semid_ds, sem_nsems)
MEMBER(struct semid_ds, sem_otime)
MEMBER(struct semid_ds, sem_ctime)
MEMBER(struct sembuf, sem_num)
MEMBER(struct sembuf, sem_op)
MEMBER(struct sembuf, sem_flg)
