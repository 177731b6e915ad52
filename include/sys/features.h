/* What of POSIX.1-2017 and of POSIX.1-2024 this system has (unistd.h of POSIX lists the options); newlib's header knows
 * nothing of it. sysconf() says the same at run time. */
#ifndef _HERMIT_SYS_FEATURES_H
#define _HERMIT_SYS_FEATURES_H
/* POSIX.1-2024 by XSI's name, which newlib's header does not know. */
#if defined(_XOPEN_SOURCE) && _XOPEN_SOURCE - 0 >= 800 && _POSIX_C_SOURCE - 0 < 202405L
#undef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 202405L
#endif
#include_next <sys/features.h>
#if _XOPEN_SOURCE - 0 >= 800
#undef __XSI_VISIBLE
#define __XSI_VISIBLE 800
#endif
#if __GNU_VISIBLE || defined(_LARGEFILE64_SOURCE)
#include <hermit/large-files.h>
#endif

#define _POSIX_VERSION				200809L
#define _POSIX2_VERSION				200809L
#define _POSIX2_C_BIND				200809L
#define _XOPEN_VERSION				700

#define _POSIX_NO_TRUNC				1
#define _POSIX_CHOWN_RESTRICTED			1
#define _POSIX_REGEXP				1
#define _POSIX_FSYNC				200809L
#define _POSIX_ADVISORY_INFO			200809L
#define _POSIX_ASYNCHRONOUS_IO			200809L
#define _POSIX_DEVICE_CONTROL			202405L
#define _POSIX_IPV6				200809L
#define _POSIX_MAPPED_FILES			200809L
#define _POSIX_MEMLOCK				200809L
#define _POSIX_MEMLOCK_RANGE			200809L
#define _POSIX_MEMORY_PROTECTION		200809L
#define _POSIX_MESSAGE_PASSING			200809L
#define _POSIX_SAVED_IDS			1
#define _POSIX_SHARED_MEMORY_OBJECTS		200809L
#define _POSIX_SYNCHRONIZED_IO			200809L

#define _POSIX_THREADS				200809L
#define _POSIX_THREAD_ATTR_STACKADDR		200809L
#define _POSIX_THREAD_ATTR_STACKSIZE		200809L
#define _POSIX_THREAD_CPUTIME			200809L
#define _POSIX_THREAD_PRIO_INHERIT		200809L
#define _POSIX_THREAD_PRIO_PROTECT		200809L
#define _POSIX_THREAD_PRIORITY_SCHEDULING	200809L
#define _POSIX_THREAD_PROCESS_SHARED		200809L
#define _POSIX_THREAD_ROBUST_PRIO_INHERIT	200809L
#define _POSIX_THREAD_ROBUST_PRIO_PROTECT	200809L
#define _POSIX_THREAD_SAFE_FUNCTIONS		200809L
#define _POSIX_BARRIERS				200809L
#define _POSIX_READER_WRITER_LOCKS		200809L
#define _POSIX_SEMAPHORES			200809L
#define _POSIX_SPIN_LOCKS			200809L
/* pthread_mutexattr_settype() and its constants, from before POSIX had them. */
#define _UNIX98_THREAD_MUTEX_ATTRIBUTES		1

#define _POSIX_CLOCK_SELECTION			200809L
#define _POSIX_CPUTIME				200809L
#define _POSIX_MONOTONIC_CLOCK			200809L
#define _POSIX_PRIORITY_SCHEDULING		200809L
#define _POSIX_REALTIME_SIGNALS			200809L
#define _POSIX_TIMEOUTS				200809L
#define _POSIX_TIMERS				200809L

#define _POSIX_V7_ILP32_OFF32			-1
#define _POSIX_V7_ILP32_OFFBIG			-1
#define _POSIX_V7_LP64_OFF64			1
#define _POSIX_V7_LPBIG_OFFBIG			1
#define _POSIX_V8_ILP32_OFF32			-1
#define _POSIX_V8_ILP32_OFFBIG			-1
#define _POSIX_V8_LP64_OFF64			1
#define _POSIX_V8_LPBIG_OFFBIG			1

#define _XOPEN_REALTIME_THREADS			1
#define _XOPEN_SHM				1

/* Not here: whatever needs a second process or a shell, locales, devices. */
#define _POSIX2_CHAR_TERM			-1
#define _POSIX2_C_DEV				-1
#define _POSIX2_FORT_RUN			-1
#define _POSIX2_LOCALEDEF			-1
#define _POSIX2_SW_DEV				-1
#define _POSIX2_UPE				-1
#define _POSIX_JOB_CONTROL			-1
#define _POSIX_PRIORITIZED_IO			-1
#define _POSIX_RAW_SOCKETS			-1
#define _POSIX_SHELL				-1
#define _POSIX_SPAWN				-1
#define _POSIX_SPORADIC_SERVER			-1
#define _POSIX_THREAD_SPORADIC_SERVER		-1
#define _POSIX_TRACE				-1
#define _POSIX_TYPED_MEMORY_OBJECTS		-1
#define _XOPEN_CRYPT				-1
#define _XOPEN_ENH_I18N				-1
#define _XOPEN_REALTIME				-1
#define _XOPEN_STREAMS				-1
#define _XOPEN_UNIX				-1
#define _XOPEN_UUCP				-1

#endif
