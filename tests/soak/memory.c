/* malloc with blocks that change hands; mappings; faults that a handler repairs. */
#include "soak.h"
#include <signal.h>
#include <sys/mman.h>

/* A block knows its size and is filled with a byte made from it. */
struct block {
	size_t size;
	unsigned char bytes[];
};

#define SLOTS 64
static struct block *slots[SLOTS];

static void fill(struct block *b, size_t size)
{
	b->size = size;
	memset(b->bytes, (int)(size * 7), size);
}

static void check(const struct block *b)
{
	unsigned char byte = (unsigned char)(b->size * 7);
	HOLDS(b->size < 2 << 20);
	for (size_t i = 0; i < b->size; i += 1 + i / 64)
		SAME(b->bytes[i], byte);
	if (b->size)
		SAME(b->bytes[b->size - 1], byte);
}

static void allocate(void)
{
	for (int i = 0; i < 40; i++) {
		size_t size = rnd(1u << (4 + rnd(rnd(8) ? 10 : 15)));
		struct block *b;
		void *aligned;
		switch (rnd(3)) {
		case 0:
			b = calloc(1, sizeof *b + size);
			for (size_t at = 0; b && at < size; at += 61)
				SAME(b->bytes[at], 0);
			break;
		case 1:
			SAME(posix_memalign(&aligned, 64, sizeof *b + size), 0);
			SAME((uintptr_t)aligned % 64, 0);
			b = aligned;
			break;
		default: b = malloc(sizeof *b + size);
		}
		HOLDS(b);
		fill(b, size);
		struct block *old = __atomic_exchange_n(&slots[rnd(SLOTS)], b, __ATOMIC_ACQ_REL);
		if (!old)
			continue;
		check(old);
		if (rnd(4) == 0) {
			size_t less = old->size / 2;
			old = realloc(old, sizeof *old + old->size * 2);
			HOLDS(old);
			check(old);
			fill(old, less);
		}
		free(old);
	}
}

#define PAGE 4096L

static void map(void)
{
	size_t pages = 1 + rnd(rnd(4) ? 16 : 700);
	char *at = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	HOLDS(at != MAP_FAILED);
	for (size_t i = 0; i < pages; i++) {
		SAME(at[i * PAGE + rnd(PAGE)], 0);
		at[i * PAGE] = (char)(i + 1);
	}
	dawdle();
	for (size_t i = 0; i < pages; i++)
		SAME(at[i * PAGE], (char)(i + 1));
	size_t from = rnd(pages), count = 1 + rnd(pages - from);
	switch (rnd(4)) {
	case 0: SAME(mprotect(at + from * PAGE, count * PAGE, PROT_READ), 0); break;
	case 1:
		/* What was here may be somebody else's at once. */
		SAME(munmap(at + from * PAGE, count * PAGE), 0);
		if (from > 0)
			SAME(munmap(at, from * PAGE), 0);
		if (from + count < pages)
			SAME(munmap(at + (from + count) * PAGE, (pages - from - count) * PAGE), 0);
		return;
	case 2:
		SAME(madvise(at + from * PAGE, count * PAGE, MADV_DONTNEED), 0);
		SAME(at[from * PAGE], 0);
		break;
	default:
		HOLDS(mmap(at + from * PAGE, count * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at + from * PAGE);
		SAME(at[from * PAGE], 0);
	}
	if (from > 0)
		SAME(at[(from - 1) * PAGE], (char)from);
	SAME(munmap(at, pages * PAGE), 0);
}

static __thread char *volatile forbidden;
static __thread volatile int repaired;

static void repair(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	if (!forbidden || (char *)info->si_addr < forbidden || (char *)info->si_addr >= forbidden + PAGE) {
		signal(SIGSEGV, SIG_DFL);
		return;
	}
	repaired++;
	if (mprotect(forbidden, PAGE, PROT_READ | PROT_WRITE) != 0)
		abort();
}

static void fault(void)
{
	char *page = mmap(0, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	HOLDS(page != MAP_FAILED);
	forbidden = page;
	for (int i = 1; i <= 5; i++) {
		volatile char *at = page + rnd(PAGE);
		repaired = 0;
		*at = (char)i;
		SAME(*at, i);
		SAME(repaired, 1);
		SAME(mprotect(page, PAGE, PROT_NONE), 0);
	}
	forbidden = 0;
	SAME(munmap(page, PAGE), 0);
}

static void begin(void)
{
	struct sigaction action = { .sa_sigaction = repair, .sa_flags = SA_SIGINFO };
	SAME(sigaction(SIGSEGV, &action, 0), 0);
}

static void end(void)
{
	for (int i = 0; i < SLOTS; i++) {
		if (slots[i])
			check(slots[i]);
		free(slots[i]);
	}
}

static const struct action actions[] = {
	{ "allocate", allocate, 10 },
	{ "map", map, 5 },
	{ "fault", fault, 2 },
	{ 0, 0, 0 },
};
const struct part memory = { actions, begin, end };
