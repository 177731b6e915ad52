/* exit(3p): the status reaches the host, all eight bits of it and no more. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc > 1 ? atoi(argv[1]) : 0;
	/* nohup(1) leaves it ignored. */
	signal(SIGHUP, SIG_DFL);
	if (argc > 2 && strcmp(argv[2], "_exit") == 0)
		_exit(status);
	if (argc > 2 && strcmp(argv[2], "_Exit") == 0)
		_Exit(status);
	if (argc > 2 && strcmp(argv[2], "abort") == 0)
		abort();
	if (argc > 2 && strcmp(argv[2], "raise") == 0) {
		raise(status);
		return 1;
	}
	if (argc > 2 && strcmp(argv[2], "kill") == 0) {
		kill(getpid(), status);
		return 1;
	}
	return status;
}
