/* Limits of threads and semaphores, for <limits.h>, <pthread.h> and <semaphore.h>. */
#ifndef _SYS__PTHREADLIMITS_H_
#define _SYS__PTHREADLIMITS_H_

#undef PTHREAD_STACK_MIN
#undef PTHREAD_KEYS_MAX
#undef PTHREAD_DESTRUCTOR_ITERATIONS
#undef PTHREAD_THREADS_MAX
#undef SEM_VALUE_MAX
#undef SEM_NSEMS_MAX

#define PTHREAD_STACK_MIN		16384
#define PTHREAD_KEYS_MAX		1024
#define PTHREAD_DESTRUCTOR_ITERATIONS	4
#define PTHREAD_THREADS_MAX		32768
#define SEM_VALUE_MAX			0x7fffffff

#endif
