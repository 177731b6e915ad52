/* Semaphores (POSIX.1-2017 <semaphore.h>), and sem_clockwait of POSIX.1-2024.
 *
 * There is one process: a semaphore with pshared != 0 behaves as any other, and a named one lives
 * as long as the image runs.
 */
#ifndef _SEMAPHORE_H
#define _SEMAPHORE_H

#include <sys/features.h>
#include <sys/types.h>
#include <sys/timespec.h>
#include <sys/_pthreadlimits.h>

typedef union {
	unsigned int __word[8];
	long __align;
} sem_t;

#define SEM_FAILED ((sem_t *)0)

#ifdef __cplusplus
extern "C" {
#endif

int sem_close(sem_t *__sem);
int sem_destroy(sem_t *__sem);
int sem_getvalue(sem_t *__restrict __sem, int *__restrict __value);
int sem_init(sem_t *__sem, int __pshared, unsigned int __value);
sem_t *sem_open(const char *__name, int __flags, ...);
int sem_post(sem_t *__sem);
int sem_timedwait(sem_t *__restrict __sem, const struct timespec *__restrict __deadline);
int sem_trywait(sem_t *__sem);
int sem_unlink(const char *__name);
int sem_wait(sem_t *__sem);
#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
int sem_clockwait(sem_t *__restrict __sem, clockid_t __clock,
		  const struct timespec *__restrict __deadline);
#endif

#ifdef __cplusplus
}
#endif

#endif
