/* Signals to threads that compute. Nothing here counts on time: each part ends when what was sent has come. */
#define _GNU_SOURCE
#include <immintrin.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

#define THREADS 8

static _Thread_local volatile int mine;
static atomic_int ready, stop, handled, wrong;
static atomic_int by_thread[THREADS];
static _Thread_local int number;

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };
	sigemptyset(&action.sa_mask);
	CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

/* Spoils every register that a handler may. */
static void spoil(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	volatile double sum = 0;
	for (int i = 1; i < 4; i++)
		sum += sqrt(sum + i) * sin(i);
	volatile long double extended = (long double)sum * 3;
	(void)extended;
	__asm__ volatile("fldz\n\tfldz\n\tfldz\n\tfldz\n\tfstp %%st\n\tfstp %%st\n\tfstp %%st\n\tfstp %%st" ::: "memory");
	if (__builtin_cpu_supports("avx"))
		__asm__ volatile("vxorps %%ymm0, %%ymm0, %%ymm0\n\tvxorps %%ymm7, %%ymm7, %%ymm7\n\t"
				 "vxorps %%ymm15, %%ymm15, %%ymm15\n\tvzeroupper" ::: "xmm0", "xmm7", "xmm15");
	mine++;
	atomic_fetch_add(&by_thread[number], 1);
	atomic_fetch_add(&handled, 1);
}

/* One round of checking that nothing changes by itself: general registers, AVX, the x87 stack. */
__attribute__((target("avx"))) static int steady_avx(uint64_t seed)
{
	double in[4] = { (double)seed, (double)seed + 1, (double)seed + 2, (double)seed + 3 }, out[4];
	__m256d keep = _mm256_loadu_pd(in);
	uint64_t a = seed, b = ~seed;
	for (int i = 0; i < 200; i++)
		__asm__ volatile("" : "+x"(keep), "+r"(a), "+r"(b));
	_mm256_storeu_pd(out, keep);
	_mm256_zeroupper();
	return memcmp(in, out, sizeof in) == 0 && a == seed && b == ~seed;
}

static int steady(uint64_t seed)
{
	/* Five of the eight x87 registers are in use here. */
	double x = (double)(seed % 1000), sum = 0;
	__asm__ volatile("fldl %1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\t"
			 "mov $100, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\t"
			 "faddp\n\tfaddp\n\tfaddp\n\tfaddp\n\tfstpl %0"
			 : "=m"(sum)
			 : "m"(x)
			 : "ecx", "cc", "st", "st(1)", "st(2)", "st(3)", "st(4)");
	uint64_t flags = 0;
	__asm__ volatile("stc\n\tmov $100, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\tsetc %b0" : "+r"(flags)::"ecx", "cc");
	return sum == x + 4 && flags == 1 && (!__builtin_cpu_supports("avx") || steady_avx(seed));
}

static void *compute(void *argument)
{
	number = (int)(intptr_t)argument;
	atomic_fetch_add(&ready, 1);
	for (uint64_t i = 0; !atomic_load(&stop); i++)
		if (!steady(i * 77 + (uint64_t)number))
			atomic_fetch_add(&wrong, 1);
	return (void *)(intptr_t)mine;
}

static pthread_t threads[THREADS];
/* Each ping takes a time slice where all share one processor. */
static int pings;

static void start(int count, void *(*body)(void *))
{
	atomic_store(&ready, 0);
	atomic_store(&stop, 0);
	atomic_store(&handled, 0);
	for (int i = 0; i < THREADS; i++)
		atomic_store(&by_thread[i], 0);
	for (int i = 0; i < count; i++)
		REQUIRE(pthread_create(&threads[i], NULL, body, (void *)(intptr_t)i) == 0);
	while (atomic_load(&ready) < count)
		sched_yield();
}

static int join(int count)
{
	int sum = 0;
	atomic_store(&stop, 1);
	for (int i = 0; i < count; i++) {
		void *result;
		CHECK_RC(pthread_join(threads[i], &result), 0);
		sum += (int)(intptr_t)result;
	}
	return sum;
}

/* Thousands of queued signals to threads that compute: each is handled by the thread it is for. */
static void storm(void)
{
	handle(SIGRTMIN, spoil, SA_RESTART);
	start(THREADS, compute);
	int sent[THREADS] = { 0 };
	union sigval v = { 0 };
	for (int i = 0; i < 4000; i++) {
		int to = i % THREADS, error;
		while ((error = pthread_sigqueue(threads[to], SIGRTMIN, v)) == EAGAIN)
			sched_yield();
		CHECK_EQ(error, 0);
		sent[to]++;
	}
	while (atomic_load(&handled) < 4000)
		sched_yield();
	CHECK_EQ(join(THREADS), 4000);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(by_thread[i], sent[i]);
	CHECK_EQ(wrong, 0);
}

/* pthread_kill of a signal that is not queued: it comes at least once after each sending. */
static void ping(void)
{
	handle(SIGUSR1, spoil, 0);
	start(1, compute);
	for (int i = 0; i < pings; i++) {
		int before = atomic_load(&handled);
		CHECK_RC(pthread_kill(threads[0], SIGUSR1), 0);
		while (atomic_load(&handled) == before)
			sched_yield();
	}
	join(1);
	CHECK_EQ(handled, pings);
	CHECK_EQ(wrong, 0);
	CHECK_RC(pthread_kill(pthread_self(), 65), EINVAL);
	CHECK_RC(pthread_kill(pthread_self(), 0), 0);
	union sigval v = { 0 };
	CHECK_RC(pthread_sigqueue(pthread_self(), -1, v), EINVAL);
	CHECK_RC(pthread_sigqueue(pthread_self(), 0, v), 0);
}

/* A signal for the process goes to a thread that does not block it, and only to one. */
static void *compute_blocked(void *argument)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	number = (int)(intptr_t)argument;
	CHECK_RC(pthread_sigmask(number == 2 ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL), 0);
	return compute(argument);
}

static void to_the_process(void)
{
	sigset_t set, old;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK_RC(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	handle(SIGUSR2, spoil, 0);
	start(4, compute_blocked);
	for (int i = 0; i < pings; i++) {
		int before = atomic_load(&handled);
		CHECK_EQ(kill(getpid(), SIGUSR2), 0);
		while (atomic_load(&handled) == before)
			sched_yield();
	}
	CHECK_EQ(join(4), pings);
	CHECK_EQ(by_thread[2], pings);
	/* Nobody is left to take it, until somebody unblocks it. */
	CHECK_EQ(kill(getpid(), SIGUSR2), 0);
	sigset_t pending;
	CHECK_EQ(sigpending(&pending), 0);
	CHECK_EQ(sigismember(&pending, SIGUSR2), 1);
	CHECK_RC(pthread_sigmask(SIG_SETMASK, &old, NULL), 0);
	CHECK_EQ(handled, pings + 1);
	CHECK_RC(pthread_sigmask(99, &set, NULL), EINVAL);
}

/* Several threads in sigwaitinfo share what comes; none is lost and none comes twice. */
static atomic_int received[600];

static void *take(void *argument)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	(void)argument;
	atomic_fetch_add(&ready, 1);
	for (;;) {
		siginfo_t info;
		int signal = sigwaitinfo(&set, &info);
		if (signal < 0 && errno == EINTR)
			continue; /* Linux: another thread was quicker */
		if (signal != SIGRTMIN + 1)
			return (void *)1;
		if (info.si_value.sival_int < 0)
			return NULL;
		atomic_fetch_add(&received[info.si_value.sival_int], 1);
		atomic_fetch_add(&handled, 1);
	}
}

static void shared_waiting(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	start(4, take);
	for (int i = 0; i < 600; i++) {
		union sigval v = { .sival_int = i };
		CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 1, v), 0);
	}
	while (atomic_load(&handled) < 600)
		sched_yield();
	for (int i = 0; i < 4; i++) {
		union sigval v = { .sival_int = -1 };
		CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 1, v), 0);
	}
	CHECK_EQ(join(4), 0);
	for (int i = 0; i < 600; i++)
		if (received[i] != 1)
			CHECK_EQ(received[i], 1);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* Signals meet threads that wait: the wait goes on, and its result is right. */
static sem_t semaphore;

static void *consume(void *argument)
{
	number = (int)(intptr_t)argument;
	atomic_fetch_add(&ready, 1);
	for (int i = 0; i < 300; i++)
		while (sem_wait(&semaphore) != 0)
			CHECK_EQ(errno, EINTR);
	return NULL;
}

static void waits(void)
{
	handle(SIGRTMIN + 2, spoil, 0);
	sem_init(&semaphore, 0, 0);
	start(4, consume);
	for (int i = 0; i < 1200; i++) {
		union sigval v = { 0 };
		while (pthread_sigqueue(threads[i % 4], SIGRTMIN + 2, v) == EAGAIN)
			sched_yield();
		sem_post(&semaphore);
	}
	join(4);
	int left = -1;
	sem_getvalue(&semaphore, &left);
	CHECK_EQ(left, 0);
}

/* A profile: SIGPROF comes with processor time, to threads that compute. */
static void profile(int cores)
{
	handle(SIGPROF, spoil, SA_RESTART);
	start(cores, compute);
	struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, off = { { 0, 0 }, { 0, 0 } };
	CHECK_EQ(setitimer(ITIMER_PROF, &often, NULL), 0);
	while (atomic_load(&handled) < 50)
		sched_yield();
	CHECK_EQ(setitimer(ITIMER_PROF, &off, NULL), 0);
	join(cores);
	CHECK_EQ(wrong, 0);
}

int main(int argc, char **argv)
{
	int cores = argc > 1 ? atoi(argv[1]) : 1;
	pings = cores > 1 ? 100 : 20;
	storm();
	ping();
	to_the_process();
	shared_waiting();
	waits();
	profile(cores);
	return check_done();
}
