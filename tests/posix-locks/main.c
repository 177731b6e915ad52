/* Locks on files: fcntl's for the process and for open files, lockf, flock. */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

static struct flock range(int type, int whence, off_t start, off_t len)
{
	struct flock lock;
	memset(&lock, 0, sizeof lock);
	lock.l_type = type;
	lock.l_whence = whence;
	lock.l_start = start;
	lock.l_len = len;
	return lock;
}

static int lock(int fd, int command, int type, off_t start, off_t len)
{
	struct flock lock = range(type, SEEK_SET, start, len);
	return fcntl(fd, command, &lock);
}

static int a, b;

/* The locks of one process never meet; arguments are checked all the same. */
static void process(void)
{
	struct flock l;
	CHECK_EQ(lock(a, F_SETLK, F_WRLCK, 0, 100), 0);
	CHECK_EQ(lock(b, F_SETLK, F_WRLCK, 50, 100), 0);
	CHECK_EQ(lock(b, F_SETLKW, F_RDLCK, 0, 0), 0);
	l = range(F_WRLCK, SEEK_SET, 10, 10);
	CHECK_EQ(fcntl(b, F_GETLK, &l), 0);
	CHECK_EQ(l.l_type, F_UNLCK);
	CHECK_EQ(l.l_start, 10);
	CHECK_EQ(lock(a, F_SETLK, F_UNLCK, 0, 0), 0);
	CHECK_ERRNO(lock(a, F_SETLK, 77, 0, 0), EINVAL);
	CHECK_ERRNO(lock(a, F_GETLK, 77, 0, 0), EINVAL);
	CHECK_ERRNO(lock(a, F_SETLK, F_RDLCK, -1, 1), EINVAL);
	CHECK_ERRNO(lock(a, F_SETLK, F_RDLCK, 5, -6), EINVAL);
	CHECK_EQ(lock(a, F_SETLK, F_RDLCK, 5, -5), 0);
	l = range(F_RDLCK, 9, 0, 0);
	CHECK_ERRNO(fcntl(a, F_SETLK, &l), EINVAL);
	const off_t most = 0x7fffffffffffffff;
	l = range(F_RDLCK, SEEK_SET, most, 2);
	CHECK_ERRNO(fcntl(a, F_SETLK, &l), EOVERFLOW);
	CHECK_EQ(lock(a, F_SETLK, F_RDLCK, most, 1), 0);
	CHECK_ERRNO(lock(-1, F_SETLK, F_RDLCK, 0, 0), EBADF);
	CHECK_ERRNO(lock(-1, F_GETLK, F_RDLCK, 0, 0), EBADF);
	int in = open("f", O_RDONLY), out = open("f", O_WRONLY);
	CHECK_ERRNO(lock(in, F_SETLK, F_WRLCK, 0, 0), EBADF);
	CHECK_ERRNO(lock(out, F_SETLK, F_RDLCK, 0, 0), EBADF);
	CHECK_ERRNO(lock(out, F_SETLKW, F_RDLCK, 0, 0), EBADF);
	CHECK_EQ(lock(in, F_SETLK, F_RDLCK, 0, 0), 0);
	CHECK_EQ(lock(out, F_SETLK, F_WRLCK, 0, 0), 0);
	CHECK_EQ(close(in), 0);
	CHECK_EQ(close(out), 0);
}

/* Locks of open files meet each other's and the process's. */
static void open_files(void)
{
	struct flock l;
	CHECK_EQ(lock(a, F_OFD_SETLK, F_WRLCK, 100, 50), 0);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_WRLCK, 149, 1), EAGAIN);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_RDLCK, 0, 0), EAGAIN);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_WRLCK, 150, 10), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_WRLCK, 0, 100), 0);
	l = range(F_RDLCK, SEEK_SET, 120, 1);
	CHECK_EQ(fcntl(b, F_OFD_GETLK, &l), 0);
	CHECK_EQ(l.l_type, F_WRLCK);
	CHECK_EQ(l.l_whence, SEEK_SET);
	CHECK_EQ(l.l_start, 100);
	CHECK_EQ(l.l_len, 50);
	CHECK_EQ(l.l_pid, -1);
	/* The process is an owner, too. */
	CHECK_ERRNO(lock(a, F_SETLK, F_RDLCK, 110, 1), EAGAIN);
	CHECK_EQ(lock(a, F_SETLK, F_WRLCK, 200, 0), 0);
	l = range(F_WRLCK, SEEK_SET, 0, 0);
	l.l_start = 300;
	CHECK_EQ(fcntl(a, F_OFD_GETLK, &l), 0);
	CHECK_EQ(l.l_type, F_WRLCK);
	CHECK_EQ(l.l_start, 200);
	CHECK_EQ(l.l_len, 0);
	CHECK_EQ(l.l_pid, getpid());
	CHECK_EQ(lock(a, F_SETLK, F_UNLCK, 0, 0), 0);
	/* Shared after exclusive, in the middle. */
	CHECK_EQ(lock(a, F_OFD_SETLK, F_RDLCK, 110, 10), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_RDLCK, 110, 10), 0);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_WRLCK, 110, 10), EAGAIN);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_RDLCK, 109, 1), EAGAIN);
	/* A duplicate is the same open file. */
	int copy = dup(a);
	CHECK_EQ(lock(copy, F_OFD_SETLK, F_WRLCK, 130, 10), 0);
	CHECK_EQ(close(copy), 0);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_WRLCK, 130, 1), EAGAIN);
	l = range(F_WRLCK, SEEK_SET, 0, 1);
	l.l_pid = 1;
	CHECK_ERRNO(fcntl(a, F_OFD_SETLK, &l), EINVAL);
	CHECK_EQ(lock(a, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
	/* The last descriptor gone, the locks are gone. */
	int c = open("f", O_RDWR);
	CHECK_ERRNO(lock(c, F_OFD_SETLK, F_WRLCK, 0, 0), EAGAIN);
	CHECK_EQ(close(b), 0);
	CHECK_EQ(lock(c, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
	CHECK_EQ(close(c), 0);
	b = open("f", O_RDWR);
}

static int got;

static void *waits(void *unused)
{
	CHECK_EQ(lock(b, F_OFD_SETLKW, F_WRLCK, 0, 10), 0);
	__atomic_store_n(&got, 1, __ATOMIC_SEQ_CST);
	return unused;
}

static void waiting(void)
{
	pthread_t thread;
	CHECK_EQ(lock(a, F_OFD_SETLK, F_WRLCK, 5, 1), 0);
	REQUIRE(pthread_create(&thread, NULL, waits, NULL) == 0);
	for (int i = 0; i < 100; i++)
		sched_yield();
	CHECK_EQ(__atomic_load_n(&got, __ATOMIC_SEQ_CST), 0);
	CHECK_EQ(lock(a, F_OFD_SETLK, F_UNLCK, 5, 1), 0);
	pthread_join(thread, NULL);
	CHECK_EQ(got, 1);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
}

/* Closing any descriptor of a file gives the process's locks up. */
static void closing(void)
{
	CHECK_EQ(lock(a, F_SETLK, F_WRLCK, 0, 0), 0);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_WRLCK, 0, 0), EAGAIN);
	CHECK_EQ(close(open("f", O_RDONLY)), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
}

static void whole_files(void)
{
	CHECK_EQ(flock(a, LOCK_SH), 0);
	CHECK_EQ(flock(b, LOCK_SH), 0);
	CHECK_ERRNO(flock(b, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	CHECK_EQ(flock(a, LOCK_UN), 0);
	CHECK_EQ(flock(b, LOCK_EX | LOCK_NB), 0);
	CHECK_ERRNO(flock(a, LOCK_SH | LOCK_NB), EWOULDBLOCK);
	/* They are not record locks. */
	CHECK_EQ(lock(a, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
	CHECK_EQ(lock(a, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
	CHECK_EQ(flock(b, LOCK_SH), 0);
	CHECK_EQ(flock(a, LOCK_SH), 0);
	int copy = dup(b);
	CHECK_EQ(flock(copy, LOCK_UN), 0);
	CHECK_EQ(close(copy), 0);
	CHECK_EQ(flock(a, LOCK_EX | LOCK_NB), 0);
	CHECK_EQ(close(a), 0);
	a = open("f", O_RDWR);
	CHECK_EQ(flock(b, LOCK_EX | LOCK_NB), 0);
	CHECK_EQ(flock(b, LOCK_UN), 0);
	CHECK_ERRNO(flock(b, 77), EINVAL);
	CHECK_ERRNO(flock(-1, LOCK_SH), EBADF);
}

static void sections(void)
{
	CHECK_EQ(lseek(a, 100, SEEK_SET), 100);
	CHECK_EQ(lockf(a, F_LOCK, 10), 0);
	CHECK_EQ(lockf(a, F_TEST, 10), 0);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_RDLCK, 109, 1), EAGAIN);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_WRLCK, 110, 1), 0);
	CHECK_ERRNO(lockf(a, F_TLOCK, 11), EAGAIN);
	errno = 0;
	CHECK_EQ(lockf(a, F_TEST, 11), -1);
	CHECK(errno == EACCES || errno == EAGAIN);
	CHECK_EQ(lockf(a, F_TLOCK, -50), 0);
	CHECK_ERRNO(lock(b, F_OFD_SETLK, F_RDLCK, 50, 1), EAGAIN);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_RDLCK, 49, 1), 0);
	CHECK_ERRNO(lockf(a, F_TLOCK, -101), EINVAL);
	CHECK_EQ(lockf(a, F_ULOCK, 0), 0);
	CHECK_EQ(lockf(a, F_ULOCK, -100), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
	CHECK_EQ(lock(b, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
	CHECK_ERRNO(lockf(a, 77, 0), EINVAL);
	CHECK_ERRNO(lockf(-1, F_LOCK, 0), EBADF);
	int in = open("f", O_RDONLY);
	CHECK_ERRNO(lockf(in, F_LOCK, 0), EBADF);
	CHECK_EQ(close(in), 0);
}

int main(void)
{
	a = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
	b = open("f", O_RDWR);
	REQUIRE(a >= 0 && b >= 0);
	process();
	CHECK_EQ(lock(a, F_SETLK, F_UNLCK, 0, 0), 0);
	open_files();
	CHECK_EQ(lock(b, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
	waiting();
	closing();
	whole_files();
	sections();
	CHECK_EQ(unlink("f"), 0);
	return check_done();
}
