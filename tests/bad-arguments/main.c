/* Every function of the library operating system with null, misaligned, unmapped, non-canonical, huge and
 * negative arguments. A call of the kernel (sys_...) answers with an error number. A function of the C
 * library may also end in SIGSEGV, where POSIX leaves a pointer's meaning to the caller. Nothing hangs,
 * and afterwards everything still works. The calls are in calls.h, which is made from the headers.
 *
 * With arguments: only the functions whose name contains the first, each call is shown; the second is the
 * seed. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <hermit/thread.h>
#include "check.h"
#include "deadline.h"

struct call {
	const char *name;
	long (*function)(long, long, long, long, long, long);
	const char *kinds;
};

extern const struct call calls[], calls_end[];

#define CALL(name, kinds)                                    \
	".pushsection .rodata\n"                             \
	"1: .asciz \"" #name "\"\n2: .asciz \"" kinds "\"\n" \
	".popsection\n.quad 1b, " #name ", 2b\n"
asm(".pushsection .data\n.balign 8\n.globl calls, calls_end\ncalls:\n"
#include "calls.h"
    "calls_end:\n.popsection\n");

/* Not called at all. */
static const struct {
	const char *name, *reason;
} left_out[] = {
	{ "_Exit", "ends the program" },
	{ "_exit", "ends the program" },
	{ "abort", "ends the program" },
	{ "exit", "ends the program" },
	{ "quick_exit", "ends the program" },
	{ "sys_exit", "ends the program" },
	{ "pthread_exit", "ends the thread" },
	{ "thrd_exit", "ends the thread" },
	{ "sys_thread_exit", "ends the thread" },
	{ "_longjmp", "goes where its argument says" },
	{ "longjmp", "goes where its argument says" },
	{ "siglongjmp", "goes where its argument says" },
	{ "setcontext", "goes where its argument says" },
	{ "swapcontext", "goes where its argument says" },
	{ "sys_setcontext", "goes where its argument says" },
	{ "sys_swapcontext", "goes where its argument says" },
	{ "sys_set_tls", "takes away what C code stands on" },
	{ "sys_sigreturn", "goes where its argument says" },
};

/* May wait for ever, for good reasons. */
static const char *const may_wait[] = {
	"wait", "lock", "sleep", "pause", "join", "poll", "select", "sigsuspend", "call_once", "pthread_once",
	"read", "recv", "futex", "fcntl", "flock", "sys_write", "write", "receive", "send", "aio_suspend",
	"lio_listio", "open", "sigpause", "accept", "connect", "msgsnd", "msgrcv", "semop", "semtimedop", "epoll",
};

/* Is not given memory that is there: it would take it away, or hand it to somebody. */
static const char *const no_memory[] = {
	"map", "mprotect", "madvise", "mremap", "msync", "brk", "setstack", "free", "shm",
};

/* Work in the caller's memory without the kernel, as the C library does: a wild pointer is a fault. */
static const char *const direct[] = { "sys_sem_", "sys_recmutex_", "context" };

static int contains_one(const char *name, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(name, words[i]))
			return 1;
	return 0;
}
#define IS(name, list) contains_one(name, list, sizeof list / sizeof list[0])

#define SIZE 65536L
/* With inaccessible pages before and behind, so that a length that is too large is noticed. */
static char *memory, *endless;

static const long integers[] = { 0, -1, INT32_MIN, INT32_MAX, 12345, INT64_MIN, INT64_MAX };
/* The last two of each are memory. */
static long pointers[] = { 0, 1, 0x1000, 0x7ffffffff001, (long)0x8000000000000000, -1, -4096, 0, 0 };
static long strings[] = { 0, 1, 0x1000, (long)0x8000000000000000, -1, 0, 0 };
static const long functions[] = { 0, 0x1001, (long)0x8000000000000000, -1 };
static const long handles[] = { 0, 1, 0x1000, (long)0x8000000000000000, -1 };
#define COUNT(list) (sizeof list / sizeof list[0])

static long argument(char kind, unsigned which, int memory_too)
{
	switch (kind) {
	case 's': return strings[which % COUNT(strings)];
	case 'f': return functions[which % COUNT(functions)];
	case 'h': return handles[which % COUNT(handles)];
	case 'p': return pointers[which % (COUNT(pointers) - (memory_too ? 0 : 2))];
	default: return integers[which % COUNT(integers)];
	}
}

static __thread jmp_buf *back;
static const struct call *volatile current;
static long arguments[6];
static volatile long serial;
static volatile int in_call, finished;
static int verbose, faults, made, interrupted;
static pthread_t caller;
#define WATCH SIGUSR2

static void on_fault(int number)
{
	if (back) {
		jmp_buf *to = back;
		back = 0;
		longjmp(*to, number);
	}
	/* A thread that was given nonsense to run. */
	if (!pthread_equal(pthread_self(), caller))
		pthread_exit(0);
	_exit(99);
}

static void on_watch(int number)
{
	if (in_call && back && pthread_equal(pthread_self(), caller))
		on_fault(number);
}

/* Where stderr went at first: the calls close and replace descriptors. */
static int errors;

static void describe(const char *what)
{
	char line[300];
	int at = snprintf(line, sizeof line, "%s(", current->name);
	for (size_t i = 0; i < strlen(current->kinds); i++)
		at += snprintf(line + at, sizeof line - at, "%s%#lx", i ? ", " : "", arguments[i]);
	snprintf(line + at, sizeof line - at, "): %s\n", what);
	write(errors, line, strlen(line));
}

/* How long the caller has been running. */
static long long caller_ns(void)
{
	struct timespec time = { 0, 0 };
	clockid_t clock;
	if (pthread_getcpuclockid(caller, &clock) == 0)
		clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Ends calls that take too long. One that may wait is let go on for a second while it still runs, however
 * slowly: it would leave locks of the C library behind. */
static void *watch(void *arg)
{
	long seen = -1, begun = 0, still = 0;
	long long ran = 0;
	while (!finished) {
		sleep_ms(2);
		long now = serial;
		long long runs = caller_ns();
		int waits = current && IS(current->name, may_wait);
		if (now != seen || !in_call)
			begun = now_ms();
		if (now != seen || !in_call || (waits && runs != ran && now_ms() - begun < 1000)) {
			seen = now;
			ran = runs;
			still = now_ms();
			continue;
		}
		long limit = waits ? 8 : 20000;
		if (now_ms() - still < limit)
			continue;
		if (!waits) {
			check_failures++;
			describe("hangs");
		}
		if (now_ms() - begun > 30000) {
			describe("hangs, and no signal ends it");
			_exit(98);
		}
		interrupted++;
		pthread_kill(caller, WATCH);
	}
	return arg;
}

static const int caught[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, WATCH };

/* What a call may have changed, as it was. */
static void restore(void)
{
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };
	for (size_t i = 0; i < COUNT(caught); i++) {
		if (caught[i] == WATCH)
			action.sa_handler = on_watch;
		sigaction(caught[i], &action, 0);
	}
	sigset_t none;
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, 0);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, 0);
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, 0);
	sys_setprio(0, HERMIT_PRIO_DEFAULT);
	sys_interrupt(0, 0);
	sys_interruptible(0);
	memset(memory, 0, SIZE);
	memset(endless, 'x', SIZE - 1);
}

static void make(void)
{
	jmp_buf here;
	int fault = setjmp(here);
	if (fault == 0) {
		back = &here;
		if (verbose)
			describe("...");
		serial++;
		in_call = 1;
		current->function(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
				  arguments[5]);
		made++;
	} else if (fault != WATCH) {
		faults++;
		if (strncmp(current->name, "sys_", 4) == 0 && !strchr(current->kinds, 'f') &&
		    !IS(current->name, direct)) {
			check_failures++;
			describe("the kernel lets it end in a signal");
		}
	}
	in_call = 0;
	back = 0;
	memset(memory, 0, 4096);
}

static unsigned long seed = 1;

static unsigned random_number(void)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return seed >> 40;
}

static void all_of(const struct call *call)
{
	size_t count = strlen(call->kinds);
	int memory_too = !IS(call->name, no_memory);
	current = call;
	restore();
	/* Each argument with each value, the others at random; more arguments, more of it. */
	int rounds = count < 2 ? 1 : count < 3 ? 10 : 4;
	for (int round = 0; round < rounds; round++)
		for (size_t one = 0; one < (count ? count : 1); one++)
			for (unsigned value = 0; value < (count ? COUNT(pointers) : 1); value++) {
				for (size_t i = 0; i < 6; i++)
					arguments[i] = i < count ? argument(call->kinds[i],
									    i == one ? value :
										       random_number(),
									    memory_too) :
								   0;
				make();
			}
	restore();
}

static void *give(void *arg)
{
	return arg;
}

/* The kernel is whole: threads, memory, files and time work. */
static void sanity(void)
{
	for (int i = 0; i < 50; i++) {
		pthread_t thread;
		void *result;
		REQUIRE(pthread_create(&thread, 0, give, &thread) == 0);
		CHECK_RC(pthread_join(thread, &result), 0);
		CHECK(result == &thread);
	}
	for (size_t size = 1; size < 32 << 20; size *= 3) {
		char *p = malloc(size), *q = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		REQUIRE(p && q != MAP_FAILED);
		memset(p, 1, size);
		memset(q, 2, size);
		CHECK(p[size - 1] == 1 && q[size / 2] == 2);
		free(p);
		CHECK_EQ(munmap(q, size), 0);
	}
	char text[16] = "";
	int fd = open("/tmp/sanity", O_RDWR | O_CREAT | O_TRUNC, 0600);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, "whole", 5), 5);
	CHECK_EQ(pread(fd, text, 16, 0), 5);
	CHECK(strcmp(text, "whole") == 0);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(unlink("/tmp/sanity"), 0);
	long long before = now_ms();
	sleep_ms(20);
	CHECK(now_ms() - before >= 19 && now_ms() - before < 10000);
	CHECK_EQ(getpid(), 1);
}

static int is_left_out(const char *name)
{
	for (size_t i = 0; i < COUNT(left_out); i++)
		if (strcmp(left_out[i].name, name) == 0)
			return 1;
	return 0;
}

static char *guarded(void)
{
	char *all = mmap(0, SIZE + 2 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(all != MAP_FAILED);
	REQUIRE(mprotect(all + 4096, SIZE, PROT_READ | PROT_WRITE) == 0);
	return all + 4096;
}

int main(int argc, char **argv)
{
	memory = guarded();
	endless = guarded();
	pointers[COUNT(pointers) - 2] = strings[COUNT(strings) - 2] = (long)memory;
	pointers[COUNT(pointers) - 1] = (long)memory + 1;
	strings[COUNT(strings) - 1] = (long)endless;
	pthread_t watcher;
	caller = pthread_self();
	verbose = argc > 1;
	if (argc > 2)
		seed = strtoul(argv[2], 0, 0);
	errors = fcntl(2, F_DUPFD, 100);
	REQUIRE(errors >= 0);
	signal(SIGALRM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	REQUIRE(pthread_create(&watcher, 0, watch, 0) == 0);
	sanity();
	int functions = 0;
	for (const struct call *call = calls; call < calls_end; call++) {
		if (is_left_out(call->name) || (argc > 1 && !strstr(call->name, argv[1])))
			continue;
		functions++;
		all_of(call);
	}
	dup2(errors, 2);
	finished = 1;
	CHECK_RC(pthread_join(watcher, 0), 0);
	sanity();
	if (argc > 1)
		fprintf(stderr, "%d functions, %d returned, %d faults, %d interrupted\n", functions, made, faults,
			interrupted);
	/* Handlers of exit were given nonsense, too. */
	int status = check_done();
	fflush(0);
	_exit(status);
}
