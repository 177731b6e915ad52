/* sys/select.h: sets, what is ready, timeouts, and the mask of pselect(). */
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int fds[2];

static void sets(void)
{
	fd_set a, b;
	FD_ZERO(&a);
	for (int i = 0; i < FD_SETSIZE; i++)
		CHECK(!FD_ISSET(i, &a));
	FD_SET(0, &a);
	FD_SET(FD_SETSIZE - 1, &a);
	FD_SET(64, &a);
	b = a;
	FD_CLR(64, &a);
	CHECK(FD_ISSET(0, &a) && FD_ISSET(FD_SETSIZE - 1, &a) && !FD_ISSET(64, &a) && FD_ISSET(64, &b));
	CHECK(FD_SETSIZE >= 1024);
}

static void readiness(void)
{
	fd_set in, out, odd;
	struct timeval zero = {0, 0};
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&odd);
	FD_SET(fds[0], &in);
	FD_SET(fds[1], &out);
	FD_SET(fds[0], &odd);
	int most = fds[1] + 1;
	CHECK_EQ(select(most, &in, &out, &odd, NULL), 1);
	CHECK(!FD_ISSET(fds[0], &in) && FD_ISSET(fds[1], &out) && !FD_ISSET(fds[0], &odd));
	CHECK_EQ(write(fds[1], "x", 1), 1);
	FD_SET(fds[0], &in);
	CHECK_EQ(select(most, &in, &out, NULL, &zero), 2);
	CHECK(FD_ISSET(fds[0], &in) && FD_ISSET(fds[1], &out));
	/* Descriptors from the first argument on are not looked at. */
	FD_ZERO(&in);
	FD_SET(fds[0], &in);
	CHECK_EQ(select(fds[0], &in, NULL, NULL, &zero), 0);
	char c;
	CHECK_EQ(read(fds[0], &c, 1), 1);
	FD_ZERO(&in);
	FD_SET(fds[0], &in);
	CHECK_EQ(select(most, &in, NULL, NULL, &zero), 0);
	CHECK(!FD_ISSET(fds[0], &in));
	/* The end of the file is ready, a regular file always. */
	int other[2];
	CHECK_EQ(pipe(other), 0);
	CHECK_EQ(close(other[1]), 0);
	FD_ZERO(&in);
	FD_SET(other[0], &in);
	CHECK_EQ(select(other[0] + 1, &in, NULL, NULL, NULL), 1);
	CHECK_EQ(close(other[0]), 0);
	int file = open("f", O_RDWR | O_CREAT, 0600);
	FD_ZERO(&in);
	FD_SET(file, &in);
	out = in;
	CHECK_EQ(select(file + 1, &in, &out, NULL, NULL), 2);
	CHECK_EQ(close(file), 0);
	CHECK_EQ(unlink("f"), 0);
	FD_ZERO(&in);
	FD_SET(file, &in);
	CHECK_ERRNO(select(file + 1, &in, NULL, NULL, NULL), EBADF);
	CHECK_ERRNO(select(-1, NULL, NULL, NULL, &zero), EINVAL);
}

static void timeouts(void)
{
	fd_set in;
	struct timeval time = {0, 20000};
	double start = now();
	CHECK_EQ(select(0, NULL, NULL, NULL, &time), 0);
	CHECK(now() - start >= 0.02 && now() - start < 20);
	FD_ZERO(&in);
	FD_SET(fds[0], &in);
	struct timespec exact = {0, 20000000};
	start = now();
	CHECK_EQ(pselect(fds[0] + 1, &in, NULL, NULL, &exact, NULL), 0);
	CHECK(now() - start >= 0.02);
	CHECK(exact.tv_sec == 0 && exact.tv_nsec == 20000000);
	time = (struct timeval){-1, 0};
	CHECK_ERRNO(select(0, NULL, NULL, NULL, &time), EINVAL);
	exact = (struct timespec){0, 1000000000};
	CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &exact, NULL), EINVAL);
	exact = (struct timespec){0, -1};
	CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &exact, NULL), EINVAL);
	CHECK_ERRNO(pselect(-1, NULL, NULL, NULL, NULL, NULL), EINVAL);
}

static volatile sig_atomic_t handled;

static void handler(int signal)
{
	(void)signal;
	handled++;
}

static void signals(void)
{
	struct sigaction action;
	sigset_t mask, empty, old, present;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	sigemptyset(&empty);
	sigemptyset(&mask);
	sigaddset(&mask, SIGALRM);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &mask, &old), 0);
	fd_set in;
	for (int i = 1; i <= 10; i++) {
		raise(SIGALRM);
		FD_ZERO(&in);
		FD_SET(fds[0], &in);
		CHECK_ERRNO(pselect(fds[0] + 1, &in, NULL, NULL, NULL, &empty), EINTR);
		CHECK_EQ(handled, i);
		sigprocmask(SIG_BLOCK, NULL, &present);
		CHECK(sigismember(&present, SIGALRM));
	}
	/* The signal that comes while it waits. */
	alarm(1);
	CHECK_ERRNO(pselect(0, NULL, NULL, NULL, NULL, &empty), EINTR);
	CHECK_EQ(handled, 11);
	CHECK_EQ(sigprocmask(SIG_SETMASK, &old, NULL), 0);
}

int main(void)
{
	REQUIRE(pipe(fds) == 0);
	sets();
	readiness();
	timeouts();
	signals();
	return check_done();
}
