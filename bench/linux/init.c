/* /init of the Linux guest: mounts what a C library looks into, runs the programs given
 * on the kernel's command line (bench=NAME,ARGUMENT,…;NAME,…) and resets the machine. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* `program` is a name in / and its arguments, separated by commas. */
static void run(char *program)
{
	char *arguments[32];
	int count = 0;
	while (count < 31 && (arguments[count] = strsep(&program, ",")) != NULL)
		count++;
	arguments[count] = NULL;
	pid_t child = fork();
	if (child == 0) {
		char path[256];
		snprintf(path, sizeof path, "/%s", arguments[0]);
		execv(path, arguments);
		_exit(127);
	}
	int status = -1;
	waitpid(child, &status, 0);
	if (status != 0)
		printf("failed: %s, status 0x%x\n", arguments[0], status);
}

int main(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);

	static char line[4096];
	FILE *f = fopen("/proc/cmdline", "r");
	char *list = f != NULL && fgets(line, sizeof line, f) != NULL ? strstr(line, "bench=") : NULL;
	char *rest = list != NULL ? list + 6 : NULL;
	for (char *program; (program = strsep(&rest, ";\n")) != NULL && program[0] != 0;)
		run(program);
	fflush(stdout);
	reboot(RB_AUTOBOOT);
	return 0;
}
