/* Limits of POSIX's <limits.h>, which includes this; sysconf() and pathconf() answer the same. Limits that
 * this system does not have, and those that only run time knows (OPEN_MAX, CHILD_MAX, STREAM_MAX), are not
 * defined. newlib's own header has the values of a small Unix of 1990 and not half of the names. */
#ifndef _SYS_SYSLIMITS_H_
#define _SYS_SYSLIMITS_H_
#include <sys/_pthreadlimits.h>

#define ARG_MAX				2097152
#define AIO_LISTIO_MAX			1024
#define AIO_PRIO_DELTA_MAX		20
#define GETENTROPY_MAX			256
#define HOST_NAME_MAX			64
#define IOV_MAX				1024
#define LOGIN_NAME_MAX			256
#define MQ_PRIO_MAX			32768
#define NGROUPS_MAX			32
#define NSIG_MAX			65
#define RTSIG_MAX			30
#define SYMLOOP_MAX			40
#define TTY_NAME_MAX			32

#define FILESIZEBITS			64
#define LINK_MAX			65535
#define MAX_CANON			255
#define MAX_INPUT			255
#define NAME_MAX			255
#define PATH_MAX			4096
#define PIPE_BUF			4096
#define SYMLINK_MAX			4095
#define TEXTDOMAIN_MAX			252
#define XATTR_NAME_MAX			255

#define BC_BASE_MAX			99
#define BC_DIM_MAX			2048
#define BC_SCALE_MAX			99
#define BC_STRING_MAX			1000
#define CHARCLASS_NAME_MAX		14
#define COLL_WEIGHTS_MAX		2
#define EXPR_NEST_MAX			32
#define LINE_MAX			2048
#define RE_DUP_MAX			255

#define NL_LANGMAX			14
#define NL_MSGMAX			32767
#define NL_SETMAX			255
#define NL_TEXTMAX			2048
#define NZERO				20

#define SSIZE_MAX			0x7fffffffffffffffL
#define WORD_BIT			32
#define LONG_BIT			64

/* What every system has at least. */
#define _POSIX_AIO_LISTIO_MAX		2
#define _POSIX_AIO_MAX			1
#define _POSIX_ARG_MAX			4096
#define _POSIX_CHILD_MAX		25
#define _POSIX_CLOCKRES_MIN		20000000
#define _POSIX_DELAYTIMER_MAX		32
#define _POSIX_HOST_NAME_MAX		255
#define _POSIX_LINK_MAX			8
#define _POSIX_LOGIN_NAME_MAX		9
#define _POSIX_MAX_CANON		255
#define _POSIX_MAX_INPUT		255
#define _POSIX_MQ_OPEN_MAX		8
#define _POSIX_MQ_PRIO_MAX		32
#define _POSIX_NAME_MAX			14
#define _POSIX_NGROUPS_MAX		8
#define _POSIX_OPEN_MAX			20
#define _POSIX_PATH_MAX			256
#define _POSIX_PIPE_BUF			512
#define _POSIX_RE_DUP_MAX		255
#define _POSIX_RTSIG_MAX		8
#define _POSIX_SEM_NSEMS_MAX		256
#define _POSIX_SEM_VALUE_MAX		32767
#define _POSIX_SIGQUEUE_MAX		32
#define _POSIX_SSIZE_MAX		32767
#define _POSIX_STREAM_MAX		8
#define _POSIX_SYMLINK_MAX		255
#define _POSIX_SYMLOOP_MAX		8
#define _POSIX_THREAD_DESTRUCTOR_ITERATIONS	4
#define _POSIX_THREAD_KEYS_MAX		128
#define _POSIX_THREAD_THREADS_MAX	64
#define _POSIX_TIMER_MAX		32
#define _POSIX_TTY_NAME_MAX		9
#define _POSIX_TZNAME_MAX		6
#define _POSIX2_BC_BASE_MAX		99
#define _POSIX2_BC_DIM_MAX		2048
#define _POSIX2_BC_SCALE_MAX		99
#define _POSIX2_BC_STRING_MAX		1000
#define _POSIX2_CHARCLASS_NAME_MAX	14
#define _POSIX2_COLL_WEIGHTS_MAX	2
#define _POSIX2_EXPR_NEST_MAX		32
#define _POSIX2_LINE_MAX		2048
#define _XOPEN_IOV_MAX			16
#define _XOPEN_NAME_MAX			255
#define _XOPEN_PATH_MAX			1024

#endif
