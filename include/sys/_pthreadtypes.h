/* Types of <pthread.h>, <semaphore.h> and <threads.h>; <sys/types.h> includes this file.
 *
 * Sizes, alignments and constants are those of glibc on x86-64, and every object initialised
 * statically is all zero (but for the type of a recursive or error-checking mutex, which is in
 * word 4 as it is there): objects compiled against glibc's headers, such as the compiler's
 * libgcc_eh.a, work unchanged. What the words mean is known to pte alone (pte/src, one file an
 * object).
 */
#ifndef _SYS__PTHREADTYPES_H_
#define _SYS__PTHREADTYPES_H_

#include <sys/sched.h>

typedef unsigned long pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;
typedef volatile int pthread_spinlock_t;

typedef union {
	unsigned int __word[10];
	long __align;
} pthread_mutex_t;

typedef union {
	unsigned int __word[12];
	long __align;
} pthread_cond_t;

typedef union {
	unsigned int __word[14];
	long __align;
} pthread_rwlock_t;

typedef union {
	unsigned int __word[8];
	long __align;
} pthread_barrier_t;

typedef union {
	unsigned int __word[14];
	long __align;
} pthread_attr_t;

typedef struct {
	unsigned int __word;
} pthread_mutexattr_t;

typedef struct {
	unsigned int __word;
} pthread_condattr_t;

typedef struct {
	unsigned int __word;
} pthread_barrierattr_t;

typedef union {
	unsigned int __word[2];
	long __align;
} pthread_rwlockattr_t;

#define _PTHREAD_MUTEX_INITIALIZER	{ { 0 } }
#define _PTHREAD_COND_INITIALIZER	{ { 0 } }
#define _PTHREAD_RWLOCK_INITIALIZER	{ { 0 } }
#define _PTHREAD_ONCE_INIT		0

#endif
