/* What a program asks about the machine. */
#include "check.h"
#include <limits.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <sys/time.h>
#include <sys/resource.h>

int main(void)
{
	CHECK(getpid() > 0);
	CHECK(getppid() >= 0);
	CHECK_EQ(getuid(), geteuid());
	CHECK_EQ(getgid(), getegid());
	struct utsname names;
	CHECK_EQ(uname(&names), 0);
	CHECK(strcmp(names.machine, "x86_64") == 0);
	CHECK(names.sysname[0] != 0 && names.release[0] != 0);
	char host[256] = "";
	CHECK_EQ(gethostname(host, sizeof host), 0);
	CHECK(host[0] != 0);
	char folder[PATH_MAX];
	CHECK(getcwd(folder, sizeof folder) == folder && folder[0] == '/');
	CHECK_ERRNO((long)(getcwd(folder, 1) == NULL ? -1 : 0), ERANGE);

	CHECK_EQ(sysconf(_SC_PAGESIZE), getpagesize());
	CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	CHECK(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
	CHECK(sysconf(_SC_CLK_TCK) > 0);
	CHECK(sysconf(_SC_OPEN_MAX) >= 20);
	CHECK(sysconf(_SC_THREADS) >= 200112L);
	CHECK(sysconf(_SC_MONOTONIC_CLOCK) >= 200112L);
	CHECK_ERRNO(sysconf(123456), EINVAL);

	unsigned char a[32] = {0}, b[32] = {0};
	CHECK_EQ(getentropy(a, sizeof a), 0);
	CHECK_EQ(getentropy(b, sizeof b), 0);
	CHECK(memcmp(a, b, sizeof a) != 0);

	struct rusage usage;
	CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
	CHECK_EQ(isatty(123), 0);
	CHECK_EQ(errno, EBADF);
	return check_done();
}
