/* unistd.h's process and system functions, sys/wait.h, spawn.h, sys/resource.h, pwd.h, grp.h, sys/auxv.h,
 * sys/prctl.h, sys/syscall.h. What Hermit cannot do is looked at only there: the host would do it. */
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <ulimit.h>
#include <unistd.h>
#include <elf.h>
#include <fcntl.h>
#include "check.h"

extern char **environ;

static void ids(void)
{
	CHECK(getpid() > 0);
	CHECK(getppid() != getpid());
	CHECK_EQ(gettid(), getpid());
	CHECK_EQ(getpgid(0), getpgrp());
	CHECK_EQ(getpgid(getpid()), getpgrp());
	CHECK(getsid(0) >= 0);
	CHECK_ERRNO(getpgid(0x3ffffff0), ESRCH);
	CHECK_ERRNO(getsid(0x3ffffff0), ESRCH);
	CHECK_ERRNO(setpgid(0x3ffffff0, 0), ESRCH);
	uid_t uid = getuid(), a, b, c;
	gid_t gid = getgid();
	CHECK_EQ(geteuid(), uid);
	CHECK_EQ(getegid(), gid);
	CHECK(getresuid(&a, &b, &c) == 0 && a == uid && b == uid && c == uid);
	CHECK(getresgid(&a, &b, &c) == 0 && a == gid && b == gid && c == gid);
	CHECK_EQ(setuid(uid), 0);
	CHECK_EQ(seteuid(uid), 0);
	CHECK_EQ(setgid(gid), 0);
	CHECK_EQ(setegid(gid), 0);
	CHECK_EQ(setreuid(uid, uid), 0);
	CHECK_EQ(setreuid(-1, -1), 0);
	CHECK_EQ(setregid(gid, -1), 0);
	CHECK_EQ(setresuid(-1, uid, -1), 0);
	CHECK_EQ(setresgid(gid, gid, gid), 0);
	int count = getgroups(0, NULL);
	CHECK(count >= 0);
	gid_t groups[NGROUPS_MAX];
	CHECK_EQ(getgroups(NGROUPS_MAX, groups), count);
	CHECK_ERRNO(getgroups(-1, groups), EINVAL);
	CHECK_EQ(group_member(54321), 0);
	count = 1;
	CHECK(getgrouplist("root", 0, groups, &count) == 1 && count == 1 && groups[0] == 0);
	count = 0;
	CHECK(getgrouplist("root", 0, groups, &count) == -1 && count == 1);
	char name[LOGIN_NAME_MAX];
	int number = getlogin_r(name, 1);	/* no terminal: the host does not know */
	CHECK(number == ERANGE || number == ENXIO || number == ENOTTY || number == ENOENT);
	getlogin();
#ifdef __hermit__
	CHECK(strcmp(getlogin(), "root") == 0);
	CHECK(getlogin_r(name, sizeof name) == 0 && strcmp(name, "root") == 0);
	CHECK_EQ(getpgrp(), getpid());
	CHECK_EQ(getsid(0), getpid());
	CHECK_ERRNO(setsid(), EPERM);
	CHECK_ERRNO(setpgid(0, 0), EPERM);
	CHECK_ERRNO(setuid(5), EINVAL);
	CHECK_ERRNO(setgid(5), EINVAL);
	CHECK_ERRNO(setreuid(0, 5), EINVAL);
	CHECK_ERRNO(setregid(5, -1), EINVAL);
	CHECK_EQ(setgroups(1, groups), 0);
	groups[0] = 7;
	CHECK_ERRNO(setgroups(1, groups), EINVAL);
	CHECK_ERRNO(setgroups(0, groups), EINVAL);
	CHECK_EQ(issetugid(), 0);
	CHECK_EQ(group_member(0), 1);
#endif
}

static void users(void)
{
	struct passwd *user = getpwuid(0), entry, *result;
	REQUIRE(user != NULL);
	CHECK(strcmp(user->pw_name, "root") == 0 && user->pw_uid == 0 && user->pw_gid == 0);
	CHECK(user->pw_dir[0] == '/' && user->pw_shell != NULL && user->pw_passwd != NULL && user->pw_gecos != NULL);
	user = getpwnam("root");
	REQUIRE(user != NULL);
	CHECK_EQ(user->pw_uid, 0);
	errno = 0;
	CHECK(getpwnam("nobody here") == NULL);
	CHECK(getpwuid(123456) == NULL);
	char room[4096];
	CHECK_RC(getpwuid_r(0, &entry, room, sizeof room, &result), 0);
	CHECK(result == &entry && strcmp(entry.pw_name, "root") == 0);
	CHECK_RC(getpwnam_r("root", &entry, room, sizeof room, &result), 0);
	CHECK(result == &entry && entry.pw_uid == 0);
	CHECK_RC(getpwnam_r("nobody here", &entry, room, sizeof room, &result), 0);
	CHECK(result == NULL);
	setpwent();
	user = getpwent();
	CHECK(user && strcmp(user->pw_name, "root") == 0);
	endpwent();
	struct group *group = getgrgid(0), group_entry, *group_result;
	REQUIRE(group != NULL);
	CHECK(strcmp(group->gr_name, "root") == 0 && group->gr_gid == 0 && group->gr_mem != NULL);
	CHECK((group = getgrnam("root")) && group->gr_gid == 0);
	CHECK(getgrnam("nobody here") == NULL);
	CHECK(getgrgid(123456) == NULL);
	CHECK_RC(getgrgid_r(0, &group_entry, room, sizeof room, &group_result), 0);
	CHECK(group_result == &group_entry && group_entry.gr_gid == 0);
	CHECK_RC(getgrnam_r("root", &group_entry, room, sizeof room, &group_result), 0);
	CHECK(group_result == &group_entry);
	CHECK_RC(getgrgid_r(123456, &group_entry, room, sizeof room, &group_result), 0);
	CHECK(group_result == NULL);
	setgrent();
	CHECK((group = getgrent()) && strcmp(group->gr_name, "root") == 0);
	endgrent();
}

static void limits(void)
{
	static const int names[] = { RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_AS,
		RLIMIT_RSS, RLIMIT_NPROC, RLIMIT_MEMLOCK };
	struct rlimit limit;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CHECK_EQ(getrlimit(names[i], &limit), 0);
		CHECK(limit.rlim_cur <= limit.rlim_max);
		CHECK_EQ(setrlimit(names[i], &limit), 0);
	}
	CHECK_ERRNO(getrlimit(1000, &limit), EINVAL);
	CHECK_ERRNO(setrlimit(1000, &limit), EINVAL);
	limit.rlim_cur = 2;
	limit.rlim_max = 1;
	CHECK_ERRNO(setrlimit(RLIMIT_CORE, &limit), EINVAL);
	CHECK(ulimit(UL_GETFSIZE) > 0);
	CHECK_ERRNO(ulimit(1234), EINVAL);
	errno = 0;
	int priority = getpriority(PRIO_PROCESS, 0);
	CHECK_EQ(errno, 0);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, priority), 0);
	CHECK_ERRNO(getpriority(99, 0), EINVAL);
	CHECK_ERRNO(setpriority(99, 0, 0), EINVAL);
	CHECK_EQ(nice(0), priority);
	struct rusage usage;
	CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
	CHECK_EQ(getrusage(RUSAGE_CHILDREN, &usage), 0);
	CHECK(usage.ru_utime.tv_sec == 0 && usage.ru_maxrss == 0);
	CHECK_ERRNO(getrusage(1234, &usage), EINVAL);
}

/* unistd.h and sysconf() say the same of an option; 0 in the header leaves it to sysconf(). */
static void options(void)
{
#define OPTION(name)                                                        \
	if (_POSIX_##name != 0)                                             \
		CHECK_EQ(sysconf(_SC_##name), _POSIX_##name)
	OPTION(ADVISORY_INFO);
	OPTION(ASYNCHRONOUS_IO);
	OPTION(BARRIERS);
	OPTION(CLOCK_SELECTION);
	OPTION(CPUTIME);
	OPTION(FSYNC);
	OPTION(IPV6);
	OPTION(JOB_CONTROL);
	OPTION(MAPPED_FILES);
	OPTION(MEMLOCK);
	OPTION(MEMLOCK_RANGE);
	OPTION(MEMORY_PROTECTION);
	OPTION(MESSAGE_PASSING);
	OPTION(MONOTONIC_CLOCK);
	OPTION(PRIORITIZED_IO);
	OPTION(PRIORITY_SCHEDULING);
	OPTION(RAW_SOCKETS);
	OPTION(READER_WRITER_LOCKS);
	OPTION(REALTIME_SIGNALS);
	OPTION(REGEXP);
	OPTION(SAVED_IDS);
	OPTION(SEMAPHORES);
	OPTION(SHARED_MEMORY_OBJECTS);
	OPTION(SHELL);
	OPTION(SPAWN);
	OPTION(SPIN_LOCKS);
	OPTION(SYNCHRONIZED_IO);
	OPTION(THREADS);
	OPTION(THREAD_ATTR_STACKADDR);
	OPTION(THREAD_ATTR_STACKSIZE);
	OPTION(THREAD_CPUTIME);
	OPTION(THREAD_PRIO_INHERIT);
	OPTION(THREAD_PRIO_PROTECT);
	OPTION(THREAD_PRIORITY_SCHEDULING);
	OPTION(THREAD_PROCESS_SHARED);
	OPTION(THREAD_SAFE_FUNCTIONS);
	OPTION(TIMEOUTS);
	OPTION(TIMERS);
	CHECK_EQ(sysconf(_SC_XOPEN_SHM), _XOPEN_SHM);
	CHECK_EQ(sysconf(_SC_XOPEN_REALTIME_THREADS), _XOPEN_REALTIME_THREADS);
	CHECK(sysconf(_SC_SIGSTKSZ) >= sysconf(_SC_MINSIGSTKSZ) && sysconf(_SC_MINSIGSTKSZ) > 0);
}

static void system_variables(void)
{
	options();
	CHECK_EQ(sysconf(_SC_PAGESIZE), sysconf(_SC_PAGE_SIZE));
	CHECK_EQ(sysconf(_SC_PAGESIZE), getpagesize());
	CHECK_EQ(getauxval(AT_PAGESZ), getpagesize());
	CHECK(sysconf(_SC_ARG_MAX) >= _POSIX_ARG_MAX);
	CHECK(sysconf(_SC_OPEN_MAX) >= _POSIX_OPEN_MAX);
	CHECK(sysconf(_SC_NGROUPS_MAX) >= NGROUPS_MAX && NGROUPS_MAX >= _POSIX_NGROUPS_MAX);
	CHECK_EQ(sysconf(_SC_HOST_NAME_MAX), HOST_NAME_MAX);
	CHECK_EQ(sysconf(_SC_LOGIN_NAME_MAX), LOGIN_NAME_MAX);
	CHECK_EQ(sysconf(_SC_TTY_NAME_MAX), TTY_NAME_MAX);
	CHECK_EQ(sysconf(_SC_IOV_MAX), IOV_MAX);
	CHECK_EQ(sysconf(_SC_LINE_MAX), LINE_MAX);
	CHECK_EQ(sysconf(_SC_RE_DUP_MAX), RE_DUP_MAX);
	CHECK_EQ(sysconf(_SC_COLL_WEIGHTS_MAX), COLL_WEIGHTS_MAX);
	CHECK_EQ(sysconf(_SC_EXPR_NEST_MAX), EXPR_NEST_MAX);
	CHECK_EQ(sysconf(_SC_BC_BASE_MAX), BC_BASE_MAX);
	CHECK_EQ(sysconf(_SC_BC_DIM_MAX), BC_DIM_MAX);
	CHECK_EQ(sysconf(_SC_BC_SCALE_MAX), BC_SCALE_MAX);
	CHECK_EQ(sysconf(_SC_BC_STRING_MAX), BC_STRING_MAX);
	CHECK_EQ(sysconf(_SC_THREAD_KEYS_MAX), PTHREAD_KEYS_MAX);
	CHECK_EQ(sysconf(_SC_THREAD_DESTRUCTOR_ITERATIONS), PTHREAD_DESTRUCTOR_ITERATIONS);
	CHECK_EQ(sysconf(_SC_THREAD_STACK_MIN), PTHREAD_STACK_MIN);
	CHECK(sysconf(_SC_RTSIG_MAX) >= _POSIX_RTSIG_MAX);
	CHECK(sysconf(_SC_SEM_VALUE_MAX) >= _POSIX_SEM_VALUE_MAX);
	CHECK(sysconf(_SC_CLK_TCK) > 0);
	CHECK_EQ(sysconf(_SC_VERSION), _POSIX_VERSION);
	CHECK_EQ(sysconf(_SC_2_VERSION), _POSIX2_VERSION);
	CHECK(sysconf(_SC_XOPEN_VERSION) == 700);
	CHECK(sysconf(_SC_SYMLOOP_MAX) == -1 || sysconf(_SC_SYMLOOP_MAX) >= _POSIX_SYMLOOP_MAX);
	CHECK(sysconf(_SC_TZNAME_MAX) == -1 || sysconf(_SC_TZNAME_MAX) >= _POSIX_TZNAME_MAX);
	CHECK(sysconf(_SC_STREAM_MAX) >= _POSIX_STREAM_MAX);
	CHECK(sysconf(_SC_ATEXIT_MAX) >= 32);
	CHECK(sysconf(_SC_GETPW_R_SIZE_MAX) == -1 || sysconf(_SC_GETPW_R_SIZE_MAX) > 0);
	CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	CHECK(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
	CHECK(sysconf(_SC_PHYS_PAGES) >= sysconf(_SC_AVPHYS_PAGES));
	CHECK(sysconf(_SC_CPUTIME) > 0 && sysconf(_SC_THREAD_CPUTIME) > 0);
	CHECK_ERRNO(sysconf(123456), EINVAL);
	CHECK_ERRNO(sysconf(-5), EINVAL);

	errno = 0;
	CHECK(pathconf("/", _PC_NAME_MAX) >= _POSIX_NAME_MAX);
	CHECK(pathconf("/", _PC_PATH_MAX) >= _POSIX_PATH_MAX);
	CHECK_EQ(pathconf("/", _PC_NAME_MAX), NAME_MAX);
	CHECK_EQ(pathconf("/", _PC_PIPE_BUF), PIPE_BUF);
	CHECK(pathconf("/", _PC_LINK_MAX) >= _POSIX_LINK_MAX);
	CHECK_EQ(pathconf("/", _PC_NO_TRUNC), 1);
	CHECK_EQ(pathconf("/", _PC_CHOWN_RESTRICTED), 1);
	CHECK_ERRNO(pathconf("/", 12345), EINVAL);
	CHECK_ERRNO(pathconf("/does/not/exist", _PC_NAME_MAX), ENOENT);
	CHECK_ERRNO(pathconf("", _PC_NAME_MAX), ENOENT);
	CHECK(fpathconf(0, _PC_PIPE_BUF) >= _POSIX_PIPE_BUF);
	CHECK_ERRNO(fpathconf(-1, _PC_NAME_MAX), EBADF);
	CHECK_ERRNO(fpathconf(0, 12345), EINVAL);

	char text[100];
	size_t length = confstr(_CS_PATH, NULL, 0);
	CHECK(length > 1);
	CHECK_EQ(confstr(_CS_PATH, text, sizeof text), length);
	CHECK_EQ(strlen(text) + 1, length);
	CHECK_EQ(confstr(_CS_PATH, text, 4), length);
	CHECK_EQ(strlen(text), 3);
	errno = 0;
	CHECK_EQ(confstr(12345, text, sizeof text), 0);
	CHECK_EQ(errno, EINVAL);

	struct utsname name;
	CHECK(uname(&name) >= 0);
	CHECK(strcmp(name.machine, "x86_64") == 0 && name.sysname[0] && name.release[0] && name.version[0]);
	char host[HOST_NAME_MAX + 1];
	CHECK_EQ(gethostname(host, sizeof host), 0);
	CHECK(strcmp(host, name.nodename) == 0);
	CHECK_ERRNO(gethostname(host, 1), ENAMETOOLONG);
	CHECK_EQ(getdomainname(host, sizeof host), 0);
	gethostid();
#ifdef __hermit__
	CHECK_EQ(sethostname("renamed", 7), 0);
	CHECK(gethostname(host, sizeof host) == 0 && strcmp(host, "renamed") == 0);
	CHECK(uname(&name) == 0 && strcmp(name.nodename, "renamed") == 0);
	CHECK_EQ(setdomainname("domain.example", 6), 0);
	CHECK(getdomainname(host, sizeof host) == 0 && strcmp(host, "domain") == 0);
	CHECK_ERRNO(sethostname(host, 65), EINVAL);
	CHECK_EQ(sysconf(_SC_CHILD_MAX), 0);
#endif
	unsigned char bytes[300] = { 0 };
	CHECK_EQ(getentropy(bytes, 256), 0);
	CHECK_ERRNO(getentropy(bytes, 257), EIO);
	CHECK_EQ(getrandom(bytes, 16, 0), 16);
	CHECK_EQ(getrandom(bytes, 16, GRND_NONBLOCK), 16);
	CHECK(get_nprocs() >= 1 && get_nprocs_conf() >= get_nprocs());
	CHECK(get_phys_pages() > 0 && get_avphys_pages() > 0);
	struct sysinfo info;
	CHECK_EQ(sysinfo(&info), 0);
	CHECK(info.totalram > 0 && info.mem_unit > 0 && info.procs > 0);
	double load[3];
	CHECK(getloadavg(load, 3) <= 3);
}

static void auxiliary(void)
{
	CHECK(getauxval(AT_PHDR) != 0);
	CHECK_EQ(getauxval(AT_PHENT), sizeof(Elf64_Phdr));
	CHECK(getauxval(AT_PHNUM) > 0);
	CHECK(((Elf64_Phdr *)getauxval(AT_PHDR))->p_type != 0);
	CHECK(getauxval(AT_HWCAP) != 0);
	CHECK_EQ(getauxval(AT_CLKTCK), sysconf(_SC_CLK_TCK));
	CHECK_EQ(getauxval(AT_SECURE), 0);
	CHECK_EQ(getauxval(AT_UID), getuid());
	CHECK(getauxval(AT_ENTRY) != 0);
	CHECK(strcmp((char *)getauxval(AT_PLATFORM), "x86_64") == 0);
	const unsigned char *random_ = (const unsigned char *)getauxval(AT_RANDOM);
	REQUIRE(random_ != NULL);
	int sum = 0;
	for (int i = 0; i < 16; i++)
		sum |= random_[i];
	CHECK(sum != 0);
	CHECK(strstr((char *)getauxval(AT_EXECFN), "posix-process") != NULL);
	errno = 0;
	CHECK_EQ(getauxval(123456), 0);
	CHECK_EQ(errno, ENOENT);
}

static void environment(void)
{
	CHECK(strcmp(getenv("GIVEN"), "by the runner") == 0);
	CHECK(getenv("GIVE") == NULL && getenv("ABSENT") == NULL);
	CHECK_EQ(setenv("A", "1", 0), 0);
	CHECK_EQ(setenv("A", "2", 0), 0);
	CHECK(strcmp(getenv("A"), "1") == 0);
	CHECK_EQ(setenv("A", "longer value", 1), 0);
	CHECK(strcmp(getenv("A"), "longer value") == 0);
	CHECK_EQ(setenv("EMPTY", "", 1), 0);
	CHECK(getenv("EMPTY") != NULL && *getenv("EMPTY") == 0);
	CHECK_ERRNO(setenv("", "x", 1), EINVAL);
	CHECK_ERRNO(setenv("A=B", "x", 1), EINVAL);
	static char mine[] = "MINE=first";
	CHECK_EQ(putenv(mine), 0);
	CHECK(getenv("MINE") == mine + 5);
	memcpy(mine + 5, "other", 5);
	CHECK(strcmp(getenv("MINE"), "other") == 0);
	CHECK_EQ(unsetenv("A"), 0);
	CHECK(getenv("A") == NULL);
	CHECK_EQ(unsetenv("A"), 0);
	CHECK_ERRNO(unsetenv(""), EINVAL);
	CHECK_ERRNO(unsetenv("A=B"), EINVAL);
	CHECK(secure_getenv("MINE") == mine + 5);
	int seen = 0;
	for (char **at = environ; *at; at++)
		seen += strcmp(*at, "MINE=other") == 0;
	CHECK_EQ(seen, 1);
	for (int i = 0; i < 200; i++) {
		char name[20], value[20];
		snprintf(name, sizeof name, "V%d", i);
		snprintf(value, sizeof value, "%d", i * i);
		CHECK_EQ(setenv(name, value, 1), 0);
	}
	CHECK(strcmp(getenv("V199"), "39601") == 0);
	CHECK_EQ(clearenv(), 0);
	CHECK(getenv("MINE") == NULL && (environ == NULL || *environ == NULL));
	CHECK_EQ(setenv("NEW", "start", 1), 0);
	CHECK(strcmp(getenv("NEW"), "start") == 0);
	char *own[] = { "OWN=1", NULL };
	environ = own;
	CHECK(strcmp(getenv("OWN"), "1") == 0 && getenv("NEW") == NULL);
	CHECK_EQ(setenv("TWO", "2", 1), 0);
	CHECK(strcmp(getenv("OWN"), "1") == 0 && strcmp(getenv("TWO"), "2") == 0);
}

static void *other_id(void *argument)
{
	*(pid_t *)argument = gettid();
	char name[16] = "";
	CHECK_EQ(prctl(PR_SET_NAME, "a thread with a long name"), 0);
	CHECK_EQ(prctl(PR_GET_NAME, name), 0);
	CHECK(strcmp(name, "a thread with a") == 0);
	return NULL;
}

static void numbers(void)
{
	CHECK_EQ(syscall(SYS_getpid), getpid());
	CHECK_EQ(syscall(SYS_gettid), gettid());
	CHECK_EQ(syscall(SYS_sched_yield), 0);
	struct timespec time;
	CHECK_EQ(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time), 0);
	unsigned cpu = 1000;
	CHECK_EQ(syscall(SYS_getcpu, &cpu, NULL, NULL), 0);
	CHECK(cpu < 1000 && sched_getcpu() >= 0);
	char bytes[8];
	CHECK_EQ(syscall(SYS_getrandom, bytes, 8, 0), 8);
	CHECK_ERRNO(syscall(100000), ENOSYS);
	CHECK_ERRNO(prctl(123456, 0, 0, 0, 0), EINVAL);
	pthread_t thread;
	pid_t id = 0;
	REQUIRE(pthread_create(&thread, NULL, other_id, &id) == 0);
	CHECK_RC(pthread_join(thread, NULL), 0);
	CHECK(id > 0 && id != gettid());
	CHECK(ftok("/", 'a') != -1);
	CHECK_EQ(ftok("/", 'a'), ftok("/", 'a'));
	CHECK(ftok("/", 'a') != ftok("/", 'b'));
	CHECK_ERRNO(ftok("/does/not/exist", 'a'), ENOENT);
}

static void descriptors(void)
{
	int fd = dup(0), end[2];
	REQUIRE(fd >= 0 && pipe(end) == 0);
	CHECK_EQ(close_range(fd, end[1], CLOSE_RANGE_CLOEXEC), 0);
	CHECK_EQ(fcntl(end[1], F_GETFD), FD_CLOEXEC);
	CHECK_EQ(close_range(end[0], end[1], 0), 0);
	CHECK_ERRNO(fcntl(end[0], F_GETFD), EBADF);
	CHECK_ERRNO(close_range(5, 4, 0), EINVAL);
	closefrom(fd);
	CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
	CHECK(fcntl(2, F_GETFD) >= 0);
}

static void children(void)
{
	int status = 77;
	siginfo_t info;
	CHECK_ERRNO(wait(&status), ECHILD);
	CHECK_ERRNO(waitpid(-1, &status, 0), ECHILD);
	CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
	CHECK_ERRNO(waitpid(12345678, &status, WNOHANG), ECHILD);
	CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED), ECHILD);
	CHECK_ERRNO(wait3(&status, 0, NULL), ECHILD);
	CHECK_ERRNO(wait4(-1, &status, 0, NULL), ECHILD);
	CHECK_EQ(status, 77);
	CHECK(WIFEXITED(0x0300) && WEXITSTATUS(0x0300) == 3 && !WIFSIGNALED(0x0300) && !WIFSTOPPED(0x0300));
	CHECK(WIFSIGNALED(9) && WTERMSIG(9) == 9 && !WIFEXITED(9) && !WCOREDUMP(9) && WCOREDUMP(0x8b) && WTERMSIG(0x8b) == 11);
	CHECK(WIFSTOPPED(0x137f) && WSTOPSIG(0x137f) == 0x13 && WIFCONTINUED(0xffff));

	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t actions;
	short flags = -1;
	pid_t group = -1;
	sigset_t set;
	CHECK_RC(posix_spawnattr_init(&attributes), 0);
	CHECK_RC(posix_spawnattr_getflags(&attributes, &flags), 0);
	CHECK_EQ(flags, 0);
	CHECK_RC(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK), 0);
	CHECK_RC(posix_spawnattr_getflags(&attributes, &flags), 0);
	CHECK_EQ(flags, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	CHECK_RC(posix_spawnattr_setflags(&attributes, 0x4000), EINVAL);
	CHECK_RC(posix_spawnattr_setpgroup(&attributes, 17), 0);
	CHECK(posix_spawnattr_getpgroup(&attributes, &group) == 0 && group == 17);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK_RC(posix_spawnattr_setsigmask(&attributes, &set), 0);
	CHECK_RC(posix_spawnattr_setsigdefault(&attributes, &set), 0);
	sigemptyset(&set);
	CHECK(posix_spawnattr_getsigmask(&attributes, &set) == 0 && sigismember(&set, SIGUSR1) == 1);
	sigemptyset(&set);
	CHECK(posix_spawnattr_getsigdefault(&attributes, &set) == 0 && sigismember(&set, SIGUSR1) == 1);
	struct sched_param parameters = { .sched_priority = 3 };
	int policy = -1;
	CHECK_RC(posix_spawnattr_setschedpolicy(&attributes, SCHED_RR), 0);
	CHECK(posix_spawnattr_getschedpolicy(&attributes, &policy) == 0 && policy == SCHED_RR);
	CHECK_RC(posix_spawnattr_setschedparam(&attributes, &parameters), 0);
	parameters.sched_priority = 0;
	CHECK(posix_spawnattr_getschedparam(&attributes, &parameters) == 0 && parameters.sched_priority == 3);
	CHECK_RC(posix_spawnattr_destroy(&attributes), 0);
	CHECK_RC(posix_spawn_file_actions_init(&actions), 0);
	CHECK_RC(posix_spawn_file_actions_addopen(&actions, 5, "/dev/null", 0, 0), 0);
	CHECK_RC(posix_spawn_file_actions_addclose(&actions, 5), 0);
	CHECK_RC(posix_spawn_file_actions_adddup2(&actions, 1, 5), 0);
	CHECK_RC(posix_spawn_file_actions_addclose(&actions, -1), EBADF);
	CHECK_RC(posix_spawn_file_actions_addopen(&actions, -1, "/dev/null", 0, 0), EBADF);
	CHECK_RC(posix_spawn_file_actions_adddup2(&actions, -1, 5), EBADF);
	CHECK_RC(posix_spawn_file_actions_adddup2(&actions, 1, -1), EBADF);
	int most = sysconf(_SC_OPEN_MAX);
	CHECK_RC(posix_spawn_file_actions_addopen(&actions, most, "/dev/null", 0, 0), EBADF);
	CHECK_RC(posix_spawn_file_actions_addclose(&actions, most), EBADF);
	CHECK_RC(posix_spawn_file_actions_adddup2(&actions, 1, most), EBADF);
	CHECK_RC(posix_spawn_file_actions_adddup2(&actions, most, 1), EBADF);
	CHECK_RC(posix_spawn_file_actions_destroy(&actions), 0);

	char *arguments[] = { "/bin/true", NULL };
	CHECK_ERRNO(execv("/does/not/exist", arguments), (
#ifdef __hermit__
		ENOSYS
#else
		ENOENT
#endif
	));
#ifdef __hermit__
	pid_t process = 5;
	CHECK_ERRNO(fork(), ENOSYS);
	CHECK_ERRNO(vfork(), ENOSYS);
	CHECK_ERRNO(execl("/bin/true", "true", (char *)NULL), ENOSYS);
	CHECK_ERRNO(execle("/bin/true", "true", (char *)NULL, environ), ENOSYS);
	CHECK_ERRNO(execlp("true", "true", (char *)NULL), ENOSYS);
	CHECK_ERRNO(execve("/bin/true", arguments, environ), ENOSYS);
	CHECK_ERRNO(execvp("true", arguments), ENOSYS);
	CHECK_ERRNO(execvpe("true", arguments, environ), ENOSYS);
	CHECK_ERRNO(fexecve(0, arguments, environ), ENOSYS);
	CHECK_ERRNO(daemon(0, 0), ENOSYS);
	CHECK_EQ(system(NULL), 0);
	CHECK_ERRNO(system("true"), ENOSYS);
	errno = 0;
	CHECK(popen("true", "r") == NULL && errno == ENOSYS);
	CHECK_RC(posix_spawn(&process, "/bin/true", NULL, NULL, arguments, environ), ENOSYS);
	CHECK_RC(posix_spawnp(&process, "true", NULL, NULL, arguments, environ), ENOSYS);
	CHECK_EQ(process, 5);
#endif
	CHECK_RC(pthread_atfork(NULL, NULL, NULL), 0);
}

static void terminal(void)
{
	char name[TTY_NAME_MAX];
	CHECK_EQ(isatty(0), 0);
	CHECK(errno == ENOTTY || errno == EINVAL);
	CHECK_EQ(isatty(-1), 0);
	CHECK_EQ(errno, EBADF);
	CHECK(ttyname(-1) == NULL && errno == EBADF);
	CHECK_RC(ttyname_r(-1, name, sizeof name), EBADF);
	CHECK(ttyname(0) == NULL);
	CHECK(ttyname_r(0, name, sizeof name) != 0);
	CHECK(ctermid(name) == name && name[0] == '/');
}

/* The last thing: without privilege there is no way back. */
static void niceness(void)
{
	int before = getpriority(PRIO_PROCESS, 0);
	CHECK_EQ(nice(2), before + 2);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), before + 2);
	CHECK_EQ(getpriority(PRIO_PROCESS, getpid()), before + 2);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, before + 3), 0);
	CHECK_EQ(nice(0), before + 3);
	CHECK_EQ(nice(1000), NZERO - 1);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, 1000), 0);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), NZERO - 1);
	CHECK_ERRNO(setpriority(PRIO_PROCESS, 12345678, 0), ESRCH);
}

int main(void)
{
	ids();
	users();
	limits();
	system_variables();
	auxiliary();
	numbers();
	descriptors();
	children();
	terminal();
	environment();
	niceness();
	return check_done();
}
