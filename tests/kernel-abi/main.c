/* The kernel's own C functions with arguments that no caller should pass: null, misaligned, not
 * mapped, huge. Each is answered with an error number, none with a crash. */
#include "check.h"
#include <hermit/futex.h>
#include <hermit/memory.h>
#include <hermit/semaphore.h>
#include <hermit/signal.h>
#include <hermit/system.h>
#include <hermit/thread.h>
#include <hermit/time.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* Through volatile, so that the compiler does not argue about null. */
static void *volatile null;
static void *volatile unmapped = (void *)0x700000000000;
static void *volatile noncanonical = (void *)0x8000000000000000;
static void *volatile kernel_space = (void *)0xffffffffffff0000;

int main(void)
{
	uint32_t word[2] = {0, 0};
	void *misaligned = (char *)word + 1;
	void *const bad[] = {null, unmapped, noncanonical, kernel_space};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		void *p = bad[i];
		CHECK_EQ(sys_futex_wait(p, 0, 0, HERMIT_CLOCK_MONOTONIC), -EFAULT);
		CHECK_EQ(sys_futex_wait(p, 1, HERMIT_NO_DEADLINE, HERMIT_CLOCK_MONOTONIC), -EFAULT);
		CHECK(sys_futex_wake(p, 1) <= 0); /* waking needs no access: nobody waits there */
		CHECK_EQ(sys_clock_gettime(HERMIT_CLOCK_MONOTONIC, p), -EFAULT);
		CHECK_EQ(sys_clone(NULL, p), -EFAULT);
		CHECK(sys_setaffinity(0, p, 1) == -EFAULT);
		CHECK(sys_getaffinity(0, p, 1) == -EFAULT);
		CHECK(sys_getrandom(p, 64) == -EFAULT);
		CHECK(sys_meminfo(p) == -EFAULT);
		CHECK(sys_sem_init(p, 0) == -EFAULT);
	}
	CHECK_EQ(sys_futex_wait(misaligned, 0, 0, HERMIT_CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(sys_futex_wait(word, 0, 0, 4711), -EINVAL);
	CHECK_EQ(sys_futex_wait(word, 1, HERMIT_NO_DEADLINE, HERMIT_CLOCK_MONOTONIC), -EAGAIN);
	CHECK_EQ(sys_futex_wait(word, 0, 0, HERMIT_CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(sys_futex_wait(word, 0, 1, HERMIT_CLOCK_REALTIME), -ETIMEDOUT);
	CHECK_EQ(sys_futex_wake(word, UINT32_MAX), 0);
	CHECK_EQ(sys_futex_wake(word, 0), 0);

	int64_t ns;
	CHECK_EQ(sys_clock_gettime(4711, &ns), -EINVAL);
	CHECK_EQ(sys_clock_gettime(HERMIT_CLOCK_MONOTONIC, &ns), 0);
	CHECK(ns > 0);
	CHECK_EQ(sys_clock_nanosleep(HERMIT_CLOCK_MONOTONIC, 0, -1, NULL), -EINVAL);
	CHECK_EQ(sys_clock_nanosleep(HERMIT_CLOCK_MONOTONIC, 0xffff0000, 1, NULL), -EINVAL);
	CHECK_EQ(sys_clock_nanosleep(4711, 0, 1, NULL), -EINVAL);
	CHECK_EQ(sys_clock_nanosleep(HERMIT_CLOCK_MONOTONIC, 0, 0, NULL), 0);

	CHECK_EQ(sys_join(4711), -ESRCH);
	CHECK_EQ(sys_join(-1), -ESRCH);
	CHECK_EQ(sys_join(sys_gettid()), -EDEADLK);
	CHECK_EQ(sys_setprio(4711, 1), -ESRCH);
	CHECK_EQ(sys_setprio(0, HERMIT_PRIO_MAX + 1), -EINVAL);
	CHECK_EQ(sys_setprio(0, UINT32_MAX), -EINVAL);
	CHECK(sys_getprio(0) >= 0);
	uint64_t mask = 0;
	CHECK_EQ(sys_setaffinity(0, &mask, 1), -EINVAL);
	CHECK_EQ(sys_getaffinity(0, &mask, 0), -EINVAL);
	CHECK(sys_getaffinity(0, &mask, 1) >= 0);
	CHECK(mask != 0);
	CHECK_EQ(sys_getpid() > 0, 1);
	CHECK_EQ(sys_kill(4711, 9), -ESRCH);
	CHECK_EQ(sys_kill(0, 4711), -EINVAL);

	CHECK_EQ(sys_mmap(NULL, 0, 3, 0x22, -1, 0), -EINVAL);
	CHECK_EQ(sys_munmap(misaligned, 4096), -EINVAL);
	CHECK_EQ(sys_munmap(NULL, SIZE_MAX), -EINVAL);
	CHECK(sys_mprotect(unmapped, 4096, 3) == -ENOMEM);
	CHECK(sys_munmap((void *)0x100000, 4096) < 0);
	CHECK_EQ(sys_sbrk(PTRDIFF_MAX), -ENOMEM);
	CHECK_EQ(sys_sbrk(PTRDIFF_MIN), -EINVAL);

	/* Using a semaphore is too quick for a checked access: only what costs nothing is seen. */
	CHECK_EQ(sys_sem_wait(null), -EINVAL);
	CHECK_EQ(sys_sem_post(misaligned), -EINVAL);
	CHECK_EQ(sys_sem_trywait(null), -EINVAL);
	struct HermitSem sem;
	CHECK_EQ(sys_sem_init(&sem, 1), 0);
	CHECK_EQ(sys_sem_trywait(&sem), 0);
	CHECK_EQ(sys_sem_trywait(&sem), -EAGAIN);
	CHECK_EQ(sys_sem_timedwait(&sem, 0, HERMIT_CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(sys_sem_timedwait(&sem, 0, 4711), -EINVAL);
	CHECK_EQ(sys_sem_post(&sem), 0);
	CHECK_EQ(sys_sem_timedwait(&sem, 0, HERMIT_CLOCK_MONOTONIC), 0); /* it is there: no timeout */
	CHECK_EQ(sys_sem_init(&sem, UINT32_MAX), -EINVAL);

	CHECK_EQ(sys_interrupt_count(UINT32_MAX) < 0, 1);
	CHECK(sys_cpu_count() >= 1);
	unsigned char random[2][32] = {{0}};
	CHECK_EQ(sys_getrandom(random[0], 32), 32);
	CHECK_EQ(sys_getrandom(random[1], 32), 32);
	CHECK(memcmp(random[0], random[1], 32) != 0);
	CHECK_EQ(sys_getrandom(random[0], 0), 0);
	return check_done();
}
