/* Many threads map, unmap, protect, discard and use pages at once: every page has the content that
 * its owner left, or zeros; and first touches of the same page by all threads at once agree. */
#include "check.h"
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define THREADS 8
#define ROUNDS 150
#define MAPPINGS 4
#define MOST_PAGES 1100 /* more than two large pages */
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

enum state { FRESH, WRITTEN };

struct mapping {
	char *start;
	size_t pages;
	unsigned char state[MOST_PAGES];
};

static unsigned random_below(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % below;
}

static void use(struct mapping *m, uint64_t id, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		uint64_t *page = (uint64_t *)(m->start + i * PAGE);
		uint64_t mark = id << 32 | i, expected = m->state[i] == WRITTEN ? mark : 0;
		if (page[0] != expected || page[511] != expected)
			CHECK_EQ(page[0], expected);
		page[0] = page[511] = mark;
		m->state[i] = WRITTEN;
	}
}

static void step(struct mapping *m, uint64_t id, uint64_t *seed)
{
	if (m->start == NULL) {
		m->pages = 1 + random_below(seed, random_below(seed, 8) == 0 ? MOST_PAGES : 40);
		m->start = mmap(NULL, m->pages * PAGE, RW, ANONYMOUS, -1, 0);
		REQUIRE(m->start != MAP_FAILED);
		memset(m->state, FRESH, sizeof m->state);
	}
	size_t from = random_below(seed, m->pages), to = from + 1 + random_below(seed, m->pages - from);
	char *part = m->start + from * PAGE;
	size_t len = (to - from) * PAGE;
	switch (random_below(seed, 8)) {
	case 0:
		CHECK_EQ(madvise(part, len, MADV_DONTNEED), 0);
		memset(m->state + from, FRESH, to - from);
		break;
	case 1: /* without access the content stays */
		CHECK_EQ(mprotect(part, len, PROT_NONE), 0);
		CHECK_EQ(mprotect(part, len, RW), 0);
		break;
	case 2:
		CHECK_EQ(mprotect(part, len, PROT_READ), 0);
		CHECK(*(volatile uint64_t *)part == (m->state[from] == WRITTEN ? (id << 32 | from) : 0));
		CHECK_EQ(mprotect(part, len, RW), 0);
		break;
	case 3:
		CHECK(mmap(part, len, RW, ANONYMOUS | MAP_FIXED, -1, 0) == part);
		memset(m->state + from, FRESH, to - from);
		break;
	case 4: /* both ends go, the middle stays */
		use(m, id, from, to);
		if (from > 0)
			CHECK_EQ(munmap(m->start, from * PAGE), 0);
		if (to < m->pages)
			CHECK_EQ(munmap(m->start + to * PAGE, (m->pages - to) * PAGE), 0);
		use(m, id, from, to);
		CHECK_EQ(munmap(part, len), 0);
		m->start = NULL;
		break;
	default:
		use(m, id, from, to);
	}
}

static void *storm(void *argument)
{
	uint64_t id = (uintptr_t)argument, seed = id * 0x9e3779b97f4a7c15u;
	struct mapping *mappings = calloc(MAPPINGS, sizeof *mappings);
	REQUIRE(mappings != NULL);
	for (int round = 0; round < ROUNDS; round++)
		step(&mappings[random_below(&seed, MAPPINGS)], id, &seed);
	for (int i = 0; i < MAPPINGS; i++)
		if (mappings[i].start != NULL)
			CHECK_EQ(munmap(mappings[i].start, mappings[i].pages * PAGE), 0);
	free(mappings);
	return NULL;
}

static pthread_barrier_t barrier;
static uint32_t *shared;

/* All threads add to the same fresh pages. */
static void *touch_together(void *argument)
{
	for (int round = 0; round < 10; round++) {
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
			shared = mmap(NULL, 4 << 20, RW, ANONYMOUS, -1, 0);
			REQUIRE(shared != MAP_FAILED);
		}
		pthread_barrier_wait(&barrier);
		for (size_t i = 0; i < (4 << 20) / sizeof *shared; i += 1024)
			__atomic_fetch_add(&shared[i], 1, __ATOMIC_RELAXED);
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
			unsigned wrong = 0;
			for (size_t i = 0; i < (4 << 20) / sizeof *shared; i += 1024)
				wrong += shared[i] != THREADS;
			CHECK_EQ(wrong, 0);
			CHECK_EQ(munmap(shared, 4 << 20), 0);
		}
	}
	return argument;
}

static void run(void *(*body)(void *))
{
	pthread_t threads[THREADS];
	for (uintptr_t i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, body, (void *)(i + 1)) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

int main(void)
{
	pthread_barrier_init(&barrier, NULL, THREADS);
	run(touch_together);
	run(storm);
	run(storm); /* what the first left behind is enough for a second */
	return check_done();
}
