/* aio.h: reads, writes and synchronisation that go on beside the program; waiting, cancelling, lists, and being
 * told by a signal or a thread; the errors of each function. */
#include "check.h"
#include "deadline.h"
#include <aio.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static int temporary(int flags)
{
	char name[] = "/tmp/aio-XXXXXX";
	int made = mkstemp(name), fd = open(name, flags);
	REQUIRE(made >= 0 && fd >= 0);
	CHECK_EQ(close(made), 0);
	CHECK_EQ(unlink(name), 0);
	return fd;
}

static struct aiocb request(int fd, void *buffer, size_t len, off_t offset)
{
	struct aiocb block = {.aio_fildes = fd, .aio_buf = buffer, .aio_nbytes = len, .aio_offset = offset};
	block.aio_sigevent.sigev_notify = SIGEV_NONE;
	return block;
}

/* Waits for one request and answers its result. */
static ssize_t finish(struct aiocb *block)
{
	const struct aiocb *list[] = {block};
	while (aio_error(block) == EINPROGRESS)
		if (aio_suspend(list, 1, NULL) < 0)
			CHECK_EQ(errno, EINTR);
	return aio_return(block);
}

static void reading_and_writing(void)
{
	int fd = temporary(O_RDWR);
	char bytes[12];
	struct aiocb write = request(fd, "hello world", 12, 100), read = request(fd, bytes, 12, 100);
	CHECK_EQ(aio_write(&write), 0);
	CHECK_EQ(finish(&write), 12);
	CHECK_EQ(aio_read(&read), 0);
	CHECK_EQ(finish(&read), 12);
	CHECK(strcmp(bytes, "hello world") == 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	/* At the end there is nothing more. */
	read = request(fd, bytes, 12, 112);
	CHECK_EQ(aio_read(&read), 0);
	CHECK_EQ(finish(&read), 0);
	struct aiocb sync = request(fd, NULL, -1, 0); /* only the descriptor matters */
	CHECK_EQ(aio_fsync(O_SYNC, &sync), 0);
	CHECK_EQ(finish(&sync), 0);
	CHECK_ERRNO(aio_fsync(12345, &sync), EINVAL);
	sync.aio_fildes = -1;
	CHECK_ERRNO(aio_fsync(O_SYNC, &sync), EBADF);
	close(fd);
}

static void appending(void)
{
	enum { COUNT = 50 };
	int fd = temporary(O_RDWR | O_APPEND);
	static struct aiocb blocks[COUNT];
	static int numbers[COUNT], back[COUNT];
	for (int i = 0; i < COUNT; i++) {
		numbers[i] = i;
		blocks[i] = request(fd, &numbers[i], sizeof(int), 0);
		CHECK_EQ(aio_write(&blocks[i]), 0);
	}
	for (int i = 0; i < COUNT; i++)
		CHECK_EQ(finish(&blocks[i]), sizeof(int));
	CHECK_EQ(pread(fd, back, sizeof back, 0), sizeof back);
	CHECK(memcmp(back, numbers, sizeof back) == 0);
	close(fd);
}

/* Errors come at the call or with the request. */
static int failure(int (*call)(struct aiocb *), struct aiocb block)
{
	if (call(&block) < 0)
		return errno;
	const struct aiocb *list[] = {&block};
	while (aio_error(&block) == EINPROGRESS)
		aio_suspend(list, 1, NULL);
	int error = aio_error(&block);
	CHECK_EQ(aio_return(&block), -1);
	return error;
}

static void mistakes(void)
{
	char bytes[8];
	int reader = temporary(O_RDONLY), writer = temporary(O_WRONLY);
	CHECK_EQ(failure(aio_read, request(-1, bytes, 8, 0)), EBADF);
	CHECK_EQ(failure(aio_write, request(1000, bytes, 8, 0)), EBADF);
	CHECK_EQ(failure(aio_read, request(writer, bytes, 8, 0)), EBADF);
	CHECK_EQ(failure(aio_write, request(reader, bytes, 8, 0)), EBADF);
	CHECK_EQ(failure(aio_read, request(reader, bytes, 8, -1)), EINVAL);
	struct aiocb priority = request(reader, bytes, 8, 0);
	priority.aio_reqprio = -1;
	CHECK_EQ(failure(aio_read, priority), EINVAL);
	CHECK_ERRNO(aio_cancel(-1, NULL), EBADF);
	CHECK_EQ(aio_cancel(reader, NULL), AIO_ALLDONE);
	struct aiocb *nothing[] = {NULL};
	CHECK_ERRNO(lio_listio(12345, nothing, 1, NULL), EINVAL);
	CHECK_EQ(lio_listio(LIO_WAIT, nothing, 1, NULL), 0);
	close(reader), close(writer);
	CHECK(sysconf(_SC_ASYNCHRONOUS_IO) >= 200112L);
	CHECK(sysconf(_SC_AIO_LISTIO_MAX) == -1 || sysconf(_SC_AIO_LISTIO_MAX) >= 2);
	CHECK(sysconf(_SC_AIO_MAX) == -1 || sysconf(_SC_AIO_MAX) >= 1);
	CHECK(sysconf(_SC_AIO_PRIO_DELTA_MAX) >= 0);
}

static void waiting(void)
{
	int fds[2], other = temporary(O_RDWR);
	REQUIRE(pipe(fds) == 0);
	char byte, bytes[4];
	struct aiocb blocked = request(fds[0], &byte, 1, 0), done = request(other, "abcd", 4, 0);
	const struct aiocb *list[] = {NULL, &blocked, NULL};
	CHECK_EQ(aio_read(&blocked), 0);
	CHECK_EQ(aio_error(&blocked), EINPROGRESS);
	struct timespec none = {0, 0}, little = {0, 30000000};
	CHECK_ERRNO(aio_suspend(list, 3, &none), EAGAIN);
	long long before = now_ms();
	CHECK_ERRNO(aio_suspend(list, 3, &little), EAGAIN);
	CHECK(now_ms() >= before + 29);
	/* A request on another descriptor does not wait for this one. */
	CHECK_EQ(aio_write(&done), 0);
	CHECK_EQ(finish(&done), 4);
	list[2] = &done;
	CHECK_EQ(aio_suspend(list, 3, &none), 0);
	CHECK_EQ(write(fds[1], "x", 1), 1);
	CHECK_EQ(finish(&blocked), 1);
	CHECK_EQ(byte, 'x');
	/* What waits behind a request can be cancelled, a request that is being done cannot. */
	struct aiocb first = request(fds[0], bytes, 1, 0), second = request(fds[0], bytes + 1, 1, 0),
		     third = request(fds[0], bytes + 2, 1, 0);
	CHECK_EQ(aio_read(&first), 0);
	sleep_ms(30); /* so that it has begun; if not, it is cancelled as well */
	CHECK_EQ(aio_read(&second), 0);
	CHECK_EQ(aio_read(&third), 0);
	CHECK_EQ(aio_cancel(fds[0], &second), AIO_CANCELED);
	CHECK_EQ(aio_error(&second), ECANCELED);
	CHECK_EQ(aio_return(&second), -1);
	int cancelled = aio_cancel(fds[0], NULL);
	CHECK(cancelled == AIO_NOTCANCELED || cancelled == AIO_CANCELED);
	CHECK_EQ(aio_error(&third), ECANCELED);
	CHECK_EQ(write(fds[1], "y", 1), 1);
	if (cancelled == AIO_NOTCANCELED)
		CHECK_EQ(finish(&first), 1);
	CHECK_EQ(aio_cancel(fds[0], NULL), AIO_ALLDONE);
	close(fds[0]), close(fds[1]), close(other);
}

static sem_t told;
static volatile sig_atomic_t told_value, told_code;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	told_code = info->si_code, told_value = info->si_value.sival_int;
	sem_post(&told);
}

static void in_thread(union sigval value)
{
	told_value = value.sival_int;
	sem_post(&told);
}

static void wait_told(int value)
{
	struct timespec at = deadline_ms(CLOCK_REALTIME, 10000);
	int result;
	while ((result = sem_timedwait(&told, &at)) < 0 && errno == EINTR)
		;
	CHECK_EQ(result, 0);
	CHECK_EQ(told_value, value);
}

static void notification(void)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigaction(SIGUSR1, &action, NULL);
	sem_init(&told, 0, 0);
	int fd = temporary(O_RDWR);
	struct aiocb block = request(fd, "text", 4, 0);
	block.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
	block.aio_sigevent.sigev_signo = SIGUSR1;
	block.aio_sigevent.sigev_value.sival_int = 5;
	CHECK_EQ(aio_write(&block), 0);
	wait_told(5);
	CHECK_EQ(told_code, SI_ASYNCIO);
	CHECK_EQ(aio_error(&block), 0);
	CHECK_EQ(aio_return(&block), 4);
	block = request(fd, "text", 4, 0);
	block.aio_sigevent.sigev_notify = SIGEV_THREAD;
	block.aio_sigevent.sigev_notify_function = in_thread;
	block.aio_sigevent.sigev_value.sival_int = 6;
	CHECK_EQ(aio_write(&block), 0);
	wait_told(6);
	CHECK_EQ(aio_error(&block), 0);
	CHECK_EQ(aio_return(&block), 4);
	close(fd);
}

static void lists(void)
{
	enum { COUNT = 20 };
	int fds[2] = {temporary(O_RDWR), temporary(O_RDWR)};
	static struct aiocb blocks[COUNT];
	struct aiocb *list[COUNT + 1] = {NULL};
	static int numbers[COUNT], back[COUNT / 2];
	for (int i = 0; i < COUNT; i++) {
		numbers[i] = i;
		blocks[i] = request(fds[i % 2], &numbers[i], sizeof(int), i / 2 * sizeof(int));
		blocks[i].aio_lio_opcode = LIO_WRITE;
		list[i + 1] = &blocks[i];
	}
	CHECK_EQ(lio_listio(LIO_WAIT, list, COUNT + 1, NULL), 0);
	for (int i = 0; i < COUNT; i++) {
		CHECK_EQ(aio_error(&blocks[i]), 0);
		CHECK_EQ(aio_return(&blocks[i]), sizeof(int));
	}
	for (int file = 0; file < 2; file++) {
		CHECK_EQ(pread(fds[file], back, sizeof back, 0), sizeof back);
		for (int i = 0; i < COUNT / 2; i++)
			CHECK_EQ(back[i], 2 * i + file);
	}
	/* Not waiting: told when all are done. */
	memset(numbers, 0, sizeof numbers);
	for (int i = 0; i < COUNT; i++)
		blocks[i].aio_lio_opcode = i == 3 ? LIO_NOP : LIO_READ;
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread, .sigev_value.sival_int = 9};
	CHECK_EQ(lio_listio(LIO_NOWAIT, list, COUNT + 1, &event), 0);
	wait_told(9);
	for (int i = 0; i < COUNT; i++)
		CHECK_EQ(numbers[i], i == 3 ? 0 : i);
	/* One that fails makes the list fail. */
	blocks[1].aio_fildes = -1;
	CHECK_ERRNO(lio_listio(LIO_WAIT, list, 3, NULL), EIO);
	CHECK_EQ(aio_error(&blocks[0]), 0);
	CHECK_EQ(aio_return(&blocks[0]), sizeof(int));
	CHECK_EQ(aio_error(&blocks[1]), EBADF);
	close(fds[0]), close(fds[1]);
}

static volatile int interrupted;

static void ignore(int signal)
{
	(void)signal;
}

static void *suspended(void *argument)
{
	const struct aiocb *list[] = {argument};
	CHECK_ERRNO(aio_suspend(list, 1, NULL), EINTR);
	interrupted = 1;
	return NULL;
}

static void signals(void)
{
	struct sigaction action = {.sa_handler = ignore};
	sigaction(SIGUSR2, &action, NULL);
	int fds[2];
	REQUIRE(pipe(fds) == 0);
	char byte;
	struct aiocb block = request(fds[0], &byte, 1, 0);
	CHECK_EQ(aio_read(&block), 0);
	pthread_t thread;
	REQUIRE(pthread_create(&thread, NULL, suspended, &block) == 0);
	while (!interrupted) {
		pthread_kill(thread, SIGUSR2);
		sleep_ms(10);
	}
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(write(fds[1], "z", 1), 1);
	CHECK_EQ(finish(&block), 1);
	close(fds[0]), close(fds[1]);
}

int main(void)
{
	reading_and_writing();
	appending();
	mistakes();
	waiting();
	notification();
	lists();
	signals();
	return check_done();
}
