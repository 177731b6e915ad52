/* Each function that POSIX calls a cancellation point (2.9.5.2, "shall occur"): with a request pending it
 * does not return, whether or not it would have waited; and those that wait are ended while they do. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>
#if __has_include(<aio.h>)
#include <aio.h>
#endif
#if __has_include(<mqueue.h>)
#include <mqueue.h>
#endif
#include "check.h"
#include "deadline.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static mtx_t c11_mutex;
static cnd_t c11_cond;
static sem_t sem;
static int empty[2], full[2], file;
static pthread_t sleeper;
static thrd_t c11_sleeper;
static char bytes[4096];
static const struct timespec minute = { 60, 0 };
static sigset_t usr1;
#define FILE_NAME "cancellation-points.tmp"

static void unlock(void *arg)
{
	CHECK_RC(pthread_mutex_trylock(arg), EBUSY);
	CHECK_RC(pthread_mutex_unlock(arg), 0);
}

static void unlock_c11(void *arg)
{
	CHECK_EQ(mtx_unlock(arg), thrd_success);
}

static void do_cond_wait(void)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(1);
}

static void do_cond_timedwait(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 60000);
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	pthread_cond_timedwait(&cond, &mutex, &at);
	pthread_cleanup_pop(1);
}

static void do_cond_clockwait(void)
{
	struct timespec at = deadline_ms(CLOCK_MONOTONIC, 60000);
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &at);
	pthread_cleanup_pop(1);
}

static void do_cnd_wait(void)
{
	mtx_lock(&c11_mutex);
	pthread_cleanup_push(unlock_c11, &c11_mutex);
	cnd_wait(&c11_cond, &c11_mutex);
	pthread_cleanup_pop(1);
}

static void do_cnd_timedwait(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 60000);
	mtx_lock(&c11_mutex);
	pthread_cleanup_push(unlock_c11, &c11_mutex);
	cnd_timedwait(&c11_cond, &c11_mutex, &at);
	pthread_cleanup_pop(1);
}

static void do_join(void) { pthread_join(sleeper, 0); }
static void do_thrd_join(void) { thrd_join(c11_sleeper, 0); }
static void do_thrd_sleep(void) { thrd_sleep(&minute, 0); }
static void do_sem_wait(void) { sem_wait(&sem); }

static void do_sem_timedwait(void)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 60000);
	sem_timedwait(&sem, &at);
}

static void do_sem_clockwait(void)
{
	struct timespec at = deadline_ms(CLOCK_MONOTONIC, 60000);
	sem_clockwait(&sem, CLOCK_MONOTONIC, &at);
}

static void do_nanosleep(void) { nanosleep(&minute, 0); }
static void do_clock_nanosleep(void) { clock_nanosleep(CLOCK_MONOTONIC, 0, &minute, 0); }
static void do_sleep(void) { sleep(60); }
static void do_usleep(void) { usleep(60000000); }
static void do_pause(void) { pause(); }

static void do_sigsuspend(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigsuspend(&none);
}

static void do_sigwait(void)
{
	int number;
	sigwait(&usr1, &number);
}

static void do_sigwaitinfo(void) { sigwaitinfo(&usr1, 0); }
static void do_sigtimedwait(void) { sigtimedwait(&usr1, 0, &minute); }

static void do_poll(void)
{
	struct pollfd one = { empty[0], POLLIN, 0 };
	poll(&one, 1, 60000);
}

static void do_ppoll(void)
{
	struct pollfd one = { empty[0], POLLIN, 0 };
	ppoll(&one, 1, &minute, 0);
}

static void do_select(void)
{
	fd_set set;
	struct timeval time = { 60, 0 };
	FD_ZERO(&set);
	FD_SET(empty[0], &set);
	select(empty[0] + 1, &set, 0, 0, &time);
}

static void do_pselect(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(empty[0], &set);
	pselect(empty[0] + 1, &set, 0, 0, &minute, 0);
}

static struct iovec part = { bytes, 1 };

static void do_read(void) { CHECK_EQ(read(empty[0], bytes, 1), -1); }
static void do_readv(void) { CHECK_EQ(readv(empty[0], &part, 1), -1); }
static void do_write(void) { CHECK_EQ(write(full[1], bytes, 1), -1); }
static void do_writev(void) { CHECK_EQ(writev(full[1], &part, 1), -1); }
static void do_pread(void) { CHECK_EQ(pread(file, bytes, 1, 0), 1); }
static void do_pwrite(void) { CHECK_EQ(pwrite(file, bytes, 1, 0), 1); }
static void do_read_file(void) { CHECK(read(file, bytes, 1) >= 0); }
static void do_write_file(void) { CHECK_EQ(write(file, bytes, 1), 1); }

/* None of these is reached when all is well, so nothing is left open. */
static void do_open(void) { open(FILE_NAME, O_RDONLY); }
static void do_openat(void) { openat(AT_FDCWD, FILE_NAME, O_RDONLY); }
static void do_creat(void) { creat(FILE_NAME ".new", 0600); }
static void do_close(void) { close(-1); }
static void do_fsync(void) { fsync(file); }
static void do_fdatasync(void) { fdatasync(file); }
static void do_lockf(void) { lockf(file, F_LOCK, 0); }
static void do_msync(void) { msync(bytes, 0, MS_SYNC); }
static void do_tcdrain(void) { tcdrain(file); }

static void do_setlkw(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	fcntl(file, F_SETLKW, &lock);
}

static void do_wait(void) { wait(0); }
static void do_waitpid(void) { waitpid(-1, 0, 0); }

#if __has_include(<aio.h>)
/* A read that never ends. */
static struct aiocb endless;

static void do_aio_suspend(void)
{
	const struct aiocb *list[] = { &endless };
	aio_suspend(list, 1, &minute);
}

static void start_endless(void)
{
	endless.aio_fildes = empty[0];
	endless.aio_buf = bytes;
	endless.aio_nbytes = 1;
	CHECK_EQ(aio_read(&endless), 0);
}
#else
static void start_endless(void)
{
}
#endif

#if __has_include(<mqueue.h>)
static mqd_t no_messages, no_room;
static struct timespec later;

static void do_mq_receive(void) { mq_receive(no_messages, bytes, sizeof bytes, 0); }
static void do_mq_timedreceive(void) { mq_timedreceive(no_messages, bytes, sizeof bytes, 0, &later); }
static void do_mq_send(void) { mq_send(no_room, "x", 1, 0); }
static void do_mq_timedsend(void) { mq_timedsend(no_room, "x", 1, 0, &later); }

static void open_queues(void)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 16 };
	char name[32];
	later = deadline_ms(CLOCK_REALTIME, 60000);
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "/cancel-%d-%d", (int)getpid(), i);
		*(i ? &no_room : &no_messages) = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
		mq_unlink(name);
	}
	REQUIRE(no_messages != (mqd_t)-1 && no_room != (mqd_t)-1);
	CHECK_EQ(mq_send(no_room, "x", 1, 0), 0);
}
#else
static void open_queues(void)
{
}
#endif

enum { AT_ONCE, WAITS };

static const struct point {
	const char *name;
	void (*call)(void);
	int waits;
} points[] = {
	{ "pthread_testcancel", pthread_testcancel, AT_ONCE },
	{ "pthread_cond_wait", do_cond_wait, WAITS },
	{ "pthread_cond_timedwait", do_cond_timedwait, WAITS },
	{ "pthread_cond_clockwait", do_cond_clockwait, WAITS },
	{ "cnd_wait", do_cnd_wait, WAITS },
	{ "cnd_timedwait", do_cnd_timedwait, WAITS },
	{ "pthread_join", do_join, WAITS },
	{ "thrd_join", do_thrd_join, WAITS },
	{ "thrd_sleep", do_thrd_sleep, WAITS },
	{ "sem_wait", do_sem_wait, WAITS },
	{ "sem_timedwait", do_sem_timedwait, WAITS },
	{ "sem_clockwait", do_sem_clockwait, WAITS },
	{ "nanosleep", do_nanosleep, WAITS },
	{ "clock_nanosleep", do_clock_nanosleep, WAITS },
	{ "sleep", do_sleep, WAITS },
	{ "usleep", do_usleep, WAITS },
	{ "pause", do_pause, WAITS },
	{ "sigsuspend", do_sigsuspend, WAITS },
	{ "sigwait", do_sigwait, WAITS },
	{ "sigwaitinfo", do_sigwaitinfo, WAITS },
	{ "sigtimedwait", do_sigtimedwait, WAITS },
	{ "poll", do_poll, WAITS },
	{ "ppoll", do_ppoll, WAITS },
	{ "select", do_select, WAITS },
	{ "pselect", do_pselect, WAITS },
	{ "read", do_read, WAITS },
	{ "readv", do_readv, WAITS },
	{ "write", do_write, WAITS },
	{ "writev", do_writev, WAITS },
	{ "read of a file", do_read_file, AT_ONCE },
	{ "write to a file", do_write_file, AT_ONCE },
	{ "pread", do_pread, AT_ONCE },
	{ "pwrite", do_pwrite, AT_ONCE },
	{ "open", do_open, AT_ONCE },
	{ "openat", do_openat, AT_ONCE },
	{ "creat", do_creat, AT_ONCE },
	{ "close", do_close, AT_ONCE },
	{ "fsync", do_fsync, AT_ONCE },
	{ "fdatasync", do_fdatasync, AT_ONCE },
	{ "lockf", do_lockf, AT_ONCE },
	{ "msync", do_msync, AT_ONCE },
	{ "tcdrain", do_tcdrain, AT_ONCE },
	{ "fcntl(F_SETLKW)", do_setlkw, AT_ONCE },
	{ "wait", do_wait, AT_ONCE },
	{ "waitpid", do_waitpid, AT_ONCE },
#if __has_include(<aio.h>)
	{ "aio_suspend", do_aio_suspend, WAITS },
#endif
#if __has_include(<mqueue.h>)
	{ "mq_receive", do_mq_receive, WAITS },
	{ "mq_timedreceive", do_mq_timedreceive, WAITS },
	{ "mq_send", do_mq_send, WAITS },
	{ "mq_timedsend", do_mq_timedsend, WAITS },
#endif
};

static int started, requested, cleaned;

static void note(void *arg)
{
	(void)arg;
	cleaned++;
}

/* Enters the call with a request pending. */
static void *enter_pending(void *arg)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, 0);
	__atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&requested, __ATOMIC_SEQ_CST))
		sched_yield();
	pthread_cleanup_push(note, 0);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, 0);
	((const struct point *)arg)->call();
	pthread_cleanup_pop(0);
	return 0;
}

/* Is asked while it waits, or on its way there. */
static void *enter_early(void *arg)
{
	pthread_cleanup_push(note, 0);
	__atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
	((const struct point *)arg)->call();
	pthread_cleanup_pop(0);
	return 0;
}

static void check(const struct point *point, void *(*body)(void *), long pause_ms)
{
	pthread_t thread;
	void *result;
	started = requested = cleaned = 0;
	REQUIRE(pthread_create(&thread, 0, body, (void *)point) == 0);
	EVENTUALLY(__atomic_load_n(&started, __ATOMIC_SEQ_CST));
	if (pause_ms)
		sleep_ms(pause_ms);
	CHECK_RC(pthread_cancel(thread), 0);
	__atomic_store_n(&requested, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_join(thread, &result), 0);
	if (!CHECK(result == PTHREAD_CANCELED && cleaned == 1))
		fprintf(stderr, "%s (%s)\n", point->name, body == enter_pending ? "pending" : "waiting");
}

static int sleep_c11(void *arg)
{
	(void)arg;
	thrd_sleep(&minute, 0);
	return 0;
}

static void *sleep_long(void *arg)
{
	sleep_ms(60000);
	return arg;
}

int main(void)
{
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	CHECK_RC(pthread_sigmask(SIG_BLOCK, &usr1, 0), 0);
	REQUIRE(sem_init(&sem, 0, 0) == 0);
	REQUIRE(pipe(empty) == 0 && pipe(full) == 0);
	CHECK_EQ(fcntl(full[1], F_SETFL, O_NONBLOCK), 0);
	while (write(full[1], bytes, sizeof bytes) > 0)
		;
	CHECK_EQ(fcntl(full[1], F_SETFL, 0), 0);
	file = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	REQUIRE(file >= 0);
	CHECK_EQ(write(file, bytes, sizeof bytes), (ssize_t)sizeof bytes);
	CHECK_EQ(mtx_init(&c11_mutex, mtx_plain), thrd_success);
	CHECK_EQ(cnd_init(&c11_cond), thrd_success);
	open_queues();
	start_endless();
	REQUIRE(pthread_create(&sleeper, 0, sleep_long, 0) == 0);
	REQUIRE(thrd_create(&c11_sleeper, sleep_c11, 0) == thrd_success);

	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		check(&points[i], enter_pending, 0);
		if (points[i].waits) {
			check(&points[i], enter_early, 0);
			check(&points[i], enter_early, 5);
		}
	}

	/* The semaphore, the pipe and the file lost nothing to those who were cancelled. */
	int value = -1;
	CHECK_EQ(sem_getvalue(&sem, &value), 0);
	CHECK_EQ(value, 0);
	CHECK_RC(pthread_mutex_trylock(&mutex), 0);
	CHECK_EQ(mtx_trylock(&c11_mutex), thrd_success);
	CHECK(access(FILE_NAME ".new", F_OK) != 0);
	unlink(FILE_NAME);
	return check_done();
}
