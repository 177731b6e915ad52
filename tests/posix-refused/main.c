/* What newlib declares and a single process on a bare machine cannot do says so; and its small relatives. */
#define _GNU_SOURCE
#include <signal.h>
#include <unistd.h>
#include "check.h"

static volatile int alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

int main(void)
{
	char name[] = "/dev/console", block[64] = "";
	char *const none[] = { 0 };
	CHECK_ERRNO(chroot("/tmp"), ENOSYS);
	CHECK_ERRNO(revoke(name), ENOSYS);
	CHECK_ERRNO(vhangup(), ENOSYS);
	CHECK_ERRNO(setdtablesize(10), ENOSYS);
	CHECK_ERRNO(execlpe("program", "program", (char *)0, none), ENOSYS);
	errno = 0;
	CHECK(crypt("key", "salt") == 0 && errno == ENOSYS);
	errno = 0;
	CHECK(getpass("? ") == 0 && errno == ENOSYS);
	errno = 0;
	encrypt(block, 0);
	CHECK_EQ(errno, ENOSYS);
	int port = 1023;
	uid_t user;
	gid_t group;
	CHECK_ERRNO(rresvport(&port), ENOSYS);
	CHECK_ERRNO(iruserok(0, 0, "a", "b"), ENOSYS);
	CHECK_ERRNO(ruserok("host", 0, "a", "b"), ENOSYS);
	CHECK_ERRNO(getpeereid(0, &user, &group), ENOSYS);
	setusershell();
	CHECK(getusershell() == 0);
	endusershell();
	CHECK_EQ(setpgrp(), getpid());
	CHECK_EQ(getpgrp(), getpid());

	char folder[4096];
	CHECK_EQ(chdir("/tmp"), 0);
	CHECK(getwd(folder) == folder && strcmp(folder, "/tmp") == 0);

	char text[32];
	int number = 0;
	CHECK_EQ(sig2str(SIGTERM, text), 0);
	CHECK(strcmp(text, "TERM") == 0);
	CHECK_EQ(sig2str(-1, text), -1);
	CHECK_EQ(str2sig("TERM", &number), 0);
	CHECK_EQ(number, SIGTERM);
	CHECK_EQ(str2sig("NO SUCH", &number), -1);

	signal(SIGALRM, on_alarm);
	CHECK_EQ(ualarm(2000, 2000), 0);
	while (alarms < 3)
		pause();
	CHECK(ualarm(0, 0) <= 2000);
	return check_done();
}
