/* Calls that the C library hands to the system, each with its result and its errors. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static void descriptors(void)
{
	int fd = open("calls.txt", O_CREAT | O_RDWR | O_TRUNC, 0640);
	REQUIRE(fd >= 0);
	struct iovec out[3] = { { "one ", 4 }, { "", 0 }, { "two", 3 } };
	CHECK_EQ(writev(fd, out, 3), 7);
	CHECK_ERRNO(writev(fd, out, -1), EINVAL);
	char a[3], b[10];
	struct iovec in[2] = { { a, 3 }, { b, 10 } };
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(readv(fd, in, 2), 7);
	CHECK(memcmp(a, "one", 3) == 0 && memcmp(b, " two", 4) == 0);
	CHECK_EQ(pwritev(fd, out, 3, 7), 7);
	CHECK_EQ(preadv(fd, in, 2, 4), 10);
	CHECK(memcmp(a, "two", 3) == 0 && memcmp(b, "one two", 7) == 0);
	CHECK_EQ(pread(fd, b, 3, 4), 3);
	CHECK_ERRNO(pread(fd, b, 3, -1), EINVAL);
	CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_ERRNO(read(-1, b, 1), EBADF);
	CHECK_ERRNO(open("absent/x", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("calls.txt", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);

	struct stat stat_;
	CHECK(fstat(fd, &stat_) == 0 && stat_.st_size == 14 && S_ISREG(stat_.st_mode));
	CHECK_EQ(stat_.st_mode & 0777, 0640);
	CHECK_EQ(stat_.st_nlink, 1);
	CHECK(link("calls.txt", "calls2.txt") == 0);
	CHECK(stat("calls2.txt", &stat_) == 0 && stat_.st_nlink == 2);
	CHECK(unlink("calls2.txt") == 0);
	CHECK(fchmod(fd, 0600) == 0 && fstat(fd, &stat_) == 0 && (stat_.st_mode & 0777) == 0600);

	CHECK(posix_fallocate(fd, 100, 28) == 0 && fstat(fd, &stat_) == 0 && stat_.st_size == 128);
	CHECK(posix_fallocate(fd, 0, 10) == 0 && fstat(fd, &stat_) == 0 && stat_.st_size == 128);
	CHECK(ftruncate(fd, 3) == 0 && fstat(fd, &stat_) == 0 && stat_.st_size == 3);
	CHECK_RC(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
	CHECK_RC(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL), EBADF);

	struct timespec times[2] = { { 1000, 5 }, { 2000, 7 } };
	CHECK(futimens(fd, times) == 0 && fstat(fd, &stat_) == 0);
	CHECK(stat_.st_atim.tv_sec == 1000 && stat_.st_atim.tv_nsec == 5);
	CHECK(stat_.st_mtim.tv_sec == 2000 && stat_.st_mtim.tv_nsec == 7);
	times[0].tv_nsec = UTIME_OMIT;
	times[1].tv_nsec = UTIME_NOW;
	CHECK(utimensat(AT_FDCWD, "calls.txt", times, 0) == 0 && fstat(fd, &stat_) == 0);
	CHECK(stat_.st_atim.tv_sec == 1000 && stat_.st_mtim.tv_sec > 1000000);
	times[0].tv_nsec = 1000000000;
	CHECK_ERRNO(futimens(fd, times), EINVAL);

	int copy = dup(fd);
	CHECK(copy > fd);
	CHECK_EQ(dup2(fd, copy), copy);
	CHECK_EQ(dup2(fd, fd), fd);
	CHECK_ERRNO(dup2(-1, fd), EBADF);
	CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
	CHECK_EQ(fcntl(fd, F_GETFD), 0);
	CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	int high = fcntl(fd, F_DUPFD, 50);
	CHECK(high >= 50);
	CHECK(close(high) == 0 && close(copy) == 0 && close(fd) == 0);
	CHECK_ERRNO(close(fd), EBADF);
	CHECK(isatty(-1) == 0 && errno == EBADF);

	struct statvfs fs;
	CHECK(statvfs("calls.txt", &fs) == 0 && fs.f_bsize > 0 && fs.f_blocks >= fs.f_bfree);
	CHECK(access("calls.txt", R_OK | W_OK) == 0);
	CHECK_ERRNO(access("absent", F_OK), ENOENT);
	CHECK(unlink("calls.txt") == 0);
}

static void waiting(void)
{
	int fds[2];
	REQUIRE(pipe(fds) == 0);
	fd_set readable, writable;
	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_SET(fds[0], &readable);
	FD_SET(fds[1], &writable);
	struct timeval none = { 0, 0 };
	CHECK_EQ(select(fds[1] + 1, &readable, &writable, NULL, &none), 1);
	CHECK(!FD_ISSET(fds[0], &readable) && FD_ISSET(fds[1], &writable));
	CHECK_EQ(write(fds[1], "x", 1), 1);
	FD_SET(fds[0], &readable);
	CHECK_EQ(select(fds[1] + 1, &readable, &writable, NULL, NULL), 2);
	char byte;
	CHECK_EQ(read(fds[0], &byte, 1), 1);
	FD_ZERO(&readable);
	FD_SET(fds[0], &readable);
	struct timespec soon = { 0, 10000000 };
	CHECK_EQ(pselect(fds[0] + 1, &readable, NULL, NULL, &soon, NULL), 0);
	CHECK(!FD_ISSET(fds[0], &readable));
	CHECK_ERRNO(select(-1, NULL, NULL, NULL, &none), EINVAL);
	struct pollfd entry = { .fd = fds[0], .events = POLLIN };
	CHECK_EQ(poll(&entry, 1, 10), 0);
	CHECK(close(fds[1]) == 0);
	CHECK(poll(&entry, 1, 1000) == 1 && (entry.revents & POLLHUP));
	FD_SET(fds[0], &readable);
	CHECK_EQ(select(fds[0] + 1, &readable, NULL, NULL, NULL), 1);
	CHECK(close(fds[0]) == 0);
	FD_SET(fds[0], &readable);
	CHECK_ERRNO(select(fds[0] + 1, &readable, NULL, NULL, &none), EBADF);
	signal(SIGPIPE, SIG_IGN);
	REQUIRE(pipe(fds) == 0 && close(fds[0]) == 0);
	CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
	close(fds[1]);
}

static void clocks(void)
{
	struct timespec stamp, bad = { 0, 1000000000 }, negative = { -1, 0 };
	CHECK(clock_gettime(CLOCK_REALTIME, &stamp) == 0 && stamp.tv_sec > 1600000000);
	CHECK_ERRNO(clock_gettime(4711, &stamp), EINVAL);
	CHECK(clock_getres(CLOCK_MONOTONIC, &stamp) == 0 && stamp.tv_sec == 0 && stamp.tv_nsec >= 1);
	CHECK_ERRNO(nanosleep(&bad, NULL), EINVAL);
	CHECK_ERRNO(nanosleep(&negative, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){ 0, 1 }, NULL), EINVAL);
	CHECK_RC(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){ 1, 0 }, NULL), 0);
	struct timeval day;
	CHECK(gettimeofday(&day, NULL) == 0 && day.tv_usec < 1000000);
	CHECK(labs((long)day.tv_sec - (long)time(NULL)) <= 2);
	struct tms ticks;
	CHECK(times(&ticks) != (clock_t)-1 && sysconf(_SC_CLK_TCK) > 0);
	CHECK_EQ(CLOCKS_PER_SEC, 1000000);
	clock_t before = clock();
	double start = (double)day.tv_sec + (double)day.tv_usec / 1e6, now;
	do {
		gettimeofday(&day, NULL);
		now = (double)day.tv_sec + (double)day.tv_usec / 1e6;
	} while (now - start < 0.05);
	CHECK(clock() > before);
	struct rusage usage;
	CHECK(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 0);
	CHECK_ERRNO(getrusage(99, &usage), EINVAL);
}

static void system_(void)
{
	struct utsname name;
	CHECK(uname(&name) == 0 && strcmp(name.machine, "x86_64") == 0);
	char host[256];
	CHECK(gethostname(host, sizeof host) == 0 && host[0] != 0);
	CHECK_ERRNO(gethostname(host, 1), ENAMETOOLONG);
	CHECK(sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	CHECK(sysconf(_SC_PHYS_PAGES) > 0 && sysconf(_SC_OPEN_MAX) >= 20);
	CHECK_ERRNO(sysconf(98765), EINVAL);
	CHECK(pathconf("/", _PC_NAME_MAX) >= 14);
	CHECK_ERRNO(pathconf("absent", _PC_NAME_MAX), ENOENT);
	struct rlimit limit;
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= 20);
	CHECK_ERRNO(getrlimit(99, &limit), EINVAL);
	char random[2][16] = { { 0 } };
	CHECK(getentropy(random[0], 16) == 0 && getentropy(random[1], 16) == 0);
	CHECK(memcmp(random[0], random[1], 16) != 0);
	CHECK_ERRNO(getentropy(host, 257), EIO);
	struct passwd *user = getpwuid(0);
	CHECK(user != NULL && strcmp(user->pw_name, "root") == 0);
	struct group *group = getgrgid(0);
	CHECK(group != NULL && strcmp(group->gr_name, "root") == 0);
	CHECK(getpwnam("nobody at all") == NULL);
	char path[] = "/a/b//", plain[] = "plain", root[] = "//";
	CHECK(strcmp(basename(path), "b") == 0 && strcmp(basename(plain), "plain") == 0);
	CHECK(strcmp(basename(root), "/") == 0);
	static const char *const parts[][2] = { { "x/////y", "x" }, { "x/y///", "x" }, { "/x", "/" }, 
		{ "x", "." }, { "x/", "." }, { "", "." }, { "/a/b//c", "/a/b" }, { "..", "." } };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char name[16];
		strcpy(name, parts[i][0]);
		CHECK(strcmp(dirname(name), parts[i][1]) == 0);
	}
	CHECK(system(NULL) == 0 || access("/bin/sh", X_OK) == 0);
}

static pthread_barrier_t both;

static void *other(void *argument)
{
	(void)argument;
	CHECK(ftrylockfile(stderr) != 0);
	pthread_barrier_wait(&both);
	pthread_barrier_wait(&both);
	CHECK(ftrylockfile(stderr) == 0);
	funlockfile(stderr);
	return NULL;
}

static void streams(void)
{
	pthread_t thread;
	pthread_barrier_init(&both, NULL, 2);
	flockfile(stderr);
	flockfile(stderr);
	REQUIRE(pthread_create(&thread, NULL, other, NULL) == 0);
	pthread_barrier_wait(&both);
	funlockfile(stderr);
	funlockfile(stderr);
	pthread_barrier_wait(&both);
	pthread_join(thread, NULL);
	FILE *file = tmpfile();
	REQUIRE(file != NULL);
	flockfile(file);
	CHECK(putc_unlocked('x', file) == 'x');
	funlockfile(file);
	CHECK(fclose(file) == 0);
}

int main(void)
{
	descriptors();
	waiting();
	clocks();
	system_();
	streams();
	return check_done();
}
