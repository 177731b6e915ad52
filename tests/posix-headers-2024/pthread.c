#include <pthread.h>
#include "../posix-headers/check.h"

CONSTANTS(
	PTHREAD_NULL, *pthread_cond_clockwait, *pthread_mutex_clocklock, *pthread_rwlock_clockrdlock,
	*pthread_rwlock_clockwrlock)
