/* Thousands of random operations on a small tree of files, each told with its result. What is told must be
 * what the host tells for the same seed. Usage: random-files SEED STEPS [without-fifos] */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static uint64_t state;
/* Folders of the host have none. */
static int without_fifos;

static unsigned below(unsigned limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % limit;
}

static int chance(unsigned of)
{
	return below(of) == 0;
}

static const char *name_of(int error)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
#define E(name) {name, #name}
		E(ENOENT), E(EBADF), E(EEXIST), E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENOTEMPTY), E(ELOOP), E(EPERM),
		E(EACCES), E(ESPIPE), E(EAGAIN), E(ENXIO), E(EPIPE), E(EMFILE), E(ENAMETOOLONG), E(EBUSY), E(EXDEV),
		E(EFBIG), E(ENOSPC), E(EOVERFLOW), E(ENOTTY), E(ENODEV), E(ERANGE), E(EMLINK), E(EFAULT),
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == error)
			return names[i].name;
	return "another error";
}

/* A path of one to four names, some of which are dots, with a slash here and there. */
static const char *path(void)
{
	static char places[3][64];
	static int next;
	static const char *names[] = {"a", "b", "c", "d", "e", "f", "..", "."};
	char *text = places[next = (next + 1) % 3];
	int depth = chance(2) ? 1 : 1 + (int)below(3);
	text[0] = 0;
	for (int i = 0; i < depth; i++) {
		strcat(text, names[below(chance(4) ? 8 : 6)]);
		if (i + 1 < depth)
			strcat(text, chance(20) ? "//" : "/");
	}
	if (chance(12))
		strcat(text, "/");
	if (chance(150))
		text[0] = 0;
	return text;
}

enum { FDS = 10 };
static int fds[FDS];

static int any(void)
{
	int fd = -1;
	for (int i = 0; i < 4 && fd < 0; i++)
		fd = fds[below(FDS)];
	return chance(40) ? 77 : fd;
}

static int directory(void)
{
	return chance(2) ? AT_FDCWD : any();
}

/* A directory's descriptor as it is told. */
static const char *told(int fd)
{
	static char places[2][12];
	static int next;
	char *text = places[next = !next];
	if (fd == AT_FDCWD)
		return "here";
	snprintf(text, sizeof places[0], "%d", fd);
	return text;
}

static void keep(int fd)
{
	if (fd < 0)
		return;
	int place = below(FDS);
	if (fds[place] >= 0)
		close(fds[place]);
	fds[place] = fd;
}

static void tell(long result)
{
	if (result < 0)
		printf(" = %s\n", name_of(errno));
	else
		printf(" = %ld\n", result);
}

static char data[100000];

static unsigned sum(const char *bytes, long count)
{
	unsigned value = 17;
	for (long i = 0; i < count; i++)
		value = value * 31 + (unsigned char)bytes[i];
	return value;
}

static void tell_bytes(long count)
{
	if (count < 0)
		tell(count);
	else
		printf(" = %ld:%x\n", count, sum(data, count));
}

static long size(void)
{
	return chance(3) ? below(100) : chance(2) ? below(5000) : below(90000);
}

static long position(void)
{
	return chance(10) ? -(long)below(1000) : chance(2) ? below(2000) : below(300000);
}

/* How much may be written: into a pipe little, since what fits depends on how it is kept. */
static long room(int fd, long wanted)
{
	struct stat s;
	int waiting = 0;
	if (fstat(fd, &s) != 0 || !S_ISFIFO(s.st_mode))
		return wanted;
	if (ioctl(fd, FIONREAD, &waiting) != 0 || waiting > 4000)
		return 0;
	return wanted % 200;
}

static void tell_stat(int result, const struct stat *s)
{
	if (result < 0) {
		tell(result);
		return;
	}
	const char *kind = S_ISREG(s->st_mode)    ? "file"
			   : S_ISDIR(s->st_mode)  ? "directory"
			   : S_ISLNK(s->st_mode)  ? "link"
			   : S_ISFIFO(s->st_mode) ? "fifo"
						  : "other";
	printf(" = %s %o", kind, S_ISLNK(s->st_mode) ? 0 : (unsigned)s->st_mode & 07777);
	if (!S_ISDIR(s->st_mode))
		printf(" links %ld size %ld", (long)s->st_nlink, (long)s->st_size);
	else if (s->st_nlink == 0)
		printf(" removed");
	if (s->st_mtim.tv_sec < 100000)
		printf(" time %ld", (long)s->st_mtim.tv_sec);
	printf("\n");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void list(const char *at)
{
	static char names[100][300];
	int count = 0;
	printf("list %s", at);
	DIR *dir = opendir(at);
	if (dir == NULL) {
		tell(-1);
		return;
	}
	struct dirent *entry;
	errno = 0;
	while ((entry = readdir(dir)) != NULL && count < 100)
		snprintf(names[count++], sizeof names[0], "%s(%d)", entry->d_name, entry->d_type);
	int error = errno;
	closedir(dir);
	qsort(names, count, sizeof names[0], by_name);
	for (int i = 0; i < count; i++)
		printf(" %s", names[i]);
	errno = error;
	tell(error ? -1 : count);
}

static int open_flags(void)
{
	int flags = O_NONBLOCK;
	switch (below(4)) {
	case 0:
		flags |= O_RDONLY;
		break;
	case 1:
		flags |= O_WRONLY;
		break;
	default:
		flags |= O_RDWR;
	}
	if (chance(2))
		flags |= O_CREAT | (chance(4) ? O_EXCL : 0);
	else if (chance(8))
		flags |= O_DIRECTORY;
	if ((flags & O_ACCMODE) != O_RDONLY && chance(5))
		flags |= O_TRUNC;
	if (chance(6))
		flags |= O_APPEND;
	if (chance(8))
		flags |= O_NOFOLLOW;
	return flags;
}

static const char *told_flags(int flags)
{
	static char text[80];
	snprintf(text, sizeof text, "%d%s%s%s%s%s%s", flags & O_ACCMODE, flags & O_CREAT ? "|CREAT" : "",
		 flags & O_EXCL ? "|EXCL" : "", flags & O_TRUNC ? "|TRUNC" : "", flags & O_APPEND ? "|APPEND" : "",
		 flags & O_NOFOLLOW ? "|NOFOLLOW" : "", flags & O_DIRECTORY ? "|DIRECTORY" : "");
	return text;
}

static const mode_t modes[] = {0600, 0644, 0700, 0755, 01777, 02755, 04700};
static char start[PATH_MAX];

/* An absolute path below the start, told without it. */
static void tell_path(const char *found)
{
	size_t length = strlen(start);
	if (found == NULL)
		tell(-1);
	else if (strncmp(found, start, length) == 0)
		printf(" = .%s\n", found + length);
	else
		printf(" = elsewhere\n");
}

static void on_descriptors(void)
{
	struct stat s;
	struct iovec parts[3];
	int fd = any(), flags;
	long n, at;
	switch (below(15)) {
	case 0:
		printf("close %d", fd);
		tell(close(fd));
		for (int i = 0; i < FDS; i++)
			if (fds[i] == fd)
				fds[i] = -1;
		break;
	case 1:
		n = size();
		printf("read %d %ld", fd, n);
		tell_bytes(read(fd, data, n));
		break;
	case 2:
		n = size(), at = position();
		printf("pread %d %ld at %ld", fd, n, at);
		tell_bytes(pread(fd, data, n, at));
		break;
	case 3:
	case 4:
		n = room(fd, size());
		printf("write %d %ld", fd, n);
		memset(data, 'A' + below(26), n);
		tell(write(fd, data, n));
		break;
	case 5:
		n = room(fd, size()), at = position();
		printf("pwrite %d %ld at %ld", fd, n, at);
		memset(data, 'a' + below(26), n);
		tell(pwrite(fd, data, n, at));
		break;
	case 6:
		n = below(3), at = position();
		/* Where a directory ends is the file system's affair. */
		if (fstat(fd, &s) == 0 && S_ISDIR(s.st_mode))
			n = at = 0;
		printf("lseek %d %ld %ld", fd, at, n);
		tell(lseek(fd, at, n == 0 ? SEEK_SET : n == 1 ? SEEK_CUR : SEEK_END));
		break;
	case 7:
		at = position();
		printf("ftruncate %d %ld", fd, at);
		tell(ftruncate(fd, at));
		break;
	case 8:
		printf("fstat %d", fd);
		n = fstat(fd, &s);
		tell_stat(n, &s);
		break;
	case 9:
		printf("dup %d", fd);
		n = dup(fd);
		tell(n);
		keep(n);
		break;
	case 10:
		at = 20 + below(5);
		printf("dup2 %d %ld", fd, at);
		n = dup2(fd, at);
		tell(n);
		break;
	case 11:
		printf("fcntl %d flags", fd);
		flags = fcntl(fd, F_GETFL);
		if (flags < 0) {
			tell(flags);
			break;
		}
		printf(" %s", told_flags(flags & (O_ACCMODE | O_APPEND)));
		tell(fcntl(fd, F_SETFL, O_NONBLOCK | (chance(3) ? O_APPEND : 0)));
		break;
	case 12:
		n = room(fd, 90);
		parts[0] = (struct iovec){data, n / 3};
		parts[1] = (struct iovec){data + 1000, 0};
		parts[2] = (struct iovec){data + 50000, n - n / 3};
		printf("writev %d %ld", fd, n);
		tell(writev(fd, parts, 3));
		break;
	case 13:
		memset(data, 0, 100);
		parts[0] = (struct iovec){data, 10};
		parts[1] = (struct iovec){data + 10, 0};
		parts[2] = (struct iovec){data + 10, 70};
		printf("readv %d", fd);
		tell_bytes(readv(fd, parts, 3));
		break;
	default:
		printf("fchdir %d", fd);
		tell(fchdir(fd));
	}
}

static void on_names(void)
{
	struct stat s;
	char text[PATH_MAX];
	const char *p = path(), *q;
	int flags, from, to;
	long n, at;
	switch (below(26)) {
	case 0:
	case 1:
	case 2:
	case 3:
		flags = open_flags();
		from = directory();
		printf("openat %s %s %s", told(from), p, told_flags(flags));
		n = openat(from, p, flags, modes[below(4)]);
		tell(n);
		keep(n);
		break;
	case 4:
		n = open(p, O_RDONLY | O_DIRECTORY);
		printf("open directory %s", p);
		tell(n);
		keep(n);
		break;
	case 5:
	case 6:
	case 15:
		from = directory();
		printf("mkdirat %s %s", told(from), p);
		tell(mkdirat(from, p, modes[below(7)]));
		break;
	case 7:
		printf("rmdir %s", p);
		tell(rmdir(p));
		break;
	case 8:
		from = directory();
		flags = chance(3) ? AT_REMOVEDIR : 0;
		printf("unlinkat %s %s %s", told(from), p, flags ? "directory" : "");
		tell(unlinkat(from, p, flags));
		break;
	case 9:
		printf("remove %s", p);
		tell(remove(p));
		break;
	case 10:
	case 11:
	case 12:
		from = directory(), to = directory();
		q = path();
		printf("renameat %s %s %s %s", told(from), p, told(to), q);
		n = renameat(from, p, to, q);
		/* What ends in a dot is EINVAL in POSIX, EBUSY on Linux. */
		if (n < 0 && errno == EBUSY)
			errno = EINVAL;
		tell(n);
		break;
	case 13:
		from = directory(), to = directory();
		q = path();
		flags = chance(2) ? AT_SYMLINK_FOLLOW : 0;
		printf("linkat %s %s %s %s %s", told(from), p, told(to), q, flags ? "follow" : "");
		tell(linkat(from, p, to, q, flags));
		break;
	case 14:
		q = path();
		snprintf(text, sizeof text, "%s", p);
		/* Whether a slash behind a link's target matters to open() is Linux's affair. */
		while (strlen(text) > 0 && text[strlen(text) - 1] == '/')
			text[strlen(text) - 1] = 0;
		p = text;
		printf("symlink %s %s", p, q);
		tell(symlink(p, q));
		break;
	case 16:
		printf("readlink %s", p);
		n = readlink(p, text, sizeof text);
		if (n >= 0)
			printf(" %.*s", (int)n, text);
		tell(n);
		break;
	case 17:
	case 18:
		from = directory();
		flags = chance(2) ? AT_SYMLINK_NOFOLLOW : 0;
		printf("fstatat %s %s %s", told(from), p, flags ? "nofollow" : "");
		n = fstatat(from, p, &s, flags);
		tell_stat(n, &s);
		break;
	case 19:
		at = position();
		printf("truncate %s %ld", p, at);
		tell(truncate(p, at));
		break;
	case 20:
		printf("chmod %s", p);
		tell(chmod(p, modes[below(7)]));
		break;
	case 21:
		flags = chance(2) ? F_OK : chance(2) ? X_OK : R_OK | W_OK;
		printf("access %s %d", p, flags);
		tell(access(p, flags));
		break;
	case 22:
		printf("chdir %s", p);
		tell(chdir(p));
		break;
	case 23:
		list(p);
		break;
	case 24:
		if (chance(2)) {
			printf("mkfifo %s", p);
			if (without_fifos)
				printf(" = not tried\n");
			else
				tell(mkfifo(p, 0600));
		} else {
			printf("realpath %s", p);
			tell_path(realpath(p, text));
		}
		break;
	default:
		if (chance(2)) {
			struct timespec times[2] = {{1, 0}, {below(1000), UTIME_OMIT}};
			times[1].tv_nsec = chance(2) ? 0 : UTIME_OMIT;
			flags = chance(2) ? AT_SYMLINK_NOFOLLOW : 0;
			printf("utimensat %s", p);
			tell(utimensat(AT_FDCWD, p, times, flags));
		} else {
			printf("getcwd");
			tell_path(getcwd(text, sizeof text));
		}
	}
}

/* Removes what there is, however deep. */
static void clear(const char *at)
{
	char below_it[PATH_MAX];
	DIR *dir = opendir(at);
	struct dirent *entry;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below_it, sizeof below_it, "%s/%s", at, entry->d_name);
		if (unlink(below_it) != 0)
			clear(below_it);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(at);
}

static int home;
static char tree[40];

/* An empty tree, and the working directory two levels below its top, so that ".." seldom leaves it. */
static int begin(void)
{
	for (int i = 0; i < FDS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
	for (int fd = 20; fd < 25; fd++)
		close(fd);
	if (fchdir(home) != 0)
		return -1;
	clear(tree);
	if (mkdir(tree, 0777) != 0 || chdir(tree) != 0 || getcwd(start, sizeof start) == NULL)
		return -1;
	if (mkdir("a", 0777) || mkdir("a/b", 0777) || mkdir("a/b/c", 0777) || chdir("a/b"))
		return -1;
	fds[0] = open(".", O_RDONLY);
	fds[1] = open("c", O_RDONLY);
	fds[2] = open("d", O_RDWR | O_CREAT, 0600);
	fds[3] = open("e", O_RDWR | O_CREAT | O_APPEND, 0600);
	return fds[3] < 0;
}

/* Whether the working directory is the top of the tree or outside of it, or has gone. */
static int outside(void)
{
	char now[PATH_MAX];
	size_t length = strlen(start);
	return getcwd(now, sizeof now) == NULL || strncmp(now, start, length) != 0 || now[length] != '/';
}

int main(int argc, char **argv)
{
	state = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	long steps = argc > 2 ? atol(argv[2]) : 1000;
	without_fifos = argc > 3;
	snprintf(tree, sizeof tree, "tree-%d", (int)getpid());
	signal(SIGPIPE, SIG_IGN);
	umask(022);
	for (int fd = 3; fd < 100; fd++)
		close(fd);
	home = open(".", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < FDS; i++)
		fds[i] = -1;
	for (long i = 0; i < steps; i++) {
		if (i % 500 == 0 && begin() != 0) {
			printf("cannot begin: %s\n", name_of(errno));
			return 2;
		}
		printf("%ld ", i);
		if (chance(3))
			on_descriptors();
		else
			on_names();
		/* One step outside is enough. */
		if (outside() && chdir(start) == 0) {
			mkdir("a", 0777);
			if (chdir("a") != 0)
				begin();
		}
	}
	if (begin() != 0 || fchdir(home) != 0)
		return 3;
	clear(tree);
	return 0;
}
