#include <threads.h>
#include "../posix-headers/check.h"

CONSTANTS(
	thrd_success, thrd_timedout, thrd_busy, thrd_nomem, thrd_error, mtx_plain, mtx_recursive, mtx_timed,
	TSS_DTOR_ITERATIONS, *call_once, *cnd_init, *mtx_timedlock, *thrd_create, *thrd_sleep, *tss_create)
TYPE(thrd_t)
TYPE(tss_t)
TYPE(mtx_t)
TYPE(cnd_t)
TYPE(once_flag)
TYPE(thrd_start_t)
TYPE(tss_dtor_t)
TYPE(struct timespec)
