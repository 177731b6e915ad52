/* Execution scheduling (POSIX.1-2017 <sched.h>), and the affinity calls of Linux.
 *
 * SCHED_OTHER has the one priority 0, SCHED_FIFO and SCHED_RR have 1 to 99; any of the latter runs
 * before any SCHED_OTHER thread. How they map to the kernel's 128 levels: pte/src/priority.rs.
 */
#ifndef _SCHED_H_
#define _SCHED_H_

#include <sys/features.h>
#include <sys/types.h>
#include <sys/timespec.h>
#include <sys/sched.h>
#if __GNU_VISIBLE
#include <sys/cpuset.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

int sched_get_priority_max(int __policy);
int sched_get_priority_min(int __policy);
int sched_getparam(pid_t __pid, struct sched_param *__param);
int sched_getscheduler(pid_t __pid);
int sched_rr_get_interval(pid_t __pid, struct timespec *__interval);
int sched_setparam(pid_t __pid, const struct sched_param *__param);
int sched_setscheduler(pid_t __pid, int __policy, const struct sched_param *__param);
int sched_yield(void);

#if __GNU_VISIBLE
int sched_getcpu(void);
int getcpu(unsigned int *__cpu, unsigned int *__node);
int sched_getaffinity(pid_t __pid, size_t __size, cpu_set_t *__set);
int sched_setaffinity(pid_t __pid, size_t __size, const cpu_set_t *__set);
#endif

#ifdef __cplusplus
}
#endif

#endif
