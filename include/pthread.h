/* POSIX threads (POSIX.1-2017 <pthread.h>), and the calls beyond it that programs for Linux use.
 *
 * Not POSIX: cancellation and pthread_exit() run the handlers of pthread_cleanup_push(), but do not
 * unwind the stack, so destructors of C++ objects on it do not run. fork() does not exist, so
 * handlers of pthread_atfork() are accepted and never called.
 */
#ifndef _PTHREAD_H
#define _PTHREAD_H

#include <sys/features.h>
#include <sys/types.h>
#include <sys/_pthreadtypes.h>
#include <sys/_pthreadlimits.h>
#include <sched.h>
#include <time.h>

#define PTHREAD_CREATE_JOINABLE		0
#define PTHREAD_CREATE_DETACHED		1
#define PTHREAD_INHERIT_SCHED		0
#define PTHREAD_EXPLICIT_SCHED		1
#define PTHREAD_SCOPE_SYSTEM		0
#define PTHREAD_SCOPE_PROCESS		1
#define PTHREAD_PROCESS_PRIVATE		0
#define PTHREAD_PROCESS_SHARED		1

#define PTHREAD_CANCEL_ENABLE		0
#define PTHREAD_CANCEL_DISABLE		1
#define PTHREAD_CANCEL_DEFERRED		0
#define PTHREAD_CANCEL_ASYNCHRONOUS	1
#define PTHREAD_CANCELED		((void *)-1)

#define PTHREAD_MUTEX_NORMAL		0
#define PTHREAD_MUTEX_RECURSIVE		1
#define PTHREAD_MUTEX_ERRORCHECK	2
#define PTHREAD_MUTEX_DEFAULT		PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_STALLED		0
#define PTHREAD_MUTEX_ROBUST		1
#define PTHREAD_PRIO_NONE		0
#define PTHREAD_PRIO_INHERIT		1
#define PTHREAD_PRIO_PROTECT		2

#define PTHREAD_BARRIER_SERIAL_THREAD	(-1)
#define PTHREAD_NULL			((pthread_t)0)
#define PTHREAD_ONCE_INIT		_PTHREAD_ONCE_INIT
#define PTHREAD_MUTEX_INITIALIZER	_PTHREAD_MUTEX_INITIALIZER
#define PTHREAD_COND_INITIALIZER	_PTHREAD_COND_INITIALIZER
#define PTHREAD_RWLOCK_INITIALIZER	_PTHREAD_RWLOCK_INITIALIZER

#if __GNU_VISIBLE
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP	{ { 0, 0, 0, 0, PTHREAD_MUTEX_RECURSIVE } }
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP	{ { 0, 0, 0, 0, PTHREAD_MUTEX_ERRORCHECK } }
#define PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP	{ { 0 } }
#define PTHREAD_MUTEX_TIMED_NP		PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_FAST_NP		PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_RECURSIVE_NP	PTHREAD_MUTEX_RECURSIVE
#define PTHREAD_MUTEX_ERRORCHECK_NP	PTHREAD_MUTEX_ERRORCHECK
#define PTHREAD_MUTEX_ADAPTIVE_NP	PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_STALLED_NP	PTHREAD_MUTEX_STALLED
#define PTHREAD_MUTEX_ROBUST_NP		PTHREAD_MUTEX_ROBUST
#define PTHREAD_ATTR_NO_SIGMASK_NP	(-1)
enum {
	PTHREAD_RWLOCK_PREFER_READER_NP,
	PTHREAD_RWLOCK_PREFER_WRITER_NP,
	PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP,
	PTHREAD_RWLOCK_DEFAULT_NP = PTHREAD_RWLOCK_PREFER_READER_NP
};
#endif

/* A cleanup handler, on the stack of its thread. */
struct __pthread_cleanup {
	void (*__routine)(void *);
	void *__arg;
	int __canceltype;
	struct __pthread_cleanup *__previous;
};

#ifdef __cplusplus
extern "C" {
#endif

/* Threads. */
int pthread_atfork(void (*__prepare)(void), void (*__parent)(void), void (*__child)(void));
int pthread_create(pthread_t *__restrict __id, const pthread_attr_t *__restrict __attr,
		   void *(*__start)(void *), void *__restrict __arg);
int pthread_detach(pthread_t __id);
int pthread_equal(pthread_t __a, pthread_t __b);
void pthread_exit(void *__value) __attribute__((__noreturn__));
int pthread_getconcurrency(void);
int pthread_getcpuclockid(pthread_t __id, clockid_t *__clock);
int pthread_getschedparam(pthread_t __id, int *__restrict __policy,
			  struct sched_param *__restrict __param);
int pthread_join(pthread_t __id, void **__value);
int pthread_once(pthread_once_t *__once, void (*__routine)(void));
pthread_t pthread_self(void) __attribute__((__const__));
int pthread_setconcurrency(int __level);
int pthread_setschedparam(pthread_t __id, int __policy, const struct sched_param *__param);
int pthread_setschedprio(pthread_t __id, int __priority);

/* Thread attributes. */
int pthread_attr_destroy(pthread_attr_t *__attr);
int pthread_attr_getdetachstate(const pthread_attr_t *__attr, int *__state);
int pthread_attr_getguardsize(const pthread_attr_t *__restrict __attr, size_t *__restrict __size);
int pthread_attr_getinheritsched(const pthread_attr_t *__restrict __attr, int *__restrict __inherit);
int pthread_attr_getschedparam(const pthread_attr_t *__restrict __attr,
			       struct sched_param *__restrict __param);
int pthread_attr_getschedpolicy(const pthread_attr_t *__restrict __attr, int *__restrict __policy);
int pthread_attr_getscope(const pthread_attr_t *__restrict __attr, int *__restrict __scope);
int pthread_attr_getstack(const pthread_attr_t *__restrict __attr, void **__restrict __address,
			  size_t *__restrict __size);
int pthread_attr_getstacksize(const pthread_attr_t *__restrict __attr, size_t *__restrict __size);
int pthread_attr_init(pthread_attr_t *__attr);
int pthread_attr_setdetachstate(pthread_attr_t *__attr, int __state);
int pthread_attr_setguardsize(pthread_attr_t *__attr, size_t __size);
int pthread_attr_setinheritsched(pthread_attr_t *__attr, int __inherit);
int pthread_attr_setschedparam(pthread_attr_t *__restrict __attr,
			       const struct sched_param *__restrict __param);
int pthread_attr_setschedpolicy(pthread_attr_t *__attr, int __policy);
int pthread_attr_setscope(pthread_attr_t *__attr, int __scope);
int pthread_attr_setstack(pthread_attr_t *__attr, void *__address, size_t __size);
int pthread_attr_setstacksize(pthread_attr_t *__attr, size_t __size);
/* Of older editions: the address is the end of the stack. */
int pthread_attr_getstackaddr(const pthread_attr_t *__restrict __attr, void **__restrict __address);
int pthread_attr_setstackaddr(pthread_attr_t *__attr, void *__address);

/* Cancellation. */
int pthread_cancel(pthread_t __id);
int pthread_setcancelstate(int __state, int *__old);
int pthread_setcanceltype(int __type, int *__old);
void pthread_testcancel(void);
void __pthread_cleanup_push(struct __pthread_cleanup *__handler, void (*__routine)(void *),
			    void *__arg);
void __pthread_cleanup_pop(struct __pthread_cleanup *__handler, int __execute);
void __pthread_cleanup_push_defer(struct __pthread_cleanup *__handler, void (*__routine)(void *),
				  void *__arg);
void __pthread_cleanup_pop_restore(struct __pthread_cleanup *__handler, int __execute);

/* Thread-specific data. */
int pthread_key_create(pthread_key_t *__key, void (*__destructor)(void *));
int pthread_key_delete(pthread_key_t __key);
void *pthread_getspecific(pthread_key_t __key);
int pthread_setspecific(pthread_key_t __key, const void *__value);

/* Mutexes. */
int pthread_mutex_consistent(pthread_mutex_t *__mutex);
int pthread_mutex_destroy(pthread_mutex_t *__mutex);
int pthread_mutex_getprioceiling(const pthread_mutex_t *__restrict __mutex,
				 int *__restrict __ceiling);
int pthread_mutex_init(pthread_mutex_t *__restrict __mutex,
		       const pthread_mutexattr_t *__restrict __attr);
int pthread_mutex_lock(pthread_mutex_t *__mutex);
int pthread_mutex_setprioceiling(pthread_mutex_t *__restrict __mutex, int __ceiling,
				 int *__restrict __old);
int pthread_mutex_timedlock(pthread_mutex_t *__restrict __mutex,
			    const struct timespec *__restrict __deadline);
int pthread_mutex_trylock(pthread_mutex_t *__mutex);
int pthread_mutex_unlock(pthread_mutex_t *__mutex);
int pthread_mutexattr_destroy(pthread_mutexattr_t *__attr);
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *__restrict __attr,
				     int *__restrict __ceiling);
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *__restrict __attr,
				  int *__restrict __protocol);
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *__restrict __attr,
				 int *__restrict __shared);
int pthread_mutexattr_getrobust(const pthread_mutexattr_t *__restrict __attr,
				int *__restrict __robust);
int pthread_mutexattr_gettype(const pthread_mutexattr_t *__restrict __attr, int *__restrict __type);
int pthread_mutexattr_init(pthread_mutexattr_t *__attr);
int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *__attr, int __ceiling);
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *__attr, int __protocol);
int pthread_mutexattr_setpshared(pthread_mutexattr_t *__attr, int __shared);
int pthread_mutexattr_setrobust(pthread_mutexattr_t *__attr, int __robust);
int pthread_mutexattr_settype(pthread_mutexattr_t *__attr, int __type);

/* Condition variables. */
int pthread_cond_broadcast(pthread_cond_t *__cond);
int pthread_cond_destroy(pthread_cond_t *__cond);
int pthread_cond_init(pthread_cond_t *__restrict __cond,
		      const pthread_condattr_t *__restrict __attr);
int pthread_cond_signal(pthread_cond_t *__cond);
int pthread_cond_timedwait(pthread_cond_t *__restrict __cond, pthread_mutex_t *__restrict __mutex,
			   const struct timespec *__restrict __deadline);
int pthread_cond_wait(pthread_cond_t *__restrict __cond, pthread_mutex_t *__restrict __mutex);
int pthread_condattr_destroy(pthread_condattr_t *__attr);
int pthread_condattr_getclock(const pthread_condattr_t *__restrict __attr,
			      clockid_t *__restrict __clock);
int pthread_condattr_getpshared(const pthread_condattr_t *__restrict __attr,
				int *__restrict __shared);
int pthread_condattr_init(pthread_condattr_t *__attr);
int pthread_condattr_setclock(pthread_condattr_t *__attr, clockid_t __clock);
int pthread_condattr_setpshared(pthread_condattr_t *__attr, int __shared);

/* Read-write locks. */
int pthread_rwlock_destroy(pthread_rwlock_t *__lock);
int pthread_rwlock_init(pthread_rwlock_t *__restrict __lock,
			const pthread_rwlockattr_t *__restrict __attr);
int pthread_rwlock_rdlock(pthread_rwlock_t *__lock);
int pthread_rwlock_timedrdlock(pthread_rwlock_t *__restrict __lock,
			       const struct timespec *__restrict __deadline);
int pthread_rwlock_timedwrlock(pthread_rwlock_t *__restrict __lock,
			       const struct timespec *__restrict __deadline);
int pthread_rwlock_tryrdlock(pthread_rwlock_t *__lock);
int pthread_rwlock_trywrlock(pthread_rwlock_t *__lock);
int pthread_rwlock_unlock(pthread_rwlock_t *__lock);
int pthread_rwlock_wrlock(pthread_rwlock_t *__lock);
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *__attr);
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *__restrict __attr,
				  int *__restrict __shared);
int pthread_rwlockattr_init(pthread_rwlockattr_t *__attr);
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *__attr, int __shared);

/* Barriers. */
int pthread_barrier_destroy(pthread_barrier_t *__barrier);
int pthread_barrier_init(pthread_barrier_t *__restrict __barrier,
			 const pthread_barrierattr_t *__restrict __attr, unsigned int __count);
int pthread_barrier_wait(pthread_barrier_t *__barrier);
int pthread_barrierattr_destroy(pthread_barrierattr_t *__attr);
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *__restrict __attr,
				   int *__restrict __shared);
int pthread_barrierattr_init(pthread_barrierattr_t *__attr);
int pthread_barrierattr_setpshared(pthread_barrierattr_t *__attr, int __shared);

/* Spin locks. */
int pthread_spin_destroy(pthread_spinlock_t *__lock);
int pthread_spin_init(pthread_spinlock_t *__lock, int __shared);
int pthread_spin_lock(pthread_spinlock_t *__lock);
int pthread_spin_trylock(pthread_spinlock_t *__lock);
int pthread_spin_unlock(pthread_spinlock_t *__lock);

#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
int pthread_cond_clockwait(pthread_cond_t *__restrict __cond, pthread_mutex_t *__restrict __mutex,
			   clockid_t __clock, const struct timespec *__restrict __deadline);
int pthread_mutex_clocklock(pthread_mutex_t *__restrict __mutex, clockid_t __clock,
			    const struct timespec *__restrict __deadline);
int pthread_rwlock_clockrdlock(pthread_rwlock_t *__restrict __lock, clockid_t __clock,
			       const struct timespec *__restrict __deadline);
int pthread_rwlock_clockwrlock(pthread_rwlock_t *__restrict __lock, clockid_t __clock,
			       const struct timespec *__restrict __deadline);
#endif

#if __GNU_VISIBLE
int pthread_attr_getaffinity_np(const pthread_attr_t *__attr, size_t __size, cpu_set_t *__set);
int pthread_attr_setaffinity_np(pthread_attr_t *__attr, size_t __size, const cpu_set_t *__set);
int pthread_clockjoin_np(pthread_t __id, void **__value, clockid_t __clock,
			 const struct timespec *__deadline);
int pthread_getaffinity_np(pthread_t __id, size_t __size, cpu_set_t *__set);
int pthread_getattr_default_np(pthread_attr_t *__attr);
int pthread_getattr_np(pthread_t __id, pthread_attr_t *__attr);
int pthread_getname_np(pthread_t __id, char *__name, size_t __size);
int pthread_mutex_consistent_np(pthread_mutex_t *__mutex);
int pthread_mutexattr_getrobust_np(const pthread_mutexattr_t *__restrict __attr,
				   int *__restrict __robust);
int pthread_mutexattr_setrobust_np(pthread_mutexattr_t *__attr, int __robust);
int pthread_rwlockattr_getkind_np(const pthread_rwlockattr_t *__restrict __attr,
				  int *__restrict __kind);
int pthread_rwlockattr_setkind_np(pthread_rwlockattr_t *__attr, int __kind);
int pthread_setaffinity_np(pthread_t __id, size_t __size, const cpu_set_t *__set);
int pthread_setattr_default_np(const pthread_attr_t *__attr);
int pthread_setname_np(pthread_t __id, const char *__name);
int pthread_timedjoin_np(pthread_t __id, void **__value, const struct timespec *__deadline);
int pthread_tryjoin_np(pthread_t __id, void **__value);
int pthread_yield(void);
#endif

#ifdef __cplusplus
}
#endif

/* Each pair opens and closes a block. In C++ the block's end also runs for exceptions. */
#ifdef __cplusplus
class __pthread_cleanup_scope {
	struct __pthread_cleanup __handler_;
	bool __defer_;
	int __execute_;

	__pthread_cleanup_scope(const __pthread_cleanup_scope &);
	__pthread_cleanup_scope &operator=(const __pthread_cleanup_scope &);

public:
	__pthread_cleanup_scope(bool __defer, void (*__routine)(void *), void *__arg)
		: __handler_(), __defer_(__defer), __execute_(1)
	{
		if (__defer_)
			__pthread_cleanup_push_defer(&__handler_, __routine, __arg);
		else
			__pthread_cleanup_push(&__handler_, __routine, __arg);
	}
	~__pthread_cleanup_scope()
	{
		if (__defer_)
			__pthread_cleanup_pop_restore(&__handler_, __execute_);
		else
			__pthread_cleanup_pop(&__handler_, __execute_);
	}
	void __set(int __execute) { __execute_ = __execute; }
};

#define __PTHREAD_PUSH(push, defer, routine, arg) \
	do { \
		__pthread_cleanup_scope __cleanup(defer, routine, arg)
#define __PTHREAD_POP(pop, execute) \
		__cleanup.__set(execute); \
	} while (0)
#else
#define __PTHREAD_PUSH(push, defer, routine, arg) \
	do { \
		struct __pthread_cleanup __cleanup; \
		push(&__cleanup, routine, arg)
#define __PTHREAD_POP(pop, execute) \
		pop(&__cleanup, execute); \
	} while (0)
#endif

#define pthread_cleanup_push(routine, arg) \
	__PTHREAD_PUSH(__pthread_cleanup_push, false, routine, arg)
#define pthread_cleanup_pop(execute) \
	__PTHREAD_POP(__pthread_cleanup_pop, execute)
#if __GNU_VISIBLE
#define pthread_cleanup_push_defer_np(routine, arg) \
	__PTHREAD_PUSH(__pthread_cleanup_push_defer, true, routine, arg)
#define pthread_cleanup_pop_restore_np(execute) \
	__PTHREAD_POP(__pthread_cleanup_pop_restore, execute)
#endif

#endif
