/* Semaphores, with and without a name. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>
#include "check.h"
#include "deadline.h"

static void *post_later(void *arg)
{
	sleep_ms(40);
	CHECK_EQ(sem_post(arg), 0);
	return 0;
}

static void *wait_for_it(void *arg)
{
	CHECK_EQ(sem_wait(arg), 0);
	return 0;
}

static int value_of(sem_t *sem)
{
	int value = -1;
	CHECK_EQ(sem_getvalue(sem, &value), 0);
	return value;
}

static void unnamed(void)
{
	sem_t sem;
	pthread_t thread;
	CHECK_ERRNO(sem_init(&sem, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
	CHECK_EQ(sem_init(&sem, 0, 2), 0);
	CHECK_EQ(value_of(&sem), 2);
	CHECK_EQ(sem_wait(&sem), 0);
	CHECK_EQ(sem_trywait(&sem), 0);
	CHECK_ERRNO(sem_trywait(&sem), EAGAIN);
	CHECK_EQ(value_of(&sem), 0);

	long long before = now_ms();
	struct timespec at = deadline_ms(CLOCK_REALTIME, 30), past = { 1, 0 }, bad = { 1, 1000000000 };
	CHECK_ERRNO(sem_timedwait(&sem, &at), ETIMEDOUT);
	CHECK(now_ms() - before >= 29);
	CHECK_ERRNO(sem_timedwait(&sem, &past), ETIMEDOUT);
	CHECK_ERRNO(sem_timedwait(&sem, &bad), EINVAL);
	bad.tv_nsec = -1;
	CHECK_ERRNO(sem_timedwait(&sem, &bad), EINVAL);
	at = deadline_ms(CLOCK_MONOTONIC, 30);
	CHECK_ERRNO(sem_clockwait(&sem, CLOCK_MONOTONIC, &at), ETIMEDOUT);
	CHECK_ERRNO(sem_clockwait(&sem, 12345, &at), EINVAL);
	CHECK_EQ(value_of(&sem), 0);
	/* Available: the deadline does not matter. */
	CHECK_EQ(sem_post(&sem), 0);
	CHECK_EQ(sem_timedwait(&sem, &past), 0);
#ifdef __hermit__
	/* Nor does it have to be well-formed; glibc is stricter than POSIX wants. */
	CHECK_EQ(sem_post(&sem), 0);
	CHECK_EQ(sem_timedwait(&sem, &bad), 0);
#endif

	REQUIRE(pthread_create(&thread, 0, post_later, &sem) == 0);
	CHECK_EQ(sem_wait(&sem), 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	REQUIRE(pthread_create(&thread, 0, post_later, &sem) == 0);
	at = deadline_ms(CLOCK_REALTIME, 10000);
	CHECK_EQ(sem_timedwait(&sem, &at), 0);
	REQUIRE(pthread_join(thread, 0) == 0);

	pthread_t waiters[8];
	for (int i = 0; i < 8; i++)
		REQUIRE(pthread_create(&waiters[i], 0, wait_for_it, &sem) == 0);
	sleep_ms(20);
	for (int i = 0; i < 8; i++)
		CHECK_EQ(sem_post(&sem), 0);
	for (int i = 0; i < 8; i++)
		REQUIRE(pthread_join(waiters[i], 0) == 0);
	CHECK_EQ(value_of(&sem), 0);
	CHECK_EQ(sem_destroy(&sem), 0);
	CHECK_EQ(sem_init(&sem, 0, SEM_VALUE_MAX), 0);
	CHECK_ERRNO(sem_post(&sem), EOVERFLOW);
	CHECK_EQ(sem_destroy(&sem), 0);
}

static void named(void)
{
	char name[400];
	snprintf(name, sizeof name, "/hermit-test-%ld", (long)getpid());
	CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
	sem_t *sem = sem_open(name, O_CREAT, 0600, 3);
	REQUIRE(sem != SEM_FAILED);
	CHECK_EQ(value_of(sem), 3);
	CHECK(sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
	sem_t *again = sem_open(name, O_CREAT, 0600, 9);
	CHECK(again == sem);
	CHECK_EQ(sem_wait(again), 0);
	CHECK_EQ(value_of(sem), 2);
	CHECK_EQ(sem_close(again), 0);
	CHECK_EQ(sem_unlink(name), 0);
	CHECK_ERRNO(sem_unlink(name), ENOENT);
	CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
	/* Unlinked, but still open. */
	CHECK_EQ(value_of(sem), 2);
	CHECK_EQ(sem_post(sem), 0);
	CHECK_EQ(sem_close(sem), 0);
	CHECK_ERRNO(sem_unlink("/hermit-never-made"), ENOENT);
#ifdef __hermit__
	/* POSIX wants EINVAL; glibc looks no closer. */
	CHECK_ERRNO(sem_close(0), EINVAL);
	CHECK_ERRNO(sem_close((sem_t *)name), EINVAL);
#endif
	memset(name + 1, 'x', 300);
	name[301] = 0;
	/* glibc says EINVAL. */
	CHECK(sem_open(name, O_CREAT, 0600, 0) == SEM_FAILED && (errno == ENAMETOOLONG || errno == EINVAL));
	errno = 0;
	CHECK(sem_unlink(name) == -1 && (errno == ENAMETOOLONG || errno == ENOENT || errno == EINVAL));
	CHECK(sem_open("/hermit-big", O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1) == SEM_FAILED &&
	      errno == EINVAL);
}

static void on_signal(int number)
{
	(void)number;
}

static int (*interrupted_call)(sem_t *);
static int returned, error;

static int wait_timed(sem_t *sem)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 20000);
	return sem_timedwait(sem, &at);
}

static int wait_clock(sem_t *sem)
{
	struct timespec at = deadline_ms(CLOCK_MONOTONIC, 20000);
	return sem_clockwait(sem, CLOCK_MONOTONIC, &at);
}

static void *be_interrupted(void *arg)
{
	errno = 0;
	int answer = interrupted_call(arg);
	error = errno;
	__atomic_store_n(&returned, 1, __ATOMIC_SEQ_CST);
	return (void *)(long)answer;
}

/* A handler ends the wait; POSIX: also with SA_RESTART it may, and Linux restarts sem_wait then. */
static void interrupted(void)
{
	int (*const calls[])(sem_t *) = { sem_wait, wait_timed, wait_clock };
	struct sigaction action = { .sa_handler = on_signal };
	CHECK_EQ(sigaction(SIGUSR1, &action, 0), 0);
	for (int i = 0; i < 3; i++) {
		sem_t sem;
		pthread_t thread;
		void *answer;
		CHECK_EQ(sem_init(&sem, 0, 0), 0);
		returned = 0;
		interrupted_call = calls[i];
		REQUIRE(pthread_create(&thread, 0, be_interrupted, &sem) == 0);
		long long end = now_ms() + 10000;
		while (!__atomic_load_n(&returned, __ATOMIC_SEQ_CST) && now_ms() < end) {
			CHECK_RC(pthread_kill(thread, SIGUSR1), 0);
			sleep_ms(2);
		}
		CHECK_RC(pthread_join(thread, &answer), 0);
		CHECK_EQ((long)answer, -1);
		CHECK_EQ(error, EINTR);
		CHECK_EQ(value_of(&sem), 0);
		CHECK_EQ(sem_destroy(&sem), 0);
	}
}

int main(void)
{
	unnamed();
	interrupted();
	named();
	return check_done();
}
