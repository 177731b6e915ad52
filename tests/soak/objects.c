/* Files that are mapped, of the host's too where `/host` is a mount; asynchronous requests; named semaphores
 * and shared memory objects that come and go. */
#include "soak.h"
#include <aio.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096L
#define PAGES 16

static const char *folder;
static long *counters;
static long expected;

static void name_of(char *name, size_t size, const char *what)
{
	snprintf(name, size, "%s/soak-%s-%d-%d", rnd(2) ? folder : "/tmp", what, (int)getpid(), self->number);
}

static void *map(int fd, long at, long pages)
{
	void *mapped = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at * PAGE);
	HOLDS(mapped != MAP_FAILED);
	return mapped;
}

/* A mapping, a second one of a part, and a descriptor show the same bytes; so does the file afterwards. */
static void map_file(void)
{
	char name[128];
	name_of(name, sizeof name, "map");
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	HOLDS(fd >= 0);
	SAME(ftruncate(fd, PAGES * PAGE), 0);
	unsigned char *all = map(fd, 0, PAGES), byte = (unsigned char)(1 + rnd(255)), found = 0;
	long from = rnd(PAGES - 4);
	unsigned char *part = map(fd, from, 4);
	SAME(all[rnd(PAGES * PAGE)], 0);
	for (int i = 0; i < 8; i++) {
		long at = rnd(4 * PAGE);
		part[at] = byte;
		SAME(all[from * PAGE + at], byte);
		dawdle();
		SAME(AGAIN(pread(fd, &found, 1, from * PAGE + at)), 1);
		SAME(found, byte);
		at = rnd(PAGES * PAGE);
		SAME(AGAIN(pwrite(fd, &byte, 1, at)), 1);
		SAME(all[at], byte);
		if (rnd(4) == 0)
			SAME(msync(all, PAGES * PAGE, rnd(2) ? MS_SYNC : MS_ASYNC), 0);
		if (rnd(8) == 0)
			SAME(madvise(all, PAGES * PAGE, MADV_DONTNEED), 0);
	}
	part[5] = byte;
	SAME(munmap(all, PAGES * PAGE), 0);
	SAME(munmap(part, 4 * PAGE), 0);
	SAME(AGAIN(pread(fd, &found, 1, from * PAGE + 5)), 1);
	SAME(found, byte);
	SAME(close(fd), 0);
	SAME(unlink(name), 0);
}

/* All workers count in one object, each time by a mapping of its own. */
static void count(void)
{
	int fd = shm_open("/soak-counters", O_RDWR, 0);
	HOLDS(fd >= 0);
	long *mapped = map(fd, 0, 1);
	SAME(close(fd), 0);
	for (int i = 0; i < 10; i++) {
		__atomic_add_fetch(&mapped[rnd(PAGE / sizeof *mapped)], 1, __ATOMIC_SEQ_CST);
		__atomic_add_fetch(&expected, 1, __ATOMIC_SEQ_CST);
	}
	SAME(munmap(mapped, PAGE), 0);
}

#define REQUESTS 8

static void await(struct aiocb *request, ssize_t size)
{
	const struct aiocb *list[] = { request };
	int error;
	while ((error = aio_error(request)) == EINPROGRESS) {
		struct timespec patience = { 20, 0 };
		if (aio_suspend(list, 1, &patience) != 0)
			SAME(errno, EINTR);
	}
	SAME(error, 0);
	SAME(aio_return(request), size);
}

/* Blocks are written in some order, synchronised, and read back. */
static void asynchronous(void)
{
	char name[128];
	static __thread unsigned char blocks[REQUESTS][500];
	struct aiocb requests[REQUESTS], *list[REQUESTS];
	name_of(name, sizeof name, "aio");
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	HOLDS(fd >= 0);
	memset(requests, 0, sizeof requests);
	for (int i = 0; i < REQUESTS; i++) {
		memset(blocks[i], i + 1, sizeof blocks[i]);
		requests[i].aio_fildes = fd;
		requests[i].aio_buf = blocks[i];
		requests[i].aio_nbytes = sizeof blocks[i];
		requests[i].aio_offset = i * sizeof blocks[i];
		requests[i].aio_lio_opcode = LIO_WRITE;
		list[i] = &requests[i];
	}
	if (rnd(2)) {
		for (int i = 0; i < REQUESTS; i++)
			SAME(aio_write(list[i]), 0);
	} else if (lio_listio(rnd(2) ? LIO_WAIT : LIO_NOWAIT, list, REQUESTS, 0) != 0) {
		SAME(errno, EINTR);
	}
	dawdle();
	for (int i = 0; i < REQUESTS; i++)
		await(&requests[i], sizeof blocks[i]);
	struct aiocb sync = { .aio_fildes = fd };
	SAME(aio_fsync(O_SYNC, &sync), 0);
	await(&sync, 0);
	for (int i = 0; i < REQUESTS; i++) {
		memset(blocks[i], 0, sizeof blocks[i]);
		SAME(aio_read(&requests[i]), 0);
	}
	if (rnd(4) == 0)
		HOLDS(aio_cancel(fd, 0) != -1);
	for (int i = 0; i < REQUESTS; i++) {
		const struct aiocb *only[] = { &requests[i] };
		while (aio_error(&requests[i]) == EINPROGRESS)
			aio_suspend(only, 1, 0);
		if (aio_error(&requests[i]) == ECANCELED)
			continue;
		SAME(aio_return(&requests[i]), sizeof blocks[i]);
		SAME(blocks[i][0], i + 1);
		SAME(blocks[i][sizeof blocks[i] - 1], i + 1);
	}
	SAME(close(fd), 0);
	SAME(unlink(name), 0);
}

#define PLACES 4

/* Whoever makes it first, and whoever takes its name away: as many may be inside as it says. */
static void named(void)
{
	static long inside;
	sem_t *gate = sem_open("/soak-gate", 0);
	HOLDS(gate != SEM_FAILED);
	SAME(AGAIN(sem_wait(gate)), 0);
	HOLDS(__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) <= PLACES);
	dawdle();
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	SAME(sem_post(gate), 0);
	SAME(sem_close(gate), 0);
	char name[64];
	snprintf(name, sizeof name, "/soak-%u", rnd(4));
	sem_t *shared = sem_open(name, O_CREAT, 0600, 0);
	HOLDS(shared != SEM_FAILED);
	SAME(sem_post(shared), 0);
	SAME(AGAIN(sem_wait(shared)), 0);
	if (rnd(4) == 0 && sem_unlink(name) != 0)
		SAME(errno, ENOENT);
	SAME(sem_close(shared), 0);
}

static void begin(void)
{
	folder = access("/host", W_OK) == 0 ? "/host" : "/tmp";
	int fd = shm_open("/soak-counters", O_RDWR | O_CREAT | O_TRUNC, 0600);
	HOLDS(fd >= 0);
	SAME(ftruncate(fd, PAGE), 0);
	counters = map(fd, 0, 1);
	SAME(close(fd), 0);
	sem_unlink("/soak-gate");
	HOLDS(sem_open("/soak-gate", O_CREAT | O_EXCL, 0600, PLACES) != SEM_FAILED);
}

static void end(void)
{
	long sum = 0;
	for (size_t i = 0; i < PAGE / sizeof *counters; i++)
		sum += counters[i];
	SAME(sum, expected);
	SAME(shm_unlink("/soak-counters"), 0);
	SAME(sem_unlink("/soak-gate"), 0);
	for (int i = 0; i < 4; i++) {
		char name[64];
		snprintf(name, sizeof name, "/soak-%d", i);
		sem_unlink(name);
	}
}

static const struct action actions[] = {
	{ "map-file", map_file, 4 },
	{ "count", count, 3 },
	{ "aio", asynchronous, 4 },
	{ "named", named, 4 },
	{ 0, 0, 0 },
};
const struct part objects = { actions, begin, end };
