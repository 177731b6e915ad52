/* Eight threads with random operations on a folder of the host at once: each keeps a model of its own
 * folder, and all of them make, replace, move and remove the same few names in another. */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 8, STEPS = 120, NAMES = 4, LIMIT = 40000 };

struct file {
	int exists;
	size_t len;
	unsigned char bytes[2 * LIMIT];
};

struct worker {
	int number;
	unsigned long random;
	struct file files[NAMES];
	unsigned char buffer[2 * LIMIT];
};

static unsigned next(struct worker *w, unsigned below)
{
	w->random = w->random * 6364136223846793005UL + 1442695040888963407UL;
	return (w->random >> 33) % below;
}

static void name_of(struct worker *w, int file, char *name)
{
	snprintf(name, 64, "mnt/own-%d/%d", w->number, file);
}

static void check_file(struct worker *w, int index)
{
	struct file *f = &w->files[index];
	char name[64];
	struct stat s;
	name_of(w, index, name);
	int fd = open(name, O_RDONLY);
	CHECK_EQ(fd >= 0, f->exists);
	if (fd < 0)
		return;
	CHECK_EQ(fstat(fd, &s), 0);
	CHECK_EQ(s.st_size, f->len);
	CHECK_EQ(read(fd, w->buffer, sizeof w->buffer), f->len);
	CHECK(memcmp(w->buffer, f->bytes, f->len) == 0);
	CHECK_EQ(close(fd), 0);
}

static void write_file(struct worker *w, int index)
{
	struct file *f = &w->files[index];
	char name[64];
	name_of(w, index, name);
	int fd = open(name, O_WRONLY | O_CREAT, 0666);
	REQUIRE(fd >= 0);
	size_t at = next(w, LIMIT), len = 1 + next(w, LIMIT >> next(w, 10));
	if (!f->exists || at > f->len)
		memset(f->bytes + (f->exists ? f->len : 0), 0, sizeof f->bytes - (f->exists ? f->len : 0));
	memset(f->bytes + at, next(w, 256), len);
	CHECK_EQ(pwrite(fd, f->bytes + at, len, at), len);
	CHECK_EQ(close(fd), 0);
	if (!f->exists || at + len > f->len)
		f->len = at + len;
	f->exists = 1;
}

static void cut_file(struct worker *w, int index)
{
	struct file *f = &w->files[index];
	char name[64];
	name_of(w, index, name);
	size_t len = next(w, LIMIT);
	CHECK_EQ(truncate(name, len), f->exists ? 0 : -1);
	if (!f->exists)
		return;
	if (len > f->len)
		memset(f->bytes + f->len, 0, len - f->len);
	f->len = len;
}

static void remove_file(struct worker *w, int index)
{
	struct file *f = &w->files[index];
	char name[64];
	name_of(w, index, name);
	CHECK_EQ(unlink(name), f->exists ? 0 : -1);
	f->exists = 0;
	f->len = 0;
}

static void move_file(struct worker *w, int from, int to)
{
	char old[64], new[64];
	name_of(w, from, old);
	name_of(w, to, new);
	CHECK_EQ(rename(old, new), w->files[from].exists ? 0 : -1);
	if (w->files[from].exists && from != to) {
		w->files[to] = w->files[from];
		w->files[from].exists = 0;
		w->files[from].len = 0;
	}
}

/* Names that all threads use: any outcome that POSIX allows will do, and contents are whole. */
static void share(struct worker *w)
{
	char name[64], own[64], text[32] = "";
	snprintf(name, sizeof name, "mnt/shared/%d", next(w, 3));
	snprintf(own, sizeof own, "mnt/shared/new-%d", w->number);
	int fd;
	switch (next(w, 5)) {
	case 0:
		fd = open(own, O_WRONLY | O_CREAT | O_EXCL, 0666);
		CHECK(fd >= 0);
		CHECK_EQ(write(fd, "whole text", 10), 10);
		CHECK_EQ(close(fd), 0);
		CHECK_EQ(rename(own, name), 0);
		break;
	case 1:
		fd = open(name, O_RDWR);
		CHECK(fd >= 0 || errno == ENOENT);
		if (fd >= 0) {
			CHECK_EQ(read(fd, text, sizeof text), 10);
			CHECK(strcmp(text, "whole text") == 0);
			CHECK_EQ(close(fd), 0);
		}
		break;
	case 2:
		CHECK(unlink(name) == 0 || errno == ENOENT);
		break;
	case 3: {
		DIR *dir = opendir("mnt/shared");
		CHECK(dir != NULL);
		for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
			CHECK(entry->d_name[0] == '.' || strlen(entry->d_name) == 1 || entry->d_name[0] == 'n');
		CHECK_EQ(closedir(dir), 0);
		break;
	}
	case 4:
		CHECK(link(name, own) == 0 || errno == ENOENT);
		CHECK(unlink(own) == 0 || errno == ENOENT);
		break;
	}
}

static void *work(void *argument)
{
	struct worker *w = argument;
	char folder[64];
	snprintf(folder, sizeof folder, "mnt/own-%d", w->number);
	CHECK_EQ(mkdir(folder, 0777), 0);
	for (int step = 0; step < STEPS; step++) {
		int index = next(w, NAMES);
		switch (next(w, 8)) {
		case 0:
			remove_file(w, index);
			break;
		case 1:
			move_file(w, index, next(w, NAMES));
			break;
		case 2:
			cut_file(w, index);
			break;
		case 3:
			share(w);
			break;
		case 4:
		case 5:
			write_file(w, index);
			break;
		default:
			check_file(w, index);
		}
	}
	for (int i = 0; i < NAMES; i++) {
		check_file(w, i);
		if (w->files[i].exists)
			remove_file(w, i);
	}
	CHECK_EQ(rmdir(folder), 0);
	return NULL;
}

int main(void)
{
	static struct worker workers[THREADS];
	pthread_t threads[THREADS];
	CHECK_EQ(mkdir("mnt/shared", 0777), 0);
	for (int i = 0; i < THREADS; i++) {
		workers[i].number = i;
		workers[i].random = i + 1;
		REQUIRE(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++) {
		char name[32];
		snprintf(name, sizeof name, "mnt/shared/%d", i);
		CHECK(unlink(name) == 0 || errno == ENOENT);
	}
	CHECK_EQ(rmdir("mnt/shared"), 0);
	return check_done();
}
