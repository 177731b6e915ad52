/* Files in memory, pipes, sockets, memory maps, signals and contexts. */
#include "measure.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static ucontext_t here, there;

static void handler(int number)
{
	caught = number;
}

static void other_context(void)
{
	for (;;)
		swapcontext(&there, &here);
}

static char page[65536];

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	mkdir("/tmp", 0777);
	int file = open("/tmp/file", O_RDWR | O_CREAT | O_TRUNC, 0666);
	for (int i = 0; i < 4; i++)
		write(file, page, sizeof page);

	struct stat status;
	MEASURE("open+close", 200, close(open("/tmp/file", O_RDONLY)));
	MEASURE("stat", 200, stat("/tmp/file", &status));
	MEASURE("fstat", 500, fstat(file, &status));
	MEASURE("lseek", 500, lseek(file, 0, SEEK_SET));
	MEASURE("pread 1", 500, pread(file, page, 1, 100));
	MEASURE("pread 4096", 200, pread(file, page, 4096, 4096));
	MEASURE("pwrite 4096", 200, pwrite(file, page, 4096, 4096));
	MEASURE("pread 65536", 50, pread(file, page, 65536, 0));
	MEASURE("create+unlink", 100, close(open("/tmp/new", O_RDWR | O_CREAT, 0666)); unlink("/tmp/new"));
	MEASURE("opendir+readdir+closedir", 50, DIR *dir = opendir("/tmp"); while (readdir(dir));
		closedir(dir));

	int ends[2];
	pipe(ends);
	MEASURE("pipe, write+read 64", 200, write(ends[1], page, 64); read(ends[0], page, 64));
	struct pollfd ready = { ends[0], POLLIN, 0 };
	MEASURE("poll, nothing ready", 200, poll(&ready, 1, 0));
	int pair[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	MEASURE("socket pair, write+read 64", 200, write(pair[1], page, 64); read(pair[0], page, 64));

	MEASURE("mmap+munmap 64 KiB", 100, munmap(mmap(NULL, 65536, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 65536));
	MEASURE("mmap+touch+munmap 64 KiB", 100, char *at = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); at[4096] = 1; munmap(at, 65536));
	char *pages = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pages[0] = 1;
	MEASURE("mprotect, twice", 100, mprotect(pages, 4096, PROT_READ);
		mprotect(pages, 4096, PROT_READ | PROT_WRITE));

	signal(SIGUSR1, handler);
	sigset_t set, before;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	MEASURE("sigprocmask", 500, sigprocmask(SIG_BLOCK, &set, &before));
	MEASURE("raise, handled", 200, raise(SIGUSR1));
	jmp_buf place;
	MEASURE("setjmp+longjmp", 500, if (!setjmp(place)) longjmp(place, 1));
	sigjmp_buf signal_place;
	MEASURE("sigsetjmp+siglongjmp", 200, if (!sigsetjmp(signal_place, 1)) siglongjmp(signal_place, 1));
	static char stack[65536];
	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof stack;
	makecontext(&there, other_context, 0);
	MEASURE("swapcontext, there and back", 200, swapcontext(&here, &there));
	return 0;
}
