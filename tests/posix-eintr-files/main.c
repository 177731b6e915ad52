/* Calls on files that wait: EINTR after a handler without SA_RESTART, and none with it. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int handled, stage;
static pthread_t waiter;

static void handler(int signal)
{
	(void)signal;
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void pause_a_little(void)
{
	struct timespec time = {0, 2000000};
	nanosleep(&time, NULL);
}

/* Sends signals until the call has ended, or until the handler has run a few times; then helps it on. */
static void *interrupts(void *help)
{
	while (__atomic_load_n(&stage, __ATOMIC_SEQ_CST) == 1 &&
	       !(help && __atomic_load_n(&handled, __ATOMIC_SEQ_CST) >= 3)) {
		pthread_kill(waiter, SIGUSR1);
		pause_a_little();
	}
	if (help)
		((void (*)(void))help)();
	return NULL;
}

static int in[2], full[2], locked;

static long reads(void)
{
	char c;
	return read(in[0], &c, 1);
}

static long reads_vector(void)
{
	char c;
	struct iovec part = {&c, 1};
	return readv(in[0], &part, 1);
}

static void helps_reader(void)
{
	CHECK_EQ(write(in[1], "x", 1), 1);
}

static long writes(void)
{
	return write(full[1], "x", 1);
}

static void helps_writer(void)
{
	static char block[4096];
	CHECK_EQ(read(full[0], block, sizeof block), sizeof block);
}

static void fill(void)
{
	static char block[4096];
	CHECK_EQ(fcntl(full[1], F_SETFL, O_NONBLOCK), 0);
	while (write(full[1], block, sizeof block) > 0 || write(full[1], block, 1) > 0)
		;
	CHECK_EQ(fcntl(full[1], F_SETFL, 0), 0);
}

static long opens(void)
{
	int fd = open("p", O_RDONLY);
	if (fd < 0)
		return -1;
	CHECK_EQ(close(fd), 0);
	return 1;
}

static void helps_opener(void)
{
	int fd = open("p", O_WRONLY);
	CHECK(fd >= 0);
	CHECK_EQ(close(fd), 0);
}

static long locks(void)
{
	struct flock lock;
	memset(&lock, 0, sizeof lock);
	lock.l_type = F_WRLCK;
	int result = fcntl(locked, F_SETLKW, &lock);
	return result < 0 ? -1 : 1;
}

static int holder;

static int hold(int type)
{
	struct flock lock;
	memset(&lock, 0, sizeof lock);
	lock.l_type = type;
	return fcntl(holder, F_OFD_SETLK, &lock);
}

static void unlocks(void)
{
	CHECK_EQ(hold(F_UNLCK), 0);
}

static long locks_whole(void)
{
	return flock(locked, LOCK_EX) < 0 ? -1 : 1;
}

static void unlocks_whole(void)
{
	CHECK_EQ(flock(holder, LOCK_UN), 0);
}

static long polls(void)
{
	struct pollfd entry = {in[0], POLLIN, 0};
	return poll(&entry, 1, -1);
}

static long selects(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(in[0], &set);
	return select(in[0] + 1, &set, NULL, NULL, NULL);
}

static void set_handler(int flags)
{
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	action.sa_flags = flags;
	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	handled = 0;
}

static long run(long (*call)(void), void (*help)(void))
{
	pthread_t thread;
	__atomic_store_n(&stage, 1, __ATOMIC_SEQ_CST);
	REQUIRE(pthread_create(&thread, NULL, interrupts, (void *)help) == 0);
	long result = call();
	int error = errno;
	__atomic_store_n(&stage, 2, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
	errno = error;
	return result;
}

/* Without SA_RESTART: EINTR. With it the call waits on until it is helped. */
static void both(const char *name, long (*call)(void), void (*help)(void), int restarts)
{
	set_handler(0);
	errno = 0;
	long result = run(call, NULL);
	if (result != -1 || errno != EINTR)
		fprintf(stderr, "%s: ", name);
	CHECK(result == -1 && errno == EINTR);
	set_handler(SA_RESTART);
	errno = 0;
	result = run(call, restarts ? help : NULL);
	if (restarts) {
		if (result != 1)
			fprintf(stderr, "%s with SA_RESTART: ", name);
		CHECK_EQ(result, 1);
		CHECK(handled >= 3);
	} else {
		CHECK(result == -1 && errno == EINTR);
	}
}

static sigjmp_buf back;

static void jumps(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

/* Not before the waiter is where it may be jumped out of. */
static void *one_signal(void *unused)
{
	do
		pause_a_little();
	while (__atomic_load_n(&stage, __ATOMIC_SEQ_CST) != 1);
	pause_a_little();
	pthread_kill(waiter, SIGUSR2);
	return unused;
}

/* A handler that jumps out of a read leaves the pipe as it was. */
static void jump(void)
{
	signal(SIGUSR2, jumps);
	for (int round = 0; round < 5; round++) {
		pthread_t thread;
		__atomic_store_n(&stage, 0, __ATOMIC_SEQ_CST);
		REQUIRE(pthread_create(&thread, NULL, one_signal, NULL) == 0);
		if (sigsetjmp(back, 1) == 0) {
			__atomic_store_n(&stage, 1, __ATOMIC_SEQ_CST);
			if (round % 2)
				reads();
			else
				polls();
			CHECK(!"not reached");
		}
		pthread_join(thread, NULL);
	}
	helps_reader();
	CHECK_EQ(reads(), 1);
}

int main(void)
{
	waiter = pthread_self();
	REQUIRE(pipe(in) == 0 && pipe(full) == 0 && mkfifo("p", 0600) == 0);
	jump();
	both("read", reads, helps_reader, 1);
	both("readv", reads_vector, helps_reader, 1);
	fill();
	both("write", writes, helps_writer, 1);
	both("open", opens, helps_opener, 1);
	both("poll", polls, NULL, 0);
	both("select", selects, NULL, 0);
	holder = open("f", O_RDWR | O_CREAT, 0600);
	locked = open("f", O_RDWR);
	CHECK_EQ(hold(F_WRLCK), 0);
	both("fcntl", locks, unlocks, 1);
	CHECK_EQ(flock(holder, LOCK_EX), 0);
	both("flock", locks_whole, unlocks_whole, 1);
	CHECK_EQ(unlink("f"), 0);
	CHECK_EQ(unlink("p"), 0);
	return check_done();
}
