/* Pipes and poll: blocking and not, ends that go away, readiness and timeouts. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { TOTAL = 1 << 20 };

static void *filler(void *argument)
{
	static unsigned char bytes[TOTAL];
	int fd = (int)(long)argument;
	for (int i = 0; i < TOTAL; i++)
		bytes[i] = (unsigned char)(i / 3);
	CHECK_EQ(write(fd, bytes, TOTAL), TOTAL);
	CHECK_EQ(close(fd), 0);
	return NULL;
}

static void *late_writer(void *argument)
{
	nanosleep(&(struct timespec){0, 20000000}, NULL);
	CHECK_EQ(write((int)(long)argument, "x", 1), 1);
	return NULL;
}

static long milliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(void)
{
	int ends[2];
	static char bytes[100000];
	signal(SIGPIPE, SIG_IGN);
	REQUIRE(pipe(ends) == 0);
	CHECK_EQ(write(ends[1], "hello", 5), 5);
	int waiting = 0;
	CHECK_EQ(ioctl(ends[0], FIONREAD, &waiting), 0);
	CHECK_EQ(waiting, 5);
	CHECK_EQ(read(ends[0], bytes, 3), 3);
	CHECK_EQ(read(ends[0], bytes, 100), 2);
	CHECK_ERRNO(read(ends[1], bytes, 1), EBADF);
	CHECK_ERRNO(write(ends[0], bytes, 1), EBADF);
	CHECK_ERRNO(lseek(ends[0], 0, SEEK_CUR), ESPIPE);
	CHECK_ERRNO(fsync(ends[1]), EINVAL);

	CHECK_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	CHECK_ERRNO(read(ends[0], bytes, 1), EAGAIN);
	struct pollfd polled[3] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {-1, POLLIN, 0}};
	CHECK_EQ(poll(polled, 3, 0), 1);
	CHECK_EQ(polled[0].revents, 0);
	CHECK_EQ(polled[1].revents, POLLOUT);
	CHECK_EQ(polled[2].revents, 0);
	long start = milliseconds();
	CHECK_EQ(poll(polled, 1, 50), 0);
	long took = milliseconds() - start;
	CHECK(took >= 49 && took < 20000);
	CHECK_EQ(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	ssize_t filled = write(ends[1], bytes, sizeof bytes);
	CHECK(filled >= 4096 && filled < (ssize_t)sizeof bytes);
	CHECK_ERRNO(write(ends[1], bytes, 1), EAGAIN);
	CHECK_EQ(poll(polled + 1, 1, 0), 0);
	CHECK_EQ(read(ends[0], bytes, sizeof bytes), filled);
	polled[0].fd = 1000000;
	CHECK_EQ(poll(polled, 1, 0), 1);
	CHECK_EQ(polled[0].revents, POLLNVAL);

	/* Another thread makes it ready. */
	pthread_t thread;
	polled[0].fd = ends[0];
	REQUIRE(pthread_create(&thread, NULL, late_writer, (void *)(long)ends[1]) == 0);
	CHECK_EQ(poll(polled, 1, -1), 1);
	CHECK_EQ(polled[0].revents, POLLIN);
	pthread_join(thread, NULL);
	fd_set set;
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	CHECK_EQ(select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){1, 0}), 1);
	CHECK(FD_ISSET(ends[0], &set));
	CHECK_EQ(read(ends[0], bytes, 10), 1);
	CHECK_EQ(select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){0, 1000}), 0);
	CHECK(!FD_ISSET(ends[0], &set));

	CHECK_EQ(close(ends[0]), 0);
	CHECK_ERRNO(write(ends[1], "x", 1), EPIPE);
	CHECK_EQ(close(ends[1]), 0);

	/* A megabyte from a thread that must wait again and again. */
	REQUIRE(pipe(ends) == 0);
	REQUIRE(pthread_create(&thread, NULL, filler, (void *)(long)ends[1]) == 0);
	int total = 0, wrong = 0;
	for (ssize_t count; (count = read(ends[0], bytes, 7000)) != 0;) {
		REQUIRE(count > 0);
		for (ssize_t i = 0; i < count; i++, total++)
			wrong += (unsigned char)bytes[i] != (unsigned char)(total / 3);
	}
	CHECK_EQ(total, TOTAL);
	CHECK_EQ(wrong, 0);
	pthread_join(thread, NULL);
	polled[0].fd = ends[0];
	CHECK_EQ(poll(polled, 1, 0), 1);
	CHECK(polled[0].revents & POLLHUP);
	CHECK_EQ(close(ends[0]), 0);
	return check_done();
}
