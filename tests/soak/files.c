/* Files of each worker's own folder, a log that all append to, pipes that all share, FIFOs, message queues. */
#include "soak.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#if __has_include(<mqueue.h>)
#include <mqueue.h>
#endif

static char root[64];

static void file(void)
{
	char name[128], other[128];
	unsigned char out[3000], in[3000];
	snprintf(name, sizeof name, "%s/%d/file", root, self->number);
	snprintf(other, sizeof other, "%s/%d/other", root, self->number);
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	HOLDS(fd >= 0);
	off_t size = 0;
	unsigned char byte = (unsigned char)rnd(256);
	for (int i = 0; i < 20; i++) {
		size_t count = 1 + rnd(sizeof out);
		memset(out, byte, count);
		SAME(AGAIN(write(fd, out, count)), count);
		size += count;
	}
	struct stat status;
	SAME(fstat(fd, &status), 0);
	SAME(status.st_size, size);
	for (int i = 0; i < 10; i++) {
		off_t at = rnd(size);
		ssize_t count = AGAIN(pread(fd, in, sizeof in, at));
		SAME(count, size - at < (off_t)sizeof in ? size - at : (off_t)sizeof in);
		SAME(in[0], byte);
		SAME(in[count - 1], byte);
	}
	SAME(rename(name, other), 0);
	SAME(access(name, F_OK), -1);
	SAME(ftruncate(fd, size / 2), 0);
	SAME(ftruncate(fd, size), 0);
	SAME(pread(fd, in, 1, size - 1), 1);
	SAME(in[0], 0);
	SAME(unlink(other), 0);
	SAME(pread(fd, in, 1, 0), 1);
	SAME(in[0], byte);
	SAME(close(fd), 0);
}

static void folder(void)
{
	char name[128];
	unsigned count = 1 + rnd(20), seen = 0;
	snprintf(name, sizeof name, "%s/%d/sub", root, self->number);
	SAME(mkdir(name, 0700), 0);
	int at = open(name, O_RDONLY | O_DIRECTORY);
	HOLDS(at >= 0);
	for (unsigned i = 0; i < count; i++) {
		char entry[16];
		snprintf(entry, sizeof entry, "%u", i);
		int fd = openat(at, entry, O_WRONLY | O_CREAT | O_EXCL, 0600);
		HOLDS(fd >= 0);
		SAME(close(fd), 0);
	}
	DIR *dir = fdopendir(at);
	HOLDS(dir);
	struct dirent *entry;
	while ((entry = readdir(dir)))
		seen += entry->d_name[0] != '.';
	SAME(seen, count);
	for (unsigned i = 0; i < count; i++) {
		char path[16];
		snprintf(path, sizeof path, "%u", i);
		SAME(unlinkat(dirfd(dir), path, 0), 0);
	}
	SAME(closedir(dir), 0);
	SAME(rmdir(name), 0);
}

/* ---- a log: each line is one write and stays in one piece ---- */

static int log_fd;
static long lines;

static void append(void)
{
	char line[64];
	for (int i = 0; i < 5; i++) {
		int length = snprintf(line, sizeof line, "%08u %-20s\n", rnd(1000000), self->action);
		SAME(AGAIN(write(log_fd, line, length)), length);
		__atomic_add_fetch(&lines, 1, __ATOMIC_SEQ_CST);
	}
}

static void stream(void)
{
	char name[128], line[100];
	snprintf(name, sizeof name, "%s/%d/stream", root, self->number);
	FILE *f = fopen(name, "w+");
	HOLDS(f);
	long sum = 0, back = 0;
	for (int i = 0; i < 50; i++) {
		int number = (int)rnd(100000);
		sum += number;
		HOLDS(fprintf(f, "%d of %s\n", number, "stream") > 0);
	}
	rewind(f);
	while (fgets(line, sizeof line, f))
		back += atol(line);
	SAME(back, sum);
	SAME(fclose(f), 0);
	SAME(unlink(name), 0);
}

/* ---- pipes: messages of random workers to random workers ---- */

#define PIPES 6
struct message {
	unsigned length, sum;
	unsigned char bytes[120];
};
static int pipes[PIPES][2];
static long sent, received;

static unsigned sum_of(const struct message *m)
{
	unsigned sum = m->length;
	for (unsigned i = 0; i < sizeof m->bytes; i++)
		sum = sum * 31 + m->bytes[i];
	return sum;
}

static int ready(int fd, short events)
{
	struct pollfd one = { fd, events, 0 };
	int answer = poll(&one, 1, (int)rnd(3));
	HOLDS(answer >= 0 || errno == EINTR);
	return answer == 1;
}

/* The ends do not block: between poll and read somebody else may have been quicker. */
static void pipe_message(void)
{
	for (int i = 0; i < 20; i++) {
		int *ends = pipes[rnd(PIPES)];
		struct message m;
		if (rnd(2)) {
			if (!ready(ends[1], POLLOUT))
				continue;
			m.length = rnd(sizeof m.bytes);
			memset(m.bytes, (int)rnd(256), sizeof m.bytes);
			m.sum = sum_of(&m);
			ssize_t count = write(ends[1], &m, sizeof m);
			if (count == -1 && (errno == EAGAIN || errno == EINTR))
				continue;
			SAME(count, sizeof m);
			__atomic_add_fetch(&sent, 1, __ATOMIC_SEQ_CST);
		} else {
			if (!ready(ends[0], POLLIN))
				continue;
			ssize_t count = read(ends[0], &m, sizeof m);
			if (count == -1 && (errno == EAGAIN || errno == EINTR))
				continue;
			SAME(count, sizeof m);
			SAME(m.sum, sum_of(&m));
			__atomic_add_fetch(&received, 1, __ATOMIC_SEQ_CST);
		}
	}
}

/* A child writes all it has into a pipe that is too small for it. */
static void *pour(void *arg)
{
	int fd = *(int *)arg;
	char bytes[1000];
	memset(bytes, 'p', sizeof bytes);
	for (int i = 0; i < 100; i++) {
		struct iovec parts[2] = { { bytes, 300 }, { bytes + 300, 700 } };
		SAME(AGAIN(writev(fd, parts, 2)), sizeof bytes);
	}
	SAME(close(fd), 0);
	return 0;
}

static void drain(int fd, long expected)
{
	char bytes[4096];
	long all = 0;
	for (;;) {
		ssize_t count = AGAIN(read(fd, bytes, 1 + rnd(sizeof bytes)));
		HOLDS(count >= 0);
		if (count == 0)
			break;
		SAME(bytes[count - 1], 'p');
		all += count;
	}
	SAME(all, expected);
	SAME(close(fd), 0);
}

static void pipe_flood(void)
{
	int ends[2];
	pthread_t child;
	SAME(pipe(ends), 0);
	SAME(pthread_create(&child, 0, pour, &ends[1]), 0);
	drain(ends[0], 100000);
	SAME(pthread_join(child, 0), 0);
}

static void *write_fifo(void *arg)
{
	int fd = (int)AGAIN(open(arg, O_WRONLY));
	HOLDS(fd >= 0);
	pour(&fd);
	return 0;
}

static void fifo(void)
{
	char name[128];
	pthread_t child;
	snprintf(name, sizeof name, "%s/%d/fifo", root, self->number);
	SAME(mkfifo(name, 0600), 0);
	SAME(pthread_create(&child, 0, write_fifo, name), 0);
	int fd = (int)AGAIN(open(name, O_RDONLY));
	HOLDS(fd >= 0);
	drain(fd, 100000);
	SAME(pthread_join(child, 0), 0);
	SAME(unlink(name), 0);
}

#if __has_include(<mqueue.h>)
static mqd_t mail;
static long mailed, fetched;

static void mail_queue(void)
{
	for (int i = 0; i < 10; i++) {
		struct message m;
		struct timespec at = deadline_ms(CLOCK_REALTIME, rnd(3));
		if (rnd(2)) {
			m.length = rnd(sizeof m.bytes);
			memset(m.bytes, (int)rnd(256), sizeof m.bytes);
			m.sum = sum_of(&m);
			if (mq_timedsend(mail, (char *)&m, sizeof m, rnd(5), &at) == 0)
				__atomic_add_fetch(&mailed, 1, __ATOMIC_SEQ_CST);
			else
				HOLDS(errno == ETIMEDOUT || errno == EINTR);
		} else {
			ssize_t count = mq_timedreceive(mail, (char *)&m, sizeof m, 0, &at);
			if (count == -1) {
				HOLDS(errno == ETIMEDOUT || errno == EINTR);
				continue;
			}
			SAME(count, sizeof m);
			SAME(m.sum, sum_of(&m));
			__atomic_add_fetch(&fetched, 1, __ATOMIC_SEQ_CST);
		}
	}
}

static void begin_mail(void)
{
	struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = sizeof(struct message) };
	char name[64];
	snprintf(name, sizeof name, "/soak-%d", (int)getpid());
	mail = mq_open(name, O_RDWR | O_CREAT, 0600, &attr);
	HOLDS(mail != (mqd_t)-1);
	SAME(mq_unlink(name), 0);
}

static void end_mail(void)
{
	struct mq_attr attr;
	SAME(mq_getattr(mail, &attr), 0);
	SAME(mailed, fetched + attr.mq_curmsgs);
	SAME(mq_close(mail), 0);
}
#else
static void begin_mail(void)
{
}
static void end_mail(void)
{
}
#endif

static void begin(void)
{
	signal(SIGPIPE, SIG_IGN);
	strcpy(root, "/tmp/soak-XXXXXX");
	HOLDS(mkdtemp(root));
	char name[128];
	for (int i = 0; i < worker_count; i++) {
		snprintf(name, sizeof name, "%s/%d", root, i);
		SAME(mkdir(name, 0700), 0);
	}
	snprintf(name, sizeof name, "%s/log", root);
	log_fd = open(name, O_RDWR | O_CREAT | O_APPEND, 0600);
	HOLDS(log_fd >= 0);
	for (int i = 0; i < PIPES; i++)
		SAME(pipe2(pipes[i], O_NONBLOCK), 0);
	begin_mail();
}

static void end(void)
{
	char name[128];
	struct message m;
	for (int i = 0; i < PIPES; i++)
		while (read(pipes[i][0], &m, sizeof m) == sizeof m) {
			SAME(m.sum, sum_of(&m));
			received++;
		}
	SAME(received, sent);
	FILE *f = fdopen(log_fd, "r");
	char line[200];
	rewind(f);
	for (; fgets(line, sizeof line, f); lines--)
		SAME(strlen(line), 30);
	SAME(lines, 0);
	fclose(f);
	end_mail();
	snprintf(name, sizeof name, "%s/log", root);
	SAME(unlink(name), 0);
	for (int i = 0; i < worker_count; i++) {
		snprintf(name, sizeof name, "%s/%d", root, i);
		SAME(rmdir(name), 0);
	}
	SAME(rmdir(root), 0);
}

static const struct action actions[] = {
	{ "file", file, 4 },
	{ "folder", folder, 3 },
	{ "append", append, 1 },
	{ "stream", stream, 3 },
	{ "pipe", pipe_message, 8 },
	{ "flood", pipe_flood, 3 },
	{ "fifo", fifo, 3 },
#if __has_include(<mqueue.h>)
	{ "mail", mail_queue, 5 },
#endif
	{ 0, 0, 0 },
};
const struct part files = { actions, begin, end };
