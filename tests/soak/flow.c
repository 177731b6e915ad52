/* Jumps, contexts, and registers that must survive whatever interrupts. */
#include "soak.h"
#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <ucontext.h>

static __attribute__((noinline)) void throw_deep(jmp_buf *to, int depth)
{
	volatile char room[64];
	room[depth % 64] = (char)depth;
	if (depth == 0)
		longjmp(*to, 42);
	throw_deep(to, depth - 1);
	room[0]++;
}

static void jump(void)
{
	for (int i = 0; i < 20; i++) {
		jmp_buf here;
		volatile int kept = i;
		int answer = setjmp(here);
		if (answer == 0)
			throw_deep(&here, (int)rnd(50));
		SAME(answer, 42);
		SAME(kept, i);
	}
}

struct pair {
	ucontext_t one, other;
	long turns;
};

static void play(unsigned high, unsigned low)
{
	struct pair *pair = (struct pair *)((uintptr_t)high << 32 | low);
	for (;;) {
		pair->turns++;
		dawdle();
		HOLDS(swapcontext(&pair->other, &pair->one) == 0);
	}
}

static void context(void)
{
	struct pair *pair = malloc(sizeof *pair);
	size_t size = 131072;
	char *stack = malloc(size);
	HOLDS(pair && stack);
	pair->turns = 0;
	SAME(getcontext(&pair->other), 0);
	pair->other.uc_stack.ss_sp = stack;
	pair->other.uc_stack.ss_size = size;
	pair->other.uc_link = 0;
	makecontext(&pair->other, (void (*)(void))play, 2, (unsigned)((uintptr_t)pair >> 32),
		    (unsigned)(uintptr_t)pair);
	for (int i = 1; i <= 10; i++) {
		SAME(swapcontext(&pair->one, &pair->other), 0);
		SAME(pair->turns, i);
	}
	free(stack);
	free(pair);
}

/* Eight sums in registers, and the rounding mode, while others take the core. */
static void registers(void)
{
	static const int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
	int mode = modes[rnd(4)];
	SAME(fesetround(mode), 0);
	double a = 1, b = 2, c = 3, d = 4;
	long double e = 5, f = 6;
	unsigned rounds = 1000 + rnd(100000);
	for (unsigned i = 0; i < rounds; i++) {
		a += 1;
		b += 2;
		c += 3;
		d += 4;
		e += 5;
		f += 6;
		__asm__ volatile("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d));
	}
	dawdle();
	HOLDS(a == 1 + 1.0 * rounds && b == 2 + 2.0 * rounds && c == 3 + 3.0 * rounds && d == 4 + 4.0 * rounds);
	HOLDS(e == 5 + 5.0L * rounds && f == 6 + 6.0L * rounds);
	SAME(fegetround(), mode);
	SAME(fesetround(FE_TONEAREST), 0);
}

static void begin(void)
{

}

static void end(void)
{
}

static const struct action actions[] = {
	{ "jump", jump, 2 },
	{ "context", context, 3 },
	{ "registers", registers, 5 },
	{ 0, 0, 0 },
};
const struct part flow = { actions, begin, end };
