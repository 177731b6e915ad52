/* <limits.h> says what sysconf and pathconf say, and no less than POSIX asks; <arpa/inet.h>, <utime.h>. */
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

static void limits(void)
{
	CHECK_EQ(sysconf(_SC_IOV_MAX), IOV_MAX);
	CHECK_EQ(sysconf(_SC_HOST_NAME_MAX), HOST_NAME_MAX);
	CHECK_EQ(sysconf(_SC_LOGIN_NAME_MAX), LOGIN_NAME_MAX);
	CHECK_EQ(sysconf(_SC_TTY_NAME_MAX), TTY_NAME_MAX);
	CHECK_EQ(sysconf(_SC_LINE_MAX), LINE_MAX);
	CHECK_EQ(sysconf(_SC_BC_DIM_MAX), BC_DIM_MAX);
	CHECK_EQ(sysconf(_SC_EXPR_NEST_MAX), EXPR_NEST_MAX);
	CHECK_EQ(sysconf(_SC_THREAD_DESTRUCTOR_ITERATIONS), PTHREAD_DESTRUCTOR_ITERATIONS);
	CHECK_EQ(sysconf(_SC_THREAD_KEYS_MAX), PTHREAD_KEYS_MAX);
	CHECK_EQ(pathconf("/", _PC_NAME_MAX), NAME_MAX);
	CHECK_EQ(pathconf("/", _PC_PATH_MAX), PATH_MAX);
	CHECK_EQ(pathconf("/tmp", _PC_PIPE_BUF), PIPE_BUF);
	CHECK_EQ(SSIZE_MAX, LONG_MAX);
	CHECK(NGROUPS_MAX >= _POSIX_NGROUPS_MAX);
	CHECK(PATH_MAX >= _POSIX_PATH_MAX && FILENAME_MAX == PATH_MAX);
	CHECK(IOV_MAX >= _XOPEN_IOV_MAX);
	CHECK(sysconf(_SC_OPEN_MAX) >= _POSIX_OPEN_MAX);
	CHECK(sysconf(_SC_ARG_MAX) >= _POSIX_ARG_MAX);
	CHECK(PIPE_BUF >= _POSIX_PIPE_BUF && _POSIX_NAME_MAX == 14 && LONG_BIT == 64 && NZERO == 20);
}

static void byte_order(void)
{
	const unsigned char bytes[] = {1, 2, 3, 4};
	uint32_t word;
	uint16_t half;
	uint32_t (*function)(uint32_t) = ntohl;

	memcpy(&word, bytes, 4);
	memcpy(&half, bytes, 2);
	CHECK_EQ(ntohl(word), 0x01020304);
	CHECK_EQ(function(word), 0x01020304);
	CHECK_EQ(htonl(0x01020304), word);
	CHECK_EQ(ntohs(half), 0x0102);
	CHECK_EQ((htons)(0x0102), half);
}

static void file_times(void)
{
	struct utimbuf times = {.actime = 1000, .modtime = 2000};
	struct stat status;
	int file = open("utime-test", O_CREAT | O_WRONLY, 0600);

	REQUIRE(file >= 0);
	CHECK_EQ(utime("utime-test", &times), 0);
	CHECK_EQ(fstat(file, &status), 0);
	CHECK_EQ(status.st_atime, 1000);
	CHECK_EQ(status.st_mtime, 2000);
	CHECK_EQ(utime("utime-test", NULL), 0);
	CHECK_EQ(fstat(file, &status), 0);
	CHECK(status.st_mtime > 1000000);
	close(file);
	CHECK_EQ(unlink("utime-test"), 0);
	CHECK_ERRNO(utime("utime-test", &times), ENOENT);
}

int main(void)
{
	limits();
	byte_order();
	file_times();
	return check_done();
}
