/* Threads of ISO C11 (7.26), on POSIX threads. The constants are those of glibc. */
#ifndef _THREADS_H_
#define _THREADS_H_

#include <sys/features.h>
#include <sys/types.h>
#include <time.h>

#if !defined(__cplusplus) && !defined(thread_local)
#define thread_local _Thread_local
#endif

#define ONCE_FLAG_INIT { 0 }
#define TSS_DTOR_ITERATIONS 4

typedef pthread_t thrd_t;
typedef pthread_key_t tss_t;
typedef union {
	unsigned int __word[10];
	long __align;
} mtx_t;
typedef union {
	unsigned int __word[12];
	long __align;
} cnd_t;
typedef struct {
	int __word;
} once_flag;

typedef int (*thrd_start_t)(void *);
typedef void (*tss_dtor_t)(void *);

enum {
	mtx_plain = 0,
	mtx_recursive = 1,
	mtx_timed = 2
};

enum {
	thrd_success = 0,
	thrd_busy = 1,
	thrd_error = 2,
	thrd_nomem = 3,
	thrd_timedout = 4
};

#ifdef __cplusplus
extern "C" {
#endif

void call_once(once_flag *__flag, void (*__function)(void));

int cnd_broadcast(cnd_t *__cond);
void cnd_destroy(cnd_t *__cond);
int cnd_init(cnd_t *__cond);
int cnd_signal(cnd_t *__cond);
int cnd_timedwait(cnd_t *__restrict __cond, mtx_t *__restrict __mutex,
		  const struct timespec *__restrict __deadline);
int cnd_wait(cnd_t *__cond, mtx_t *__mutex);

void mtx_destroy(mtx_t *__mutex);
int mtx_init(mtx_t *__mutex, int __type);
int mtx_lock(mtx_t *__mutex);
int mtx_timedlock(mtx_t *__restrict __mutex, const struct timespec *__restrict __deadline);
int mtx_trylock(mtx_t *__mutex);
int mtx_unlock(mtx_t *__mutex);

int thrd_create(thrd_t *__id, thrd_start_t __function, void *__arg);
thrd_t thrd_current(void);
int thrd_detach(thrd_t __id);
int thrd_equal(thrd_t __a, thrd_t __b);
void thrd_exit(int __result) __attribute__((__noreturn__));
int thrd_join(thrd_t __id, int *__result);
int thrd_sleep(const struct timespec *__duration, struct timespec *__remaining);
void thrd_yield(void);

int tss_create(tss_t *__key, tss_dtor_t __destructor);
void tss_delete(tss_t __key);
void *tss_get(tss_t __key);
int tss_set(tss_t __key, void *__value);

#ifdef __cplusplus
}
#endif

#endif
