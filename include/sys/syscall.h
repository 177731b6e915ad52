/* Calls by number, for programs that use syscall() where their C library had no function. Only what is
 * named here exists; any other number fails with ENOSYS. The numbers are those of Linux on x86-64. */
#ifndef _SYS_SYSCALL_H
#define _SYS_SYSCALL_H

#define SYS_sched_yield		24
#define SYS_getpid		39
#define SYS_gettid		186
#define SYS_clock_gettime	228
#define SYS_getcpu		309
#define SYS_getrandom		318

#endif
