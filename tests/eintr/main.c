/* Every call that blocks, met by signals. A row names a call and what a handler does to it: without
 * SA_RESTART, and with it. Signals are sent until the call has returned, or until enough handlers have run
 * inside it and it is let go; so nothing depends on when the thread is in the call. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<mqueue.h>)
#include <mqueue.h>
#endif
#if __has_include(<aio.h>)
#include <aio.h>
#endif
#include "check.h"

#define LONG 100 /* seconds: for ever, for a test */

static int ends[2];
static sem_t semaphore;
static sigset_t usr1, usr2, none;
static char big[300000];

static int number(long result)
{
	return result < 0 ? errno : 0;
}

static struct timespec later(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	time.tv_sec += LONG;
	return time;
}

/* ---- Files ---- */

static void make_pipe(void)
{
	REQUIRE(pipe(ends) == 0);
}

static void close_pipe(void)
{
	close(ends[0]);
	close(ends[1]);
}

static void put_byte(void)
{
	CHECK_EQ(write(ends[1], "x", 1), 1);
}

static int call_read(void)
{
	char byte;
	long got = read(ends[0], &byte, 1);
	return got == 0 ? -1 : number(got);
}

static int call_readv(void)
{
	char bytes[2];
	struct iovec parts[2] = { { bytes, 1 }, { bytes + 1, 1 } };
	return number(readv(ends[0], parts, 2));
}

static void fill_pipe(void)
{
	make_pipe();
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	while (write(ends[1], big, 4096) > 0)
		;
	while (write(ends[1], big, 1) > 0)
		;
	fcntl(ends[1], F_SETFL, 0);
}

static void drain(void)
{
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	while (read(ends[0], big, sizeof big) > 0)
		;
}

static int call_write(void)
{
	return number(write(ends[1], big, 100));
}

static int call_writev(void)
{
	struct iovec parts[2] = { { big, 1 }, { big, 99 } };
	return number(writev(ends[1], parts, 2));
}

static char name[64];
static int other = -1;

static void make_fifo(void)
{
	snprintf(name, sizeof name, "/tmp/eintr-%d", (int)getpid());
	mkdir("/tmp", 0777);
	unlink(name);
	REQUIRE(mkfifo(name, 0600) == 0);
	other = -1;
}

static void remove_fifo(void)
{
	if (other >= 0)
		close(other);
	unlink(name);
}

static int call_open(void)
{
	int fd = open(name, O_RDONLY);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static void open_other_end(void)
{
	other = open(name, O_WRONLY);
}

static int holder, waiter;

static void lock_file(void)
{
	snprintf(name, sizeof name, "/tmp/eintr-%d", (int)getpid());
	mkdir("/tmp", 0777);
	holder = open(name, O_RDWR | O_CREAT, 0600);
	waiter = open(name, O_RDWR);
	REQUIRE(holder >= 0 && waiter >= 0);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	CHECK_EQ(fcntl(holder, F_OFD_SETLK, &lock), 0);
	CHECK_EQ(flock(holder, LOCK_EX), 0);
}

static void unlock_file(void)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
	CHECK_EQ(fcntl(holder, F_OFD_SETLK, &lock), 0);
	CHECK_EQ(flock(holder, LOCK_UN), 0);
}

static void close_file(void)
{
	close(holder);
	close(waiter);
	unlink(name);
}

static int call_lock(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return number(fcntl(waiter, F_OFD_SETLKW, &lock));
}

static int call_flock(void)
{
	return number(flock(waiter, LOCK_EX));
}

static int call_poll(void)
{
	struct pollfd entry = { ends[0], POLLIN, 0 };
	return number(poll(&entry, 1, -1));
}

static int call_ppoll(void)
{
	struct pollfd entry = { ends[0], POLLIN, 0 };
	struct timespec time = { LONG, 0 };
	return number(ppoll(&entry, 1, &time, &none));
}

static int call_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	return number(select(ends[0] + 1, &set, NULL, NULL, NULL));
}

static int call_pselect(void)
{
	struct timespec time = { LONG, 0 };
	return number(pselect(0, NULL, NULL, NULL, &time, &none));
}

/* ---- Time and signals ---- */

static int call_nanosleep(void)
{
	struct timespec time = { LONG, 0 }, left = { -1, -1 };
	int error = number(nanosleep(&time, &left));
	CHECK(error != EINTR || (left.tv_sec >= 0 && left.tv_sec <= LONG));
	return error;
}

static int call_relative(void)
{
	struct timespec time = { LONG, 0 }, left = { -1, -1 };
	int error = clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &left);
	CHECK(error != EINTR || (left.tv_sec >= 0 && left.tv_sec <= LONG));
	return error;
}

static int call_absolute(void)
{
	struct timespec time = later(CLOCK_REALTIME), left = { -1, -1 };
	int error = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, &left);
	CHECK(left.tv_sec == -1); /* not touched */
	return error;
}

static int call_processor_time(void)
{
	struct timespec time = { LONG, 0 };
	return clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &time, NULL);
}

static int call_sleep(void)
{
	unsigned left = sleep(LONG);
	CHECK(left <= LONG);
	return left > 0 ? EINTR : 0;
}

static int call_usleep(void)
{
	return number(usleep(LONG * 1000000u));
}

static int call_pause(void)
{
	return number(pause());
}

static int call_sigsuspend(void)
{
	return number(sigsuspend(&none));
}

static int call_sigwaitinfo(void)
{
	return number(sigwaitinfo(&usr2, NULL));
}

static int call_sigtimedwait(void)
{
	struct timespec time = { LONG, 0 };
	return number(sigtimedwait(&usr2, NULL, &time));
}

static int call_sigwait(void)
{
	int signal;
	return sigwait(&usr2, &signal);
}

/* ---- Threads ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static int flag;
static pthread_t sleeper;
static pthread_t thread;

static void make_semaphore(void)
{
	sem_init(&semaphore, 0, 0);
}

static void post(void)
{
	sem_post(&semaphore);
}

static int call_sem_wait(void)
{
	return number(sem_wait(&semaphore));
}

static int call_sem_timedwait(void)
{
	struct timespec time = later(CLOCK_REALTIME);
	return number(sem_timedwait(&semaphore, &time));
}

static int call_sem_clockwait(void)
{
	struct timespec time = later(CLOCK_MONOTONIC);
	return number(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &time));
}

static void lock_mutex(void)
{
	pthread_mutex_lock(&mutex);
	flag = 0;
}

static void unlock_mutex(void)
{
	pthread_mutex_unlock(&mutex);
}

static int call_mutex(void)
{
	int error = pthread_mutex_lock(&mutex);
	return error != 0 ? error : pthread_mutex_unlock(&mutex);
}

static int call_timed_mutex(void)
{
	struct timespec time = later(CLOCK_REALTIME);
	int error = pthread_mutex_timedlock(&mutex, &time);
	return error != 0 ? error : pthread_mutex_unlock(&mutex);
}

static void clear_flag(void)
{
	flag = 0;
}

static void set_flag(void)
{
	pthread_mutex_lock(&mutex);
	flag = 1;
	pthread_cond_broadcast(&condition);
	pthread_mutex_unlock(&mutex);
}

static int call_cond(void)
{
	int error = 0;
	pthread_mutex_lock(&mutex);
	while (!flag && error == 0)
		error = pthread_cond_wait(&condition, &mutex);
	pthread_mutex_unlock(&mutex);
	return error;
}

static int call_timed_cond(void)
{
	struct timespec time = later(CLOCK_REALTIME);
	int error = 0;
	pthread_mutex_lock(&mutex);
	while (!flag && error == 0)
		error = pthread_cond_timedwait(&condition, &mutex, &time);
	pthread_mutex_unlock(&mutex);
	return error;
}

static void lock_rwlock(void)
{
	pthread_rwlock_wrlock(&rwlock);
}

static void unlock_rwlock(void)
{
	pthread_rwlock_unlock(&rwlock);
}

static int call_rdlock(void)
{
	int error = pthread_rwlock_rdlock(&rwlock);
	return error != 0 ? error : pthread_rwlock_unlock(&rwlock);
}

static int call_wrlock(void)
{
	int error = pthread_rwlock_wrlock(&rwlock);
	return error != 0 ? error : pthread_rwlock_unlock(&rwlock);
}

static void make_barrier(void)
{
	pthread_barrier_init(&barrier, NULL, 2);
}

static void arrive(void)
{
	pthread_barrier_wait(&barrier);
}

static int call_barrier(void)
{
	int error = pthread_barrier_wait(&barrier);
	return error == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : error;
}

static void *wait_for_post(void *argument)
{
	while (sem_wait(&semaphore) != 0)
		;
	return argument;
}

static void make_sleeper(void)
{
	make_semaphore();
	/* No signals for this one. */
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	REQUIRE(pthread_create(&sleeper, NULL, wait_for_post, NULL) == 0);
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
}

static int call_join(void)
{
	return pthread_join(sleeper, NULL);
}

static void send_awaited(void)
{
	pthread_kill(thread, SIGUSR2);
}

/* ---- Message queues and asynchronous input ---- */

#if __has_include(<mqueue.h>)
static mqd_t queue;

static void make_queue(void)
{
	struct mq_attr size = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	snprintf(name, sizeof name, "/eintr-%d", (int)getpid());
	queue = mq_open(name, O_RDWR | O_CREAT, 0600, &size);
	REQUIRE(queue != (mqd_t)-1);
	mq_unlink(name);
}

static void make_full_queue(void)
{
	make_queue();
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
}

static void close_queue(void)
{
	mq_close(queue);
}

static void send_message(void)
{
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
}

static void receive_message(void)
{
	char message[8];
	CHECK_EQ(mq_receive(queue, message, 8, NULL), 1);
}

static int call_mq_receive(void)
{
	char message[8];
	return number(mq_receive(queue, message, 8, NULL));
}

static int call_mq_timedreceive(void)
{
	char message[8];
	struct timespec time = later(CLOCK_REALTIME);
	return number(mq_timedreceive(queue, message, 8, NULL, &time));
}

static int call_mq_send(void)
{
	return number(mq_send(queue, "y", 1, 0));
}

static int call_mq_timedsend(void)
{
	struct timespec time = later(CLOCK_REALTIME);
	return number(mq_timedsend(queue, "y", 1, 0, &time));
}
#endif

#if __has_include(<aio.h>)
static struct aiocb block;
static char aio_byte;

static void begin_reading(void)
{
	make_pipe();
	memset(&block, 0, sizeof block);
	block.aio_fildes = ends[0];
	block.aio_buf = &aio_byte;
	block.aio_nbytes = 1;
	CHECK_EQ(aio_read(&block), 0);
}

static void end_reading(void)
{
	put_byte();
	while (aio_error(&block) == EINPROGRESS)
		usleep(1000);
	aio_return(&block);
	close_pipe();
}

static int call_aio_suspend(void)
{
	const struct aiocb *list[1] = { &block };
	return number(aio_suspend(list, 1, NULL));
}
#endif

static const struct row {
	const char *name;
	int (*call)(void);
	void (*prepare)(void), (*release)(void), (*finish)(void);
	/* Goes on: never, with SA_RESTART, with SA_RESTART or never, always. */
	enum { INTERRUPTED, RESTARTED, PERHAPS, UNDISTURBED } kind;
} rows[] = {
	{ "read", call_read, make_pipe, put_byte, close_pipe, RESTARTED },
	{ "readv", call_readv, make_pipe, put_byte, close_pipe, RESTARTED },
	{ "write", call_write, fill_pipe, drain, close_pipe, RESTARTED },
	{ "writev", call_writev, fill_pipe, drain, close_pipe, RESTARTED },
	{ "open", call_open, make_fifo, open_other_end, remove_fifo, RESTARTED },
	{ "fcntl", call_lock, lock_file, unlock_file, close_file, RESTARTED },
	{ "flock", call_flock, lock_file, unlock_file, close_file, RESTARTED },
	{ "poll", call_poll, make_pipe, NULL, close_pipe, INTERRUPTED },
	{ "ppoll", call_ppoll, make_pipe, NULL, close_pipe, INTERRUPTED },
	{ "select", call_select, make_pipe, NULL, close_pipe, INTERRUPTED },
	{ "pselect", call_pselect, NULL, NULL, NULL, INTERRUPTED },
	{ "nanosleep", call_nanosleep, NULL, NULL, NULL, INTERRUPTED },
	{ "clock_nanosleep", call_relative, NULL, NULL, NULL, INTERRUPTED },
	{ "clock_nanosleep absolute", call_absolute, NULL, NULL, NULL, INTERRUPTED },
	{ "clock_nanosleep processor time", call_processor_time, NULL, NULL, NULL, INTERRUPTED },
	{ "sleep", call_sleep, NULL, NULL, NULL, INTERRUPTED },
	{ "usleep", call_usleep, NULL, NULL, NULL, INTERRUPTED },
	{ "pause", call_pause, NULL, NULL, NULL, INTERRUPTED },
	{ "sigsuspend", call_sigsuspend, NULL, NULL, NULL, INTERRUPTED },
	{ "sigwaitinfo", call_sigwaitinfo, NULL, NULL, NULL, INTERRUPTED },
	{ "sigtimedwait", call_sigtimedwait, NULL, NULL, NULL, INTERRUPTED },
	{ "sigwait", call_sigwait, NULL, send_awaited, NULL, UNDISTURBED },
	{ "sem_wait", call_sem_wait, make_semaphore, post, NULL, RESTARTED },
	{ "sem_timedwait", call_sem_timedwait, make_semaphore, post, NULL, PERHAPS },
	{ "sem_clockwait", call_sem_clockwait, make_semaphore, post, NULL, PERHAPS },
	{ "pthread_mutex_lock", call_mutex, lock_mutex, unlock_mutex, NULL, UNDISTURBED },
	{ "pthread_mutex_timedlock", call_timed_mutex, lock_mutex, unlock_mutex, NULL, UNDISTURBED },
	{ "pthread_cond_wait", call_cond, clear_flag, set_flag, NULL, UNDISTURBED },
	{ "pthread_cond_timedwait", call_timed_cond, clear_flag, set_flag, NULL, UNDISTURBED },
	{ "pthread_rwlock_rdlock", call_rdlock, lock_rwlock, unlock_rwlock, NULL, UNDISTURBED },
	{ "pthread_rwlock_wrlock", call_wrlock, lock_rwlock, unlock_rwlock, NULL, UNDISTURBED },
	{ "pthread_barrier_wait", call_barrier, make_barrier, arrive, NULL, UNDISTURBED },
	{ "pthread_join", call_join, make_sleeper, post, NULL, UNDISTURBED },
#if __has_include(<mqueue.h>)
	{ "mq_receive", call_mq_receive, make_queue, send_message, close_queue, RESTARTED },
	{ "mq_timedreceive", call_mq_timedreceive, make_queue, send_message, close_queue, RESTARTED },
	{ "mq_send", call_mq_send, make_full_queue, receive_message, close_queue, RESTARTED },
	{ "mq_timedsend", call_mq_timedsend, make_full_queue, receive_message, close_queue, RESTARTED },
#endif
#if __has_include(<aio.h>)
	{ "aio_suspend", call_aio_suspend, begin_reading, put_byte, end_reading, PERHAPS },
#endif
};

static atomic_int inside, handlers, done;
static int answer;

static void count(int signal)
{
	(void)signal;
	if (atomic_load(&inside))
		atomic_fetch_add(&handlers, 1);
}

static void *enter(void *argument)
{
	const struct row *row = argument;
	atomic_store(&inside, 1);
	answer = row->call();
	atomic_store(&inside, 0);
	atomic_store(&done, 1);
	return NULL;
}

static void run(const struct row *row, int flags)
{
	struct sigaction action = { .sa_handler = count, .sa_flags = flags };
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
	if (getenv("EINTR_VERBOSE"))
		fprintf(stderr, "%s %d\n", row->name, flags);
	int goes_on = row->kind == UNDISTURBED || (row->kind != INTERRUPTED && flags & SA_RESTART);
	if (row->prepare)
		row->prepare();
	atomic_store(&inside, 0);
	atomic_store(&handlers, 0);
	atomic_store(&done, 0);
	answer = -1;
	REQUIRE(pthread_create(&thread, NULL, enter, (void *)row) == 0);
	struct timespec moment = { 0, 500000 };
	int before = check_failures;
	while (!atomic_load(&done) && !(goes_on && atomic_load(&handlers) >= 8)) {
		pthread_kill(thread, SIGUSR1);
		nanosleep(&moment, NULL);
	}
	int over = atomic_load(&done);
	if (goes_on)
		row->release();
	pthread_join(thread, NULL);
	if (!(row->kind == PERHAPS && over && answer == EINTR)) {
		CHECK(!(goes_on && over));
		CHECK_EQ(answer, goes_on ? 0 : EINTR);
	}
	CHECK(handlers > 0);
	if (row->finish)
		row->finish();
	if (check_failures > before)
		fprintf(stderr, "that was %s %s SA_RESTART\n", row->name, flags ? "with" : "without");
}

int main(void)
{
	sigemptyset(&none);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &usr2, NULL);
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		run(&rows[i], 0);
		run(&rows[i], SA_RESTART);
	}
	return check_done();
}
