/* sys/epoll.h, sys/eventfd.h, sys/timerfd.h. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static long long now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int control(int set, int operation, int fd, unsigned events, int data)
{
	struct epoll_event event = { .events = events, .data.u64 = data };
	return epoll_ctl(set, operation, fd, &event);
}

/* The only thing that is ready: its data; 0 if nothing is. */
static int ready(int set, unsigned *events)
{
	struct epoll_event found[4];
	int count = epoll_wait(set, found, 4, 0);
	if (count != 1)
		return -count;
	if (events)
		*events = found[0].events;
	return (int)found[0].data.u64;
}

static int nothing_but(int fd, int events)
{
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	poll(&p, 1, 0);
	return p.revents == events;
}

static void counters(void)
{
	eventfd_t value;
	CHECK_ERRNO(eventfd(0, 0x10), EINVAL);
	int fd = eventfd(3, EFD_CLOEXEC | EFD_NONBLOCK);
	REQUIRE(fd >= 0);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
	CHECK(nothing_but(fd, POLLIN | POLLOUT));
	CHECK(eventfd_read(fd, &value) == 0 && value == 3);
	CHECK_ERRNO(eventfd_read(fd, &value), EAGAIN);
	CHECK(nothing_but(fd, POLLOUT));
	CHECK_EQ(eventfd_write(fd, 5), 0);
	CHECK_EQ(eventfd_write(fd, UINT64_MAX - 6), 0);
	CHECK_ERRNO(eventfd_write(fd, 1), EAGAIN);
	CHECK(nothing_but(fd, POLLIN));
	CHECK_ERRNO(eventfd_write(fd, UINT64_MAX), EINVAL);
	CHECK_ERRNO(read(fd, &value, 7), EINVAL);
	CHECK_ERRNO(write(fd, &value, 7), EINVAL);
	CHECK(read(fd, &value, 8) == 8 && value == UINT64_MAX - 1);
	CHECK_EQ(close(fd), 0);
	CHECK_ERRNO(eventfd_read(fd, &value), EBADF);
	fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
	CHECK(eventfd_read(fd, &value) == 0 && value == 1);
	CHECK(eventfd_read(fd, &value) == 0 && value == 1);
	CHECK_ERRNO(eventfd_read(fd, &value), EAGAIN);
	CHECK_EQ(close(fd), 0);
}

static void *add_later(void *arg)
{
	usleep(20000);
	CHECK_EQ(eventfd_write(*(int *)arg, 7), 0);
	return NULL;
}

static void waiting(void)
{
	int fd = eventfd(0, 0), set = epoll_create1(EPOLL_CLOEXEC);
	eventfd_t value;
	pthread_t thread;
	struct epoll_event found;
	CHECK_RC(pthread_create(&thread, NULL, add_later, &fd), 0);
	CHECK(eventfd_read(fd, &value) == 0 && value == 7);
	CHECK_RC(pthread_join(thread, NULL), 0);
	CHECK_EQ(control(set, EPOLL_CTL_ADD, fd, EPOLLIN, 1), 0);
	CHECK_RC(pthread_create(&thread, NULL, add_later, &fd), 0);
	CHECK_EQ(epoll_wait(set, &found, 1, 20000), 1);
	CHECK(found.events == EPOLLIN && found.data.u64 == 1);
	CHECK_RC(pthread_join(thread, NULL), 0);
	CHECK_EQ(eventfd_read(fd, &value), 0);
	long long begin = now(CLOCK_MONOTONIC);
	CHECK_EQ(epoll_wait(set, &found, 1, 30), 0);
	CHECK(now(CLOCK_MONOTONIC) - begin >= 30000000);
	struct timespec wait = { 0, 10000000 };
	begin = now(CLOCK_MONOTONIC);
	CHECK_EQ(epoll_pwait2(set, &found, 1, &wait, NULL), 0);
	CHECK(now(CLOCK_MONOTONIC) - begin >= 10000000);
	/* A member that is added meanwhile counts. */
	int late = eventfd(0, 0);
	CHECK_RC(pthread_create(&thread, NULL, add_later, &late), 0);
	CHECK_EQ(control(set, EPOLL_CTL_ADD, late, EPOLLIN, 2), 0);
	CHECK_EQ(epoll_pwait(set, &found, 1, -1, NULL), 1);
	CHECK_EQ(found.data.u64, 2);
	CHECK_RC(pthread_join(thread, NULL), 0);
	CHECK_EQ(close(late), 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(close(set), 0);
}

static void members(void)
{
	struct epoll_event found[4];
	unsigned events;
	int fds[2], set = epoll_create(1);
	REQUIRE(set >= 0 && pipe(fds) == 0);
	CHECK_ERRNO(epoll_create(0), EINVAL);
	CHECK_ERRNO(epoll_create1(0x10), EINVAL);
	CHECK_ERRNO(control(-1, EPOLL_CTL_ADD, fds[0], EPOLLIN, 1), EBADF);
	CHECK_ERRNO(control(set, EPOLL_CTL_ADD, -1, EPOLLIN, 1), EBADF);
	CHECK_ERRNO(control(fds[0], EPOLL_CTL_ADD, fds[1], EPOLLIN, 1), EINVAL);
	CHECK_ERRNO(control(set, EPOLL_CTL_ADD, set, EPOLLIN, 1), EINVAL);
	CHECK_ERRNO(control(set, 99, fds[0], EPOLLIN, 1), EINVAL);
	CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fds[0], EPOLLIN, 1), ENOENT);
	CHECK_ERRNO(control(set, EPOLL_CTL_DEL, fds[0], EPOLLIN, 1), ENOENT);
	int file = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	CHECK_ERRNO(control(set, EPOLL_CTL_ADD, file, EPOLLIN, 1), EPERM);
	CHECK_EQ(close(file), 0);
	CHECK_EQ(unlink("f"), 0);
	CHECK_ERRNO(epoll_wait(set, found, 0, 0), EINVAL);
	CHECK_ERRNO(epoll_wait(fds[0], found, 1, 0), EINVAL);
	CHECK_ERRNO(epoll_wait(-1, found, 1, 0), EBADF);

	/* For as long as it is ready. */
	CHECK_EQ(control(set, EPOLL_CTL_ADD, fds[0], EPOLLIN, 1), 0);
	CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fds[0], EPOLLIN, 1), EEXIST);
	CHECK_EQ(ready(set, NULL), 0);
	CHECK_EQ(write(fds[1], "ab", 2), 2);
	CHECK(ready(set, &events) == 1 && events == EPOLLIN);
	CHECK_EQ(ready(set, NULL), 1);
	/* When it becomes so, and when something comes on top. */
	char c;
	CHECK_EQ(control(set, EPOLL_CTL_MOD, fds[0], EPOLLIN | EPOLLET, 2), 0);
	CHECK_EQ(ready(set, NULL), 2);
	CHECK_EQ(ready(set, NULL), 0);
	CHECK_EQ(write(fds[1], "c", 1), 1);
	CHECK_EQ(ready(set, NULL), 2);
	CHECK_EQ(ready(set, NULL), 0);
	/* Not when something is taken away and more is left. */
	CHECK_EQ(read(fds[0], &c, 1), 1);
	CHECK_EQ(ready(set, NULL), 0);
	/* Once. */
	CHECK_EQ(control(set, EPOLL_CTL_MOD, fds[0], EPOLLIN | EPOLLONESHOT, 3), 0);
	CHECK_EQ(ready(set, NULL), 3);
	CHECK_EQ(write(fds[1], "d", 1), 1);
	CHECK_EQ(ready(set, NULL), 0);
	CHECK_EQ(control(set, EPOLL_CTL_MOD, fds[0], EPOLLIN, 4), 0);
	CHECK_EQ(ready(set, NULL), 4);
	/* Several, in turns if there is not room for all. */
	CHECK_EQ(control(set, EPOLL_CTL_ADD, fds[1], EPOLLOUT, 5), 0);
	CHECK_EQ(epoll_wait(set, found, 4, 0), 2);
	CHECK_EQ(found[0].data.u64 + found[1].data.u64, 9);
	int first = epoll_wait(set, found, 1, 0) == 1 ? (int)found[0].data.u64 : 0;
	int second = epoll_wait(set, found, 1, 0) == 1 ? (int)found[0].data.u64 : 0;
	CHECK_EQ(first + second, 9);
	CHECK_EQ(control(set, EPOLL_CTL_DEL, fds[1], 0, 0), 0);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(read(fds[0], &c, 1), 1);
	CHECK_EQ(ready(set, NULL), 0);
	/* A hang-up is told though nobody asked; a duplicate keeps the member. */
	int copy = dup(fds[0]);
	CHECK_EQ(close(fds[1]), 0);
	CHECK(ready(set, &events) == 4 && events == EPOLLHUP);
	CHECK_EQ(close(fds[0]), 0);
	CHECK_EQ(ready(set, NULL), 4);
	CHECK_EQ(close(copy), 0);
	CHECK_EQ(ready(set, NULL), 0);

	/* Sets of sets. */
	int outer = epoll_create1(0), counter = eventfd(0, 0);
	CHECK_EQ(control(outer, EPOLL_CTL_ADD, set, EPOLLIN, 6), 0);
	CHECK_EQ(control(set, EPOLL_CTL_ADD, counter, EPOLLIN, 7), 0);
	CHECK_EQ(ready(outer, NULL), 0);
	CHECK(nothing_but(outer, 0));
	CHECK_EQ(eventfd_write(counter, 1), 0);
	CHECK_EQ(ready(outer, NULL), 6);
	CHECK(nothing_but(outer, POLLIN));
	CHECK_ERRNO(control(set, EPOLL_CTL_ADD, outer, EPOLLIN, 8), ELOOP);
	CHECK_EQ(close(counter), 0);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(outer), 0);
}

static void set_timer(int fd, int flags, long long value, long long interval)
{
	struct itimerspec new = { { interval / 1000000000, interval % 1000000000 },
				  { value / 1000000000, value % 1000000000 } };
	CHECK_EQ(timerfd_settime(fd, flags, &new, NULL), 0);
}

static void timers(void)
{
	uint64_t count;
	struct itimerspec setting, old;
	CHECK_ERRNO(timerfd_create(999, 0), EINVAL);
	CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 0x10), EINVAL);
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	REQUIRE(fd >= 0);
	CHECK_ERRNO(read(fd, &count, 8), EAGAIN);
	CHECK(timerfd_gettime(fd, &setting) == 0 && setting.it_value.tv_sec == 0 && setting.it_value.tv_nsec == 0);
	set_timer(fd, 0, 1000000000000, 5000000000);
	memset(&setting, 0, sizeof setting);
	CHECK_EQ(timerfd_settime(fd, 0, &setting, &old), 0);
	CHECK(old.it_interval.tv_sec == 5 && old.it_value.tv_sec >= 900 && old.it_value.tv_sec <= 1000);
	setting.it_value.tv_nsec = 1000000000;
	CHECK_ERRNO(timerfd_settime(fd, 0, &setting, NULL), EINVAL);
	CHECK_ERRNO(timerfd_settime(0, 0, &old, NULL), EINVAL);
	CHECK_ERRNO(timerfd_settime(-1, 0, &old, NULL), EBADF);
	CHECK_ERRNO(timerfd_gettime(-1, &old), EBADF);

	/* Not early, by poll() and by read(). */
	struct pollfd p = { fd, POLLIN, 0 };
	long long begin = now(CLOCK_MONOTONIC);
	set_timer(fd, 0, 20000000, 0);
	CHECK(poll(&p, 1, 20000) == 1 && p.revents == POLLIN);
	CHECK(now(CLOCK_MONOTONIC) - begin >= 20000000);
	CHECK_ERRNO(read(fd, &count, 7), EINVAL);
	CHECK(read(fd, &count, 8) == 8 && count == 1);
	CHECK_ERRNO(read(fd, &count, 8), EAGAIN);
	CHECK_EQ(fcntl(fd, F_SETFL, 0), 0);
	begin = now(CLOCK_REALTIME);
	int wall = timerfd_create(CLOCK_REALTIME, 0);
	set_timer(wall, TFD_TIMER_ABSTIME, begin + 20000000, 0);
	CHECK(read(wall, &count, 8) == 8 && count == 1);
	CHECK(now(CLOCK_REALTIME) - begin >= 20000000);
	/* What was missed is counted. */
	begin = now(CLOCK_MONOTONIC);
	set_timer(fd, TFD_TIMER_ABSTIME, begin + 1000000, 1000000);
	usleep(20000);
	CHECK_EQ(read(fd, &count, 8), 8);
	CHECK(count >= 20 && (long long)count <= (now(CLOCK_MONOTONIC) - begin) / 1000000);
	set_timer(fd, 0, 0, 0);

	/* Told of once, until somebody reads. */
	int set = epoll_create1(0);
	struct epoll_event found;
	CHECK_EQ(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET, 1), 0);
	begin = now(CLOCK_MONOTONIC);
	set_timer(fd, 0, 10000000, 10000000);
	CHECK_EQ(epoll_wait(set, &found, 1, 20000), 1);
	CHECK_EQ(epoll_wait(set, &found, 1, 50), 0);
	CHECK_EQ(read(fd, &count, 8), 8);
	CHECK_EQ(epoll_wait(set, &found, 1, 20000), 1);
	CHECK(now(CLOCK_MONOTONIC) - begin >= 70000000);
	/* Set again while somebody waits. */
	set_timer(fd, 0, 0, 0);
	CHECK_EQ(epoll_wait(set, &found, 1, 20), 0);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(wall), 0);
	CHECK_EQ(close(fd), 0);
}

/* With EPOLLET each side is told of what the other one does, and not of what it does itself. */
static void sides(int kind)
{
	int fds[2], set = epoll_create1(0);
	char text[2];
	uint32_t events;
	CHECK_EQ(socketpair(AF_UNIX, kind, 0, fds), 0);
	CHECK_EQ(write(fds[1], "ab", 2), 2);
	CHECK_EQ(write(fds[1], "cd", 2), 2);
	CHECK_EQ(control(set, EPOLL_CTL_ADD, fds[0], EPOLLIN | EPOLLET, 1), 0);
	CHECK(ready(set, &events) == 1 && events == EPOLLIN);
	CHECK_EQ(read(fds[0], text, 2), 2);
	CHECK_EQ(ready(set, NULL), 0);
	CHECK_EQ(write(fds[0], "e", 1), 1);
	CHECK_EQ(ready(set, NULL), 0);
	CHECK_EQ(write(fds[1], "f", 1), 1);
	CHECK_EQ(ready(set, NULL), 1);
	CHECK_EQ(close(fds[1]), 0);
	CHECK(ready(set, &events) == 1 && events & EPOLLHUP);
	CHECK_EQ(close(fds[0]), 0);
	CHECK_EQ(close(set), 0);
}

static void on_signal(int number)
{
	(void)number;
}

static int interrupted;

/* Again and again: one could come before the other thread waits. */
static void *send_signals(void *arg)
{
	while (!__atomic_load_n(&interrupted, __ATOMIC_SEQ_CST)) {
		usleep(20000);
		CHECK_RC(pthread_kill(*(pthread_t *)arg, SIGUSR1), 0);
	}
	return NULL;
}

static void signals(void)
{
	pthread_t self = pthread_self(), thread;
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct epoll_event found;
	sigset_t none, old, blocked;
	int set = epoll_create1(0);
	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_RC(pthread_create(&thread, NULL, send_signals, &self), 0);
	CHECK_ERRNO(epoll_wait(set, &found, 1, -1), EINTR);
	__atomic_store_n(&interrupted, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_join(thread, NULL), 0);
	/* One that only this call lets through. */
	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	CHECK_RC(pthread_sigmask(SIG_BLOCK, &blocked, &old), 0);
	CHECK_RC(pthread_kill(self, SIGUSR1), 0);
	CHECK_EQ(epoll_wait(set, &found, 1, 10), 0);
	CHECK_ERRNO(epoll_pwait(set, &found, 1, -1, &none), EINTR);
	CHECK_RC(pthread_sigmask(SIG_SETMASK, &old, NULL), 0);
	CHECK_EQ(close(set), 0);
}

int main(void)
{
	counters();
	waiting();
	members();
	sides(SOCK_STREAM);
	sides(SOCK_SEQPACKET);
	timers();
	signals();
	return check_done();
}
