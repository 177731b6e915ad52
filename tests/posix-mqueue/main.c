/* mqueue.h: order, limits, waiting, notification, and the errors of each function. */
#include "check.h"
#include "deadline.h"
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char name[64];

static mqd_t fresh(int flags, long messages, long size)
{
	struct mq_attr attr = {.mq_maxmsg = messages, .mq_msgsize = size};
	mq_unlink(name);
	mqd_t queue = mq_open(name, flags | O_CREAT | O_EXCL, 0600, &attr);
	REQUIRE(queue != (mqd_t)-1);
	return queue;
}

static void opening(void)
{
	mq_unlink(name);
	CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
	CHECK_ERRNO(mq_unlink(name), ENOENT);
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
	REQUIRE(queue != (mqd_t)-1);
	struct mq_attr attr;
	CHECK_EQ(mq_getattr(queue, &attr), 0);
	CHECK(attr.mq_flags == 0 && attr.mq_maxmsg > 0 && attr.mq_msgsize > 0 && attr.mq_curmsgs == 0);
	CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL), EEXIST);
	mqd_t again = mq_open(name, O_RDONLY | O_NONBLOCK);
	REQUIRE(again != (mqd_t)-1);
	CHECK_EQ(mq_getattr(again, &attr), 0);
	CHECK_EQ(attr.mq_flags, O_NONBLOCK);
	/* The queue outlives its name, and the name can be that of another one. */
	CHECK_EQ(mq_send(queue, "old", 4, 0), 0);
	CHECK_EQ(mq_unlink(name), 0);
	mqd_t other = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
	REQUIRE(other != (mqd_t)-1);
	CHECK_EQ(mq_getattr(other, &attr), 0);
	CHECK_EQ(attr.mq_curmsgs, 0);
	CHECK_EQ(mq_getattr(again, &attr), 0);
	CHECK_EQ(attr.mq_curmsgs, 1);
	CHECK_EQ(mq_close(other), 0);
	CHECK_EQ(mq_close(again), 0);
	CHECK_EQ(mq_close(queue), 0);
	CHECK_ERRNO(mq_close(queue), EBADF);
	CHECK_ERRNO(mq_getattr(queue, &attr), EBADF);
	CHECK_ERRNO(mq_getattr(0, &attr), EBADF);
	CHECK_EQ(mq_unlink(name), 0);

	struct mq_attr none = {.mq_maxmsg = 0, .mq_msgsize = 8}, empty = {.mq_maxmsg = 8, .mq_msgsize = 0},
		       negative = {.mq_maxmsg = -1, .mq_msgsize = 8};
	CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &none), EINVAL);
	CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &empty), EINVAL);
	CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &negative), EINVAL);
	CHECK_ERRNO(mq_open("no-slash", O_RDWR | O_CREAT, 0600, NULL), EINVAL);
	char longer[300];
	memset(longer, 'x', sizeof longer);
	longer[0] = '/', longer[sizeof longer - 1] = 0;
	CHECK_ERRNO(mq_open(longer, O_RDWR | O_CREAT, 0600, NULL), ENAMETOOLONG);
	CHECK_ERRNO(mq_unlink(longer), ENAMETOOLONG);
	CHECK_EQ(sysconf(_SC_MQ_PRIO_MAX), MQ_PRIO_MAX);
	CHECK(sysconf(_SC_MQ_OPEN_MAX) == -1 || sysconf(_SC_MQ_OPEN_MAX) >= 8);
}

static void order(void)
{
	mqd_t queue = fresh(O_RDWR | O_NONBLOCK, 8, 16);
	static const unsigned priorities[] = {1, 5, 3, 5, 32767, 0, 3, 5};
	static const int wanted[] = {4, 1, 3, 7, 2, 6, 0, 5};
	for (int i = 0; i < 8; i++)
		CHECK_EQ(mq_send(queue, (char *)&i, sizeof i, priorities[i]), 0);
	CHECK_ERRNO(mq_send(queue, "x", 1, 0), EAGAIN);
	struct mq_attr attr;
	CHECK_EQ(mq_getattr(queue, &attr), 0);
	CHECK(attr.mq_curmsgs == 8 && attr.mq_maxmsg == 8 && attr.mq_msgsize == 16);
	char buffer[16];
	CHECK_ERRNO(mq_receive(queue, buffer, 15, NULL), EMSGSIZE);
	for (int i = 0; i < 8; i++) {
		unsigned priority = 99;
		CHECK_EQ(mq_receive(queue, buffer, sizeof buffer, &priority), sizeof(int));
		CHECK_EQ(*(int *)buffer, wanted[i]);
		CHECK_EQ(priority, priorities[wanted[i]]);
	}
	CHECK_ERRNO(mq_receive(queue, buffer, sizeof buffer, NULL), EAGAIN);
	CHECK_ERRNO(mq_send(queue, buffer, 17, 0), EMSGSIZE);
	CHECK_ERRNO(mq_send(queue, buffer, 1, 32768), EINVAL);
	/* A message of no bytes is a message. */
	CHECK_EQ(mq_send(queue, buffer, 0, 7), 0);
	CHECK_EQ(mq_receive(queue, buffer, sizeof buffer, NULL), 0);
	CHECK_EQ(mq_close(queue), 0);

	mqd_t receiver = mq_open(name, O_RDONLY), sender = mq_open(name, O_WRONLY);
	REQUIRE(receiver != (mqd_t)-1 && sender != (mqd_t)-1);
	CHECK_ERRNO(mq_send(receiver, "x", 1, 0), EBADF);
	CHECK_ERRNO(mq_receive(sender, buffer, sizeof buffer, NULL), EBADF);
	CHECK_ERRNO(mq_send(-1, "x", 1, 0), EBADF);
	CHECK_ERRNO(mq_receive(1000, buffer, sizeof buffer, NULL), EBADF);
	/* Each opening has a flag of its own. */
	struct mq_attr nonblocking = {.mq_flags = O_NONBLOCK, .mq_maxmsg = 77}, old, bad = {.mq_flags = O_APPEND};
	CHECK_EQ(mq_setattr(receiver, &nonblocking, &old), 0);
	CHECK(old.mq_flags == 0 && old.mq_maxmsg == 8 && old.mq_msgsize == 16);
	CHECK_ERRNO(mq_receive(receiver, buffer, sizeof buffer, NULL), EAGAIN);
	CHECK_EQ(mq_getattr(receiver, &attr), 0);
	CHECK(attr.mq_flags == O_NONBLOCK && attr.mq_maxmsg == 8);
	CHECK_EQ(mq_getattr(sender, &attr), 0);
	CHECK_EQ(attr.mq_flags, 0);
	CHECK_ERRNO(mq_setattr(receiver, &bad, NULL), EINVAL);
	CHECK_ERRNO(mq_setattr(-1, &nonblocking, NULL), EBADF);
	/* poll knows when there is something to do. */
	struct pollfd polled[2] = {{.fd = receiver, .events = POLLIN}, {.fd = sender, .events = POLLOUT}};
	CHECK_EQ(poll(polled, 2, 0), 1);
	CHECK(polled[0].revents == 0 && polled[1].revents == POLLOUT);
	for (int i = 0; i < 8; i++)
		CHECK_EQ(mq_send(sender, "x", 1, 0), 0);
	CHECK_EQ(poll(polled, 2, 0), 1);
	CHECK(polled[0].revents == POLLIN && polled[1].revents == 0);
	CHECK_EQ(mq_close(receiver), 0);
	CHECK_EQ(mq_close(sender), 0);
}

static void times(void)
{
	mqd_t queue = fresh(O_RDWR, 1, 8);
	char buffer[8];
	struct timespec past = {1, 0}, invalid = {1, 1000000000}, soon = deadline_ms(CLOCK_REALTIME, 50), now;
	CHECK_ERRNO(mq_timedreceive(queue, buffer, 8, NULL, &past), ETIMEDOUT);
	CHECK_ERRNO(mq_timedreceive(queue, buffer, 8, NULL, &invalid), EINVAL);
	CHECK_ERRNO(mq_timedreceive(queue, buffer, 8, NULL, &soon), ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &now);
	CHECK(now.tv_sec > soon.tv_sec || (now.tv_sec == soon.tv_sec && now.tv_nsec >= soon.tv_nsec));
	/* What can be done at once is done, however late it is. */
	CHECK_EQ(mq_timedsend(queue, "1234567", 8, 0, &past), 0);
	soon = deadline_ms(CLOCK_REALTIME, 50);
	CHECK_ERRNO(mq_timedsend(queue, "x", 1, 0, &past), ETIMEDOUT);
	CHECK_ERRNO(mq_timedsend(queue, "x", 1, 0, &soon), ETIMEDOUT);
	CHECK_ERRNO(mq_timedsend(queue, "x", 1, 0, &invalid), EINVAL);
	CHECK_EQ(mq_timedreceive(queue, buffer, 8, NULL, &past), 8);
	CHECK(strcmp(buffer, "1234567") == 0);
	CHECK_ERRNO(mq_timedsend(-1, "x", 1, 0, &soon), EBADF);
	CHECK_ERRNO(mq_timedreceive(-1, buffer, 8, NULL, &soon), EBADF);
	CHECK_EQ(mq_close(queue), 0);
}

/* Many senders and receivers at a queue of two: each message arrives once, those of one sender in order. */
enum { PAIRS = 3, MESSAGES = 300 };
static mqd_t crowded;
static int seen[PAIRS][MESSAGES];

static void *sends(void *argument)
{
	for (int i = 0; i < MESSAGES; i++) {
		int message[2] = {(int)(intptr_t)argument, i};
		CHECK_EQ(mq_send(crowded, (char *)message, sizeof message, 0), 0);
	}
	return NULL;
}

static void *receives(void *argument)
{
	int last[PAIRS] = {-1, -1, -1};
	for (int i = 0; i < MESSAGES; i++) {
		int message[2];
		CHECK_EQ(mq_receive(crowded, (char *)message, sizeof message, NULL), sizeof message);
		CHECK(message[1] > last[message[0]]);
		last[message[0]] = message[1];
		__atomic_fetch_add(&seen[message[0]][message[1]], 1, __ATOMIC_RELAXED);
	}
	return argument;
}

static void crowd(void)
{
	crowded = fresh(O_RDWR, 2, 2 * sizeof(int));
	pthread_t threads[2 * PAIRS];
	for (int i = 0; i < PAIRS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, receives, NULL) == 0);
		REQUIRE(pthread_create(&threads[PAIRS + i], NULL, sends, (void *)(intptr_t)i) == 0);
	}
	for (int i = 0; i < 2 * PAIRS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < PAIRS * MESSAGES; i++)
		CHECK_EQ(seen[i / MESSAGES][i % MESSAGES], 1);
	CHECK_EQ(mq_close(crowded), 0);
}

static sem_t told;
static volatile sig_atomic_t told_signal, told_code, told_value;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	told_signal = signal, told_code = info->si_code, told_value = info->si_value.sival_int;
	sem_post(&told);
}

static void in_thread(union sigval value)
{
	told_value = value.sival_int;
	sem_post(&told);
}

static void wait_told(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 10000);
	int result;
	while ((result = sem_timedwait(&told, &at)) < 0 && errno == EINTR)
		;
	CHECK_EQ(result, 0);
}

static void notification(void)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	sigaction(SIGUSR1, &action, NULL);
	sem_init(&told, 0, 0);
	mqd_t queue = fresh(O_RDWR | O_NONBLOCK, 4, 8), other = mq_open(name, O_RDWR);
	char buffer[8];
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
	CHECK_EQ(mq_notify(queue, &event), 0);
	CHECK_ERRNO(mq_notify(queue, &event), EBUSY);
	CHECK_ERRNO(mq_notify(other, &event), EBUSY);
	CHECK_EQ(mq_send(other, "a", 1, 0), 0);
	wait_told();
	CHECK(told_signal == SIGUSR1 && told_code == SI_MESGQ && told_value == 42);
	/* Once, and only when the queue was empty. */
	told_signal = 0;
	CHECK_EQ(mq_send(other, "b", 1, 0), 0);
	CHECK_EQ(mq_notify(queue, &event), 0);
	CHECK_EQ(mq_send(other, "c", 1, 0), 0);
	CHECK_EQ(told_signal, 0);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(mq_receive(queue, buffer, 8, NULL), 1);
	CHECK_EQ(mq_notify(queue, NULL), 0);
	CHECK_EQ(mq_send(other, "d", 1, 0), 0);
	CHECK_EQ(told_signal, 0);
	CHECK_EQ(mq_receive(queue, buffer, 8, NULL), 1);

	struct sigevent thread = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread, .sigev_value.sival_int = 7};
	CHECK_EQ(mq_notify(queue, &thread), 0);
	CHECK_EQ(mq_send(other, "e", 1, 0), 0);
	wait_told();
	CHECK_EQ(told_value, 7);
	CHECK_EQ(mq_receive(queue, buffer, 8, NULL), 1);

	struct sigevent nothing = {.sigev_notify = SIGEV_NONE}, bad = {.sigev_notify = 77}, signal = event;
	CHECK_EQ(mq_notify(queue, &nothing), 0);
	CHECK_ERRNO(mq_notify(other, &event), EBUSY);
	CHECK_EQ(mq_send(other, "f", 1, 0), 0);
	CHECK_EQ(mq_receive(queue, buffer, 8, NULL), 1);
	CHECK_ERRNO(mq_notify(queue, &bad), EINVAL);
	signal.sigev_signo = 1000;
	CHECK_ERRNO(mq_notify(queue, &signal), EINVAL);
	CHECK_ERRNO(mq_notify(-1, &event), EBADF);
	/* Closing takes the registration away. */
	CHECK_EQ(mq_notify(queue, &event), 0);
	CHECK_EQ(mq_close(queue), 0);
	CHECK_EQ(mq_notify(other, &event), 0);
	CHECK_EQ(mq_close(other), 0);
}

static mqd_t waited_for;
static volatile int stage;

static void ignore(int signal)
{
	(void)signal;
}

static void *interrupted(void *argument)
{
	char buffer[8];
	CHECK_ERRNO(mq_receive(waited_for, buffer, 8, NULL), EINTR);
	stage = 1;
	CHECK_EQ(mq_send(waited_for, "x", 1, 0), 0);
	CHECK_ERRNO(mq_send(waited_for, "x", 1, 0), EINTR);
	stage = 2;
	return argument;
}

static void signals(void)
{
	struct sigaction action = {.sa_handler = ignore};
	sigaction(SIGUSR2, &action, NULL);
	waited_for = fresh(O_RDWR, 1, 8);
	pthread_t thread;
	REQUIRE(pthread_create(&thread, NULL, interrupted, NULL) == 0);
	while (stage < 2) { /* one that comes before the call waits does nothing */
		pthread_kill(thread, SIGUSR2);
		sleep_ms(10);
	}
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(mq_close(waited_for), 0);
}

int main(void)
{
	snprintf(name, sizeof name, "/hermit-test-%ld", (long)getpid());
	opening();
	order();
	times();
	crowd();
	notification();
	signals();
	CHECK_EQ(mq_unlink(name), 0);
	return check_done();
}
