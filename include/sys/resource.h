/* Resource use and limits (POSIX), with the fields of struct rusage that BSD and Linux have. */
#ifndef _SYS_RESOURCE_H
#define _SYS_RESOURCE_H
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/time.h>

#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN	(-1)
#if __GNU_VISIBLE
#define RUSAGE_THREAD	1
#endif

struct rusage {
	struct timeval	ru_utime;
	struct timeval	ru_stime;	/* always 0: a system call is a function call */
	long		ru_maxrss;	/* KiB */
	long		ru_ixrss;
	long		ru_idrss;
	long		ru_isrss;
	long		ru_minflt;
	long		ru_majflt;
	long		ru_nswap;
	long		ru_inblock;
	long		ru_oublock;
	long		ru_msgsnd;
	long		ru_msgrcv;
	long		ru_nsignals;
	long		ru_nvcsw;
	long		ru_nivcsw;
};

typedef unsigned long rlim_t;

struct rlimit {
	rlim_t	rlim_cur;
	rlim_t	rlim_max;
};

#define RLIM_INFINITY	((rlim_t) -1)
#define RLIM_SAVED_MAX	RLIM_INFINITY
#define RLIM_SAVED_CUR	RLIM_INFINITY

#define RLIMIT_CPU	0
#define RLIMIT_FSIZE	1
#define RLIMIT_DATA	2
#define RLIMIT_STACK	3
#define RLIMIT_CORE	4
#define RLIMIT_RSS	5
#define RLIMIT_NPROC	6
#define RLIMIT_NOFILE	7
#define RLIMIT_MEMLOCK	8
#define RLIMIT_AS	9
#define RLIM_NLIMITS	10

#define PRIO_PROCESS	0
#define PRIO_PGRP	1
#define PRIO_USER	2

__BEGIN_DECLS
int getrusage(int, struct rusage *);
int getrlimit(int, struct rlimit *);
int setrlimit(int, const struct rlimit *);
int getpriority(int, id_t);
int setpriority(int, id_t, int);
__END_DECLS

#endif
