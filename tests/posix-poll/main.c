/* poll.h: what is ready, timeouts, signals and the mask of ppoll(). */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int one(int fd, int events, int timeout)
{
	struct pollfd entry = {fd, events, 0x7fff};
	int n = poll(&entry, 1, timeout);
	CHECK_EQ(n, entry.revents != 0);
	return entry.revents;
}

static int fds[2];

static void readiness(void)
{
	CHECK_EQ(one(fds[0], POLLIN | POLLRDNORM, 0), 0);
	CHECK_EQ(one(fds[1], POLLOUT, 0), POLLOUT);
	CHECK_EQ(one(fds[1], POLLOUT | POLLWRNORM, 0), POLLOUT | POLLWRNORM);
	CHECK_EQ(write(fds[1], "x", 1), 1);
	CHECK_EQ(one(fds[0], POLLIN, -1), POLLIN);
	CHECK_EQ(one(fds[0], POLLIN | POLLRDNORM | POLLPRI, 1000), POLLIN | POLLRDNORM);
	CHECK_EQ(one(fds[0], 0, 0), 0);
	char c;
	CHECK_EQ(read(fds[0], &c, 1), 1);
	int file = open("f", O_RDWR | O_CREAT, 0600);
	CHECK_EQ(one(file, POLLIN | POLLOUT, -1), POLLIN | POLLOUT);
	struct pollfd many[5] = {{-1, POLLIN, 77}, {fds[0], POLLIN, 77}, {file, POLLIN, 77}, {-7, 0, 77}, {fds[1], POLLOUT, 77}};
	CHECK_EQ(poll(many, 5, -1), 2);
	CHECK_EQ(many[0].revents, 0);
	CHECK_EQ(many[1].revents, 0);
	CHECK_EQ(many[2].revents, POLLIN);
	CHECK_EQ(many[3].revents, 0);
	CHECK_EQ(many[4].revents, POLLOUT);
	CHECK_EQ(close(file), 0);
	CHECK_EQ(one(file, POLLIN, -1), POLLNVAL);
	CHECK_EQ(unlink("f"), 0);
	int other[2];
	CHECK_EQ(pipe(other), 0);
	CHECK_EQ(close(other[1]), 0);
	CHECK_EQ(one(other[0], POLLIN, -1), POLLHUP);
	CHECK_EQ(one(other[0], 0, -1), POLLHUP);
	CHECK_EQ(close(other[0]), 0);
	CHECK_EQ(pipe(other), 0);
	CHECK_EQ(close(other[0]), 0);
	CHECK(one(other[1], 0, -1) == POLLERR);
	CHECK_EQ(close(other[1]), 0);
}

static void timeouts(void)
{
	double start = now();
	CHECK_EQ(one(fds[0], POLLIN, 30), 0);
	CHECK(now() - start >= 0.03 && now() - start < 20);
	start = now();
	CHECK_EQ(poll(NULL, 0, 20), 0);
	CHECK(now() - start >= 0.02);
	struct timespec time = {0, 15000000};
	struct pollfd entry = {fds[0], POLLIN, 0};
	start = now();
	CHECK_EQ(ppoll(&entry, 1, &time, NULL), 0);
	CHECK(now() - start >= 0.015);
	time.tv_nsec = 0;
	CHECK_EQ(ppoll(&entry, 1, &time, NULL), 0);
	time.tv_nsec = 1000000000;
	CHECK_ERRNO(ppoll(&entry, 1, &time, NULL), EINVAL);
	time = (struct timespec){-1, 0};
	CHECK_ERRNO(ppoll(&entry, 1, &time, NULL), EINVAL);
	entry.fd = fds[1];
	entry.events = POLLOUT;
	CHECK_EQ(ppoll(&entry, 1, NULL, NULL), 1);
}

static void limits(void)
{
	struct rlimit limit;
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	static struct pollfd entries[100];
	for (int i = 0; i < 100; i++)
		entries[i].fd = -1;
	CHECK_EQ(poll(entries, 100, 0), 0);
	rlim_t old = limit.rlim_cur;
	limit.rlim_cur = 50;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	CHECK_ERRNO(poll(entries, 100, 0), EINVAL);
	CHECK_EQ(poll(entries, 50, 0), 0);
	limit.rlim_cur = old;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int handled;
static pthread_t waiter;

static void handler(int signal)
{
	(void)signal;
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void signals(void)
{
	struct sigaction action;
	sigset_t mask, empty, old;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	action.sa_flags = SA_RESTART;
	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	sigemptyset(&empty);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	CHECK_EQ(pthread_sigmask(SIG_BLOCK, &mask, &old), 0);
	struct pollfd entry = {fds[0], POLLIN, 0};
	struct timespec zero = {0, 0}, hour = {3600, 0};
	/* Pending before the call: the mask alone lets it in, at once. */
	for (int i = 1; i <= 20; i++) {
		raise(SIGUSR1);
		CHECK_EQ(handled, i - 1);
		CHECK_ERRNO(ppoll(&entry, 1, i % 2 ? &hour : &zero, &empty), EINTR);
		CHECK_EQ(handled, i);
		sigset_t now_blocked;
		pthread_sigmask(SIG_BLOCK, NULL, &now_blocked);
		CHECK(sigismember(&now_blocked, SIGUSR1));
	}
	/* A mask that blocks it keeps it out. */
	raise(SIGUSR1);
	CHECK_EQ(ppoll(&entry, 1, &zero, &mask), 0);
	CHECK_EQ(handled, 20);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	CHECK_EQ(handled, 21);
}

static void *wakes(void *unused)
{
	struct timespec time = {0, 5000000};
	nanosleep(&time, NULL);
	CHECK_EQ(write(fds[1], "x", 1), 1);
	return unused;
}

/* Another thread makes it ready. */
static void waking(void)
{
	char c;
	for (int i = 0; i < 10; i++) {
		pthread_t thread;
		REQUIRE(pthread_create(&thread, NULL, wakes, NULL) == 0);
		CHECK_EQ(one(fds[0], POLLIN, i % 2 ? -1 : 60000), POLLIN);
		CHECK_EQ(read(fds[0], &c, 1), 1);
		pthread_join(thread, NULL);
	}
}

int main(void)
{
	waiter = pthread_self();
	REQUIRE(pipe(fds) == 0);
	readiness();
	timeouts();
	limits();
	signals();
	waking();
	return check_done();
}
