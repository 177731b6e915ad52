/* Random mmap, munmap, mprotect, madvise and truncation, in several threads at once, each in an area of its own,
 * against a model: before and after each step every page of the area either gives what the model says, or the
 * signal that it says. */
#include "check.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define THREADS 4
#define PAGES 40
#define FILE_PAGES 8
#define STEPS 80

enum kind { NOTHING, ANONYMOUS, SHARED };

struct page {
	enum kind kind;
	int protection;
	uint32_t value; /* anonymous: what it begins with */
	int of;         /* shared: which page of the file */
};

struct area {
	char *start;
	uint64_t seed;
	int fd;
	int file_pages; /* the file's size */
	uint32_t file[FILE_PAGES];
	struct page pages[PAGES];
};

static __thread jmp_buf after_fault;
static __thread volatile sig_atomic_t fault;
static __thread void *volatile fault_at;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	fault = signal;
	fault_at = info->si_addr;
	longjmp(after_fault, 1);
}

static unsigned below(struct area *area, unsigned limit)
{
	area->seed = area->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(area->seed >> 33) % limit;
}

static int touch(volatile uint32_t *at, int write, uint32_t *value)
{
	fault = 0;
	if (setjmp(after_fault) == 0) {
		if (write)
			*at = *value;
		else
			*value = *at;
	} else if (fault_at != (void *)at) {
		CHECK(fault_at == (void *)at);
	}
	return fault;
}

/* Reads and, where the model allows it or to see that it does not, writes a page. */
static void look(struct area *area, int index, int write)
{
	struct page *page = &area->pages[index];
	volatile uint32_t *at = (uint32_t *)(area->start + index * PAGE);
	int reads = 0, writes = 0;
	uint32_t wanted = 0, value = 0;
	if (page->kind == NOTHING || page->protection == PROT_NONE)
		reads = SIGSEGV;
	else if (page->kind == SHARED && page->of >= area->file_pages)
		reads = SIGBUS;
	else
		wanted = page->kind == SHARED ? area->file[page->of] : page->value;
	int result = touch(at, 0, &value);
	if (result != reads || (result == 0 && value != wanted)) {
		CHECK_EQ(result, reads);
		CHECK_EQ(value, wanted);
	}
	if (!write)
		return;
	writes = page->kind != NOTHING && !(page->protection & PROT_WRITE) ? SIGSEGV : reads;
	value = below(area, 1u << 30) + 1;
	result = touch(at, 1, &value);
	if (result != writes)
		CHECK_EQ(result, writes);
	else if (result == 0 && page->kind == SHARED)
		area->file[page->of] = value;
	else if (result == 0)
		page->value = value;
}

static int random_protection(struct area *area)
{
	static const int protections[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE};
	return protections[below(area, 4)];
}

static void map(struct area *area, int from, int count, int shared)
{
	int protection = random_protection(area), of = below(area, FILE_PAGES);
	char *at = area->start + from * PAGE;
	int any = 0;
	for (int i = from; i < from + count; i++)
		any |= area->pages[i].kind != NOTHING;
	int flags = (shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS) |
		    (below(area, 3) == 0 ? MAP_FIXED_NOREPLACE : MAP_FIXED);
	void *mapped = mmap(at, count * PAGE, protection, flags, shared ? area->fd : -1, shared ? of * PAGE : 0);
	if (any && (flags & MAP_FIXED_NOREPLACE)) {
		CHECK(mapped == MAP_FAILED && errno == EEXIST);
		return;
	}
	CHECK(mapped == at);
	for (int i = from; i < from + count; i++)
		area->pages[i] = (struct page){shared ? SHARED : ANONYMOUS, protection, 0, of + i - from};
}

static void protect(struct area *area, int from, int count)
{
	int protection = random_protection(area), hole = 0;
	for (int i = from; i < from + count; i++)
		hole |= area->pages[i].kind == NOTHING;
	if (hole) { /* what happens to the pages in front of it is left open */
		unsigned char found[PAGES];
		CHECK_ERRNO(mincore(area->start + from * PAGE, count * PAGE, found), ENOMEM);
		return;
	}
	CHECK_EQ(mprotect(area->start + from * PAGE, count * PAGE, protection), 0);
	for (int i = from; i < from + count; i++)
		area->pages[i].protection = protection;
}

static void discard(struct area *area, int from, int count)
{
	int hole = 0;
	for (int i = from; i < from + count; i++)
		hole |= area->pages[i].kind == NOTHING;
	if (hole)
		return;
	CHECK_EQ(madvise(area->start + from * PAGE, count * PAGE, MADV_DONTNEED), 0);
	for (int i = from; i < from + count; i++)
		area->pages[i].value = 0;
}

static void resize(struct area *area)
{
	int pages = below(area, FILE_PAGES + 1);
	CHECK_EQ(ftruncate(area->fd, pages * PAGE), 0);
	for (int i = pages; i < FILE_PAGES; i++)
		area->file[i] = 0;
	area->file_pages = pages;
}

static void step(struct area *area)
{
	int from = below(area, PAGES), count = 1 + below(area, PAGES - from);
	if (below(area, 2))
		count = 1 + below(area, count);
	switch (below(area, 8)) {
	case 0:
	case 1:
		map(area, from, count, 0);
		break;
	case 2:
		map(area, from, count, 1);
		break;
	case 3:
		CHECK_EQ(munmap(area->start + from * PAGE, count * PAGE), 0);
		memset(&area->pages[from], 0, count * sizeof *area->pages);
		break;
	case 4:
		discard(area, from, count);
		break;
	case 5:
		resize(area);
		break;
	default:
		protect(area, from, count);
	}
}

static pthread_barrier_t barrier;
static struct area areas[THREADS];

static void *run(void *argument)
{
	struct area *area = argument;
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < STEPS; i++) {
		step(area);
		for (int page = 0; page < PAGES; page++)
			look(area, page, below(area, 3) == 0);
	}
	uint32_t value;
	for (int i = 0; i < area->file_pages; i++) {
		CHECK_EQ(pread(area->fd, &value, sizeof value, i * PAGE), sizeof value);
		CHECK_EQ(value, area->file[i]);
	}
	return NULL;
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	pthread_barrier_init(&barrier, NULL, THREADS);
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++) {
		struct area *area = &areas[i];
		area->seed = i + 1;
		area->fd = memfd_create("area", 0);
		/* Not at the edge of a large page, and not where the system puts mappings of its own choice. */
		area->start = mmap((char *)((uintptr_t)0x200000000000 + i * (64UL << 20) + 13 * PAGE), PAGES * PAGE, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		REQUIRE(area->fd >= 0 && area->start != MAP_FAILED);
		CHECK_EQ(munmap(area->start, PAGES * PAGE), 0);
		REQUIRE(pthread_create(&threads[i], NULL, run, area) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	return check_done();
}
