/* What POSIX.1-2024 has that POSIX.1-2017 did not, as far as no other test has it. */
#include "check.h"
#include <devctl.h>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

/* There is no fork: the flags are kept and told. */
static void close_on_fork(void)
{
	int both = FD_CLOEXEC | FD_CLOFORK, fds[2], fd = open("/dev/null", O_RDONLY | O_CLOFORK);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOFORK);
	CHECK_EQ(fcntl(fd, F_SETFD, both), 0);
	CHECK_EQ(fcntl(fd, F_GETFD), both);
	int copy = fcntl(fd, F_DUPFD_CLOFORK, 0);
	CHECK_EQ(fcntl(copy, F_GETFD), FD_CLOFORK);
	CHECK_EQ(dup3(fd, copy, O_CLOFORK | O_CLOEXEC), copy);
	CHECK_EQ(fcntl(copy, F_GETFD), both);
	CHECK_EQ(dup2(fd, copy), copy);
	CHECK_EQ(fcntl(copy, F_GETFD), 0);
	close(copy);
	CHECK_EQ(pipe2(fds, O_CLOFORK), 0);
	CHECK_EQ(fcntl(fds[0], F_GETFD), FD_CLOFORK);
	CHECK_EQ(fcntl(fds[1], F_GETFD), FD_CLOFORK);
	CHECK_EQ(fcntl(fds[1], F_GETFL), O_WRONLY);
	close(fds[0]);
	close(fds[1]);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOFORK | SOCK_NONBLOCK, 0, fds), 0);
	CHECK_EQ(fcntl(fds[0], F_GETFD), FD_CLOFORK);
	CHECK_EQ(fcntl(fds[1], F_GETFL), O_RDWR | O_NONBLOCK);
	close(fds[0]);
	close(fds[1]);
	CHECK_EQ(posix_close(fd, POSIX_CLOSE_RESTART), 0);
	CHECK_ERRNO(posix_close(fd, 0), EBADF);
	CHECK_ERRNO(posix_close(0, ~POSIX_CLOSE_RESTART), EINVAL);
	CHECK_EQ(fcntl(0, F_GETFD), 0);
	CHECK_ERRNO(_Fork(), ENOSYS);
}

static void devices(void)
{
	int ends[2], bytes = -1, information = -1;
	struct winsize size = { 0 };
	REQUIRE(pipe(ends) == 0 && write(ends[1], "abc", 3) == 3);
	CHECK_ERRNO(tcgetwinsize(ends[0], &size), ENOTTY);
	CHECK_ERRNO(tcsetwinsize(ends[0], &size), ENOTTY);
	errno = 0;
	CHECK_RC(posix_devctl(ends[0], FIONREAD, &bytes, sizeof bytes, &information), 0);
	CHECK(bytes == 3 && information == 0 && errno == 0);
	CHECK_RC(posix_devctl(ends[0], FIONREAD, &bytes, sizeof bytes, NULL), 0);
	CHECK_RC(posix_devctl(ends[0], FIONREAD, &bytes, sizeof bytes - 1, NULL), EINVAL);
	CHECK_RC(posix_devctl(ends[0], FIONREAD, NULL, 0, NULL), EINVAL);
	CHECK_RC(posix_devctl(ends[0], TIOCGWINSZ, &size, sizeof size, NULL), ENOTTY);
	CHECK_RC(posix_devctl(ends[0], 12345, NULL, 0, NULL), ENOTTY);
	close(ends[0]);
	CHECK_RC(posix_devctl(ends[0], FIONREAD, &bytes, sizeof bytes, NULL), EBADF);
	close(ends[1]);
	CHECK_EQ(errno, 0);
}

static void answers(void)
{
	char text[40];
	CHECK_EQ(sysconf(_SC_NSIG), NSIG_MAX);
	CHECK(SIGRTMAX < NSIG_MAX);
	CHECK_EQ(sysconf(_SC_DEVICE_CONTROL), _POSIX_DEVICE_CONTROL);
	CHECK_EQ(sysconf(_SC_V8_LP64_OFF64), 1);
	CHECK_EQ(sysconf(_SC_V8_ILP32_OFF32), -1);
	CHECK_EQ(confstr(_CS_POSIX_V8_WIDTH_RESTRICTED_ENVS, text, sizeof text), sizeof "POSIX_V8_LP64_OFF64");
	CHECK(strcmp(text, "POSIX_V8_LP64_OFF64") == 0);
	CHECK_EQ(pathconf("/tmp", _PC_TEXTDOMAIN_MAX), pathconf("/tmp", _PC_NAME_MAX) - 3);
	CHECK(pathconf("/tmp", _PC_TEXTDOMAIN_MAX) <= TEXTDOMAIN_MAX && pathconf("/tmp", _PC_FALLOC) > 0);
	char random[GETENTROPY_MAX];
	CHECK_EQ(getentropy(random, GETENTROPY_MAX), 0);
	CHECK(!pthread_equal(pthread_self(), PTHREAD_NULL));
	CHECK(strcmp(nl_langinfo(ALTMON_12), nl_langinfo(MON_12)) == 0);
	CHECK(strcmp(nl_langinfo(ABALTMON_1), "Jan") == 0);
	CHECK_EQ(fnmatch("A[b-c]*", "aBx", FNM_IGNORECASE), 0);
	CHECK_EQ(fnmatch("A[b-c]*", "aBx", 0), FNM_NOMATCH);
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
	CHECK(strcmp(gettext_l("text", c), "text") == 0);
	CHECK(strcmp(dcngettext_l("domain", "one", "many", 2, LC_MESSAGES, c), "many") == 0);
	freelocale(c);
}

static void actions(void)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	short flags;
	CHECK_RC(posix_spawn_file_actions_init(&actions), 0);
	CHECK_RC(posix_spawn_file_actions_addchdir(&actions, "/tmp"), 0);
	CHECK_RC(posix_spawn_file_actions_addfchdir(&actions, 0), 0);
	CHECK_RC(posix_spawn_file_actions_addfchdir(&actions, -1), EBADF);
	CHECK_RC(posix_spawn_file_actions_destroy(&actions), 0);
	CHECK_RC(posix_spawnattr_init(&attributes), 0);
	CHECK_RC(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID), 0);
	CHECK_RC(posix_spawnattr_getflags(&attributes, &flags), 0);
	CHECK_EQ(flags, POSIX_SPAWN_SETSID);
}

static int mount_points, below, kind;

/* /mnt is a folder of the host, with one in it: another file system. */
static int see(const char *path, const struct stat *stat, int what, struct FTW *place)
{
	(void)stat, (void)place;
	if (strcmp(path, "/mnt") == 0) {
		mount_points++;
		kind = what;
	}
	below += strncmp(path, "/mnt/", 5) == 0;
	return 0;
}

static void trees(void)
{
	CHECK_EQ(nftw("/", see, 5, FTW_PHYS | FTW_XDEV), 0);
	CHECK(mount_points == 1 && below == 0 && kind == FTW_D);
	CHECK_EQ(nftw("/", see, 5, FTW_PHYS | FTW_XDEV | FTW_DEPTH), 0);
	CHECK(mount_points == 2 && below == 0 && kind == FTW_DP);
	CHECK_EQ(nftw("/", see, 5, FTW_PHYS | FTW_MOUNT), 0);
	CHECK(mount_points == 2 && below == 0);
	CHECK_EQ(nftw("/mnt", see, 5, FTW_PHYS | FTW_XDEV), 0);
	CHECK(mount_points == 3 && below > 0);
}

int main(void)
{
	close_on_fork();
	devices();
	answers();
	actions();
	trees();
	return check_done();
}
