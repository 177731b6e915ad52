/* FIFOs: made by name, opened from both sides, with the waiting that POSIX describes. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static void making(void)
{
	struct stat s;
	umask(022);
	CHECK_EQ(mkfifo("p", 0666), 0);
	CHECK_EQ(stat("p", &s), 0);
	CHECK(S_ISFIFO(s.st_mode));
	CHECK_EQ(s.st_mode & 07777, 0644);
	CHECK_EQ(s.st_nlink, 1);
	CHECK_EQ(s.st_size, 0);
	CHECK_ERRNO(mkfifo("p", 0666), EEXIST);
	CHECK_ERRNO(mkfifo("none/p", 0666), ENOENT);
	CHECK_ERRNO(mkfifo("p/q", 0666), ENOTDIR);
	CHECK_ERRNO(mkfifo("", 0666), ENOENT);
	char name[300];
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = 0;
	CHECK_ERRNO(mkfifo(name, 0666), ENAMETOOLONG);
	CHECK_EQ(mkdir("d", 0777), 0);
	int dir = open("d", O_RDONLY | O_DIRECTORY);
	CHECK_EQ(mkfifoat(dir, "p", 0600), 0);
	CHECK_ERRNO(mkfifoat(dir, "p", 0600), EEXIST);
	CHECK_EQ(mknodat(dir, "q", S_IFIFO | 0640, 0), 0);
	CHECK_EQ(stat("d/q", &s), 0);
	CHECK_EQ(s.st_mode, S_IFIFO | 0640);
	CHECK_EQ(mknod("d/r", S_IFREG | 0600, 0), 0);
	CHECK_EQ(stat("d/r", &s), 0);
	CHECK_EQ(s.st_mode, S_IFREG | 0600);
	CHECK_ERRNO(mknod("d/s", S_IFDIR | 0700, 0), EPERM);
	CHECK_ERRNO(mknod("d/q", S_IFIFO | 0600, 0), EEXIST);
	CHECK_ERRNO(mknod("none/q", S_IFIFO | 0600, 0), ENOENT);
	CHECK_ERRNO(mknodat(-1, "q", S_IFIFO | 0600, 0), EBADF);
	CHECK_ERRNO(mkfifoat(-1, "q", 0600), EBADF);
	int fifo = open("d/q", O_RDONLY | O_NONBLOCK);
	CHECK_ERRNO(mkfifoat(fifo, "q", 0600), ENOTDIR);
	CHECK_EQ(close(fifo), 0);
	CHECK_EQ(close(dir), 0);
	CHECK_EQ(link("d/p", "d/l"), 0);
	CHECK_EQ(rename("d/l", "d/m"), 0);
	CHECK(stat("d/m", &s) == 0 && S_ISFIFO(s.st_mode) && s.st_nlink == 2);
	CHECK_EQ(unlink("d/m"), 0);
	CHECK_EQ(unlink("d/p"), 0);
	CHECK_EQ(unlink("d/q"), 0);
	CHECK_EQ(unlink("d/r"), 0);
	CHECK_EQ(rmdir("d"), 0);
}

/* Nobody on the other side. */
static void alone(void)
{
	char c;
	CHECK_ERRNO(open("p", O_WRONLY | O_NONBLOCK), ENXIO);
	int read_end = open("p", O_RDONLY | O_NONBLOCK);
	REQUIRE(read_end >= 0);
	CHECK_EQ(read(read_end, &c, 1), 0);
	struct pollfd entry = {read_end, POLLIN, 0};
	CHECK_EQ(poll(&entry, 1, 0), 0);
	int write_end = open("p", O_WRONLY | O_NONBLOCK);
	REQUIRE(write_end >= 0);
	CHECK_ERRNO(read(read_end, &c, 1), EAGAIN);
	CHECK_ERRNO(lseek(read_end, 0, SEEK_CUR), ESPIPE);
	CHECK_ERRNO(pread(read_end, &c, 1, 0), ESPIPE);
	CHECK_ERRNO(ftruncate(write_end, 0), EINVAL);
	CHECK_ERRNO(read(write_end, &c, 1), EBADF);
	CHECK_ERRNO(write(read_end, &c, 1), EBADF);
	CHECK_EQ(write(write_end, "ab", 2), 2);
	CHECK_EQ(poll(&entry, 1, 0), 1);
	CHECK_EQ(entry.revents, POLLIN);
	CHECK_EQ(close(write_end), 0);
	CHECK_EQ(poll(&entry, 1, 0), 1);
	CHECK_EQ(entry.revents, POLLIN | POLLHUP);
	CHECK_EQ(read(read_end, &c, 1), 1);
	CHECK_EQ(c, 'a');
	CHECK_EQ(read(read_end, &c, 1), 1);
	CHECK_EQ(read(read_end, &c, 1), 0);
	CHECK_EQ(poll(&entry, 1, 0), 1);
	CHECK_EQ(entry.revents, POLLHUP);
	/* A new writer, through the same name. */
	write_end = open("p", O_WRONLY);
	CHECK_EQ(poll(&entry, 1, 0), 0);
	CHECK_EQ(close(read_end), 0);
	entry = (struct pollfd){write_end, POLLOUT, 0};
	CHECK_EQ(poll(&entry, 1, 0), 1);
	CHECK(entry.revents & POLLERR);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(write_end, "x", 1), EPIPE);
	CHECK_EQ(close(write_end), 0);
	/* What nobody read is gone with the last end. */
	int both = open("p", O_RDWR);
	REQUIRE(both >= 0);
	CHECK_EQ(write(both, "xyz", 3), 3);
	CHECK_EQ(close(both), 0);
	both = open("p", O_RDWR | O_NONBLOCK);
	CHECK_ERRNO(read(both, &c, 1), EAGAIN);
	CHECK_EQ(write(both, "1", 1), 1);
	CHECK_EQ(read(both, &c, 1), 1);
	CHECK_EQ(close(both), 0);
}

static void *writer(void *unused)
{
	int fd = open("p", O_WRONLY);
	CHECK(fd >= 0);
	char block[1000];
	for (int i = 0; i < 300; i++) {
		memset(block, 'a' + i % 26, sizeof block);
		CHECK_EQ(write(fd, block, sizeof block), sizeof block);
	}
	CHECK_EQ(close(fd), 0);
	return unused;
}

/* Each side waits for the other, and the end of the one is the other's end of file. */
static void meeting(void)
{
	for (int round = 0; round < 20; round++) {
		pthread_t thread;
		REQUIRE(pthread_create(&thread, NULL, writer, NULL) == 0);
		int fd = open("p", O_RDONLY);
		REQUIRE(fd >= 0);
		char block[700];
		long total = 0, wrong = 0, n;
		while ((n = read(fd, block, sizeof block)) > 0)
			for (long i = 0; i < n; i++, total++)
				wrong += block[i] != 'a' + total / 1000 % 26;
		CHECK_EQ(n, 0);
		CHECK_EQ(total, 300000);
		CHECK_EQ(wrong, 0);
		CHECK_EQ(close(fd), 0);
		pthread_join(thread, NULL);
	}
}

static void *opens_and_goes(void *unused)
{
	int fd = open("p", O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(close(fd), 0);
	return unused;
}

/* One that opens and goes at once has still been met. */
static void short_meeting(void)
{
	for (int round = 0; round < 100; round++) {
		pthread_t thread;
		REQUIRE(pthread_create(&thread, NULL, opens_and_goes, NULL) == 0);
		int fd = open("p", O_WRONLY);
		CHECK(fd >= 0);
		CHECK_EQ(close(fd), 0);
		pthread_join(thread, NULL);
	}
}

int main(void)
{
	making();
	alone();
	meeting();
	short_meeting();
	CHECK_EQ(unlink("p"), 0);
	return check_done();
}
