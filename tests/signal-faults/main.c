/* Faults and their handlers: what siginfo_t says, and what a handler can do about it: skip the instruction,
 * change a register, map the page, jump away, on the alternate stack where the stack itself is the fault. */
#define _GNU_SOURCE
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include "check.h"

static volatile int faults, code;
static void *volatile address;
static char *reserved;
static sigjmp_buf place;

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };
	sigemptyset(&action.sa_mask);
	CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

/* Maps the page that is missing. */
static void map_page(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	faults++;
	code = info->si_code;
	address = info->si_addr;
	char *page = (char *)((uintptr_t)info->si_addr & ~4095UL);
	if (mprotect(page, 4096, PROT_READ | PROT_WRITE) != 0)
		_exit(99);
}

static void demand_paging(void)
{
	const int pages = 200;
	reserved = mmap(NULL, pages * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(reserved != MAP_FAILED);
	handle(SIGSEGV, map_page, 0);
	faults = 0;
	for (int i = 0; i < pages; i++)
		((volatile char *)reserved)[i * 4096 + 17] = (char)i;
	CHECK_EQ(faults, pages);
	CHECK_EQ(code, SEGV_ACCERR);
	CHECK(address == reserved + (pages - 1) * 4096 + 17);
	for (int i = 0; i < pages; i++)
		if (reserved[i * 4096 + 17] != (char)i)
			CHECK_EQ(reserved[i * 4096 + 17], (char)i);
	CHECK_EQ(faults, pages);

	/* Read only: a write barrier. */
	CHECK_EQ(mprotect(reserved, 4096, PROT_READ), 0);
	++*(volatile char *)(reserved + 17);
	CHECK_EQ(faults, pages + 1);
	CHECK_EQ(code, SEGV_ACCERR);
	CHECK_EQ(reserved[17], 1);
	munmap(reserved, pages * 4096);
}

/* Gives the load a good address instead. */
static int good = 4711;

static void change_register(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	ucontext_t *at = context;
	faults++;
	code = info->si_code;
	address = info->si_addr;
	at->uc_mcontext.gregs[REG_RBX] = (greg_t)(uintptr_t)&good;
}

static void registers(void)
{
	handle(SIGSEGV, change_register, 0);
	faults = 0;
	uint64_t value = 0, r15 = 0x1515, rsi = 0x5151;
	/* All other registers and the flags survive. */
	unsigned char carry = 0;
	__asm__ volatile("mov $64, %%rbx\n\tstc\n\tmov (%%rbx), %%eax\n\tsetc %1\n\tmov %%rax, %0"
			 : "=r"(value), "=r"(carry), "+r"(r15), "+S"(rsi)::"rax", "rbx", "memory", "cc");
	CHECK_EQ(faults, 1);
	CHECK_EQ(value, 4711);
	CHECK_EQ(carry, 1);
	CHECK(r15 == 0x1515 && rsi == 0x5151);
	CHECK_EQ(code, SEGV_MAPERR);
	CHECK(address == (void *)64);
}

/* Skips instructions of known length. */
static void skip(int signal, siginfo_t *info, void *context)
{
	ucontext_t *at = context;
	faults++;
	code = info->si_code;
	address = info->si_addr;
	/* int3 has been executed, the others have not. */
	if (signal != SIGTRAP)
		at->uc_mcontext.gregs[REG_RIP] += 2;
	at->uc_mcontext.gregs[REG_RAX] = 42;
}

static void instructions(void)
{
	long rax = 1;
	faults = 0;
	handle(SIGILL, skip, 0);
	__asm__ volatile("ud2" : "+a"(rax));
	CHECK_EQ(faults, 1);
	CHECK_EQ(rax, 42);
	CHECK_EQ(code, ILL_ILLOPN);
	CHECK(address != NULL);

	handle(SIGFPE, skip, 0);
	int divisor = 0;
	__asm__ volatile("xor %%edx, %%edx\n\tdiv %%ecx" : "=a"(rax) : "0"(5L), "c"(divisor) : "edx");
	CHECK_EQ(faults, 2);
	CHECK_EQ(rax, 42);
	CHECK_EQ(code, FPE_INTDIV);

	handle(SIGTRAP, skip, 0);
	rax = 1;
	__asm__ volatile("int3" : "+a"(rax));
	CHECK_EQ(faults, 3);
	CHECK_EQ(rax, 42);
	CHECK(code == TRAP_BRKPT || code == SI_KERNEL);
}

/* Floating-point exceptions that were asked for. */
static void leave(int signal, siginfo_t *info, void *context)
{
	(void)context;
	code = info->si_code;
	siglongjmp(place, signal);
}

static void look_at_rounding(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	code = fegetround();
	fesetround(FE_DOWNWARD);
}

/* Of the x87 unit: QEMU's own translator does not know exceptions of SSE. */
static volatile long double one = 1, zero = 0, huge = 1e4930L, tiny = 1e-4930L, result;

static void floats(void)
{
	static const struct {
		int except, code;
	} kinds[] = { { FE_DIVBYZERO, FPE_FLTDIV },
		      { FE_OVERFLOW, FPE_FLTOVF },
		      { FE_UNDERFLOW, FPE_FLTUND },
		      { FE_INVALID, FPE_FLTINV } };
	handle(SIGFPE, leave, 0);
	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (sigsetjmp(place, 1) == 0) {
			feclearexcept(FE_ALL_EXCEPT);
			feenableexcept(kinds[i].except);
			switch (kinds[i].except) {
			case FE_DIVBYZERO:
				result = one / zero;
				break;
			case FE_OVERFLOW:
				result = huge * huge;
				break;
			case FE_UNDERFLOW:
				result = tiny * tiny;
				break;
			default:
				result = zero / zero;
			}
			__asm__ volatile("fwait");
			CHECK(!"not reached");
		}
		fedisableexcept(FE_ALL_EXCEPT);
		feclearexcept(FE_ALL_EXCEPT);
		CHECK_EQ(code, kinds[i].code);
	}
	/* A handler computes with default settings, and leaves those of the program alone. */
	fesetround(FE_UPWARD);
	handle(SIGFPE, look_at_rounding, 0);
	raise(SIGFPE);
	CHECK_EQ(code, FE_TONEAREST);
	CHECK_EQ(fegetround(), FE_UPWARD);
	fesetround(FE_TONEAREST);
}

/* Overflowing stacks. */
static volatile int overflows;

static void overflow(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	overflows++;
	siglongjmp(place, signal);
}

__attribute__((noinline, noclone)) static int recurse(volatile char *above)
{
	volatile char frame[1024];
	frame[0] = *above;
	frame[1023] = 1;
	return recurse(frame) + frame[0];
}

static __thread sigjmp_buf own_place;

static void overflow_in_thread(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	__atomic_fetch_add(&overflows, 1, __ATOMIC_RELAXED);
	siglongjmp(own_place, signal);
}

static void *overflow_often(void *stack)
{
	stack_t alternate = { .ss_sp = stack, .ss_size = 32768 };
	CHECK_EQ(sigaltstack(&alternate, NULL), 0);
	for (volatile int i = 0; i < 5; i++) {
		char start = 1;
		if (sigsetjmp(own_place, 1) == 0)
			recurse(&start);
	}
	alternate.ss_flags = SS_DISABLE;
	CHECK_EQ(sigaltstack(&alternate, NULL), 0);
	return NULL;
}

static void stacks(void)
{
	static char memory[4][32768];
	stack_t stack = { .ss_sp = memory[0], .ss_size = sizeof memory[0] };
	CHECK_EQ(sigaltstack(&stack, NULL), 0);
	handle(SIGSEGV, overflow, SA_ONSTACK);
	for (volatile int i = 0; i < 5; i++) {
		char start = 1;
		if (sigsetjmp(place, 1) == 0)
			recurse(&start);
		stack_t now;
		CHECK_EQ(sigaltstack(NULL, &now), 0);
		CHECK_EQ(now.ss_flags, 0);
	}
	CHECK_EQ(overflows, 5);
	handle(SIGSEGV, overflow_in_thread, SA_ONSTACK);
	overflows = 0;
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		REQUIRE(pthread_create(&threads[i], &small, overflow_often, memory[i]) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(overflows, 20);
	pthread_attr_destroy(&small);
}

/* Alternate stacks that nobody has touched yet. */
static void fresh_stacks(void)
{
	handle(SIGSEGV, map_page, SA_ONSTACK);
	faults = 0;
	for (int i = 0; i < 20; i++) {
		stack_t stack = { .ss_size = 65536 };
		stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		REQUIRE(stack.ss_sp != MAP_FAILED && page != MAP_FAILED);
		CHECK_EQ(sigaltstack(&stack, NULL), 0);
		*page = i;
		CHECK_EQ(*page, i);
		CHECK_EQ(faults, i + 1);
		stack.ss_flags = SS_DISABLE;
		CHECK_EQ(sigaltstack(&stack, NULL), 0);
		munmap(stack.ss_sp, stack.ss_size);
		munmap((void *)page, 4096);
	}
}

/* A fault inside a handler of a fault. */
static void outer(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	faults++;
	int divisor = 0;
	long rax = 0;
	__asm__ volatile("xor %%edx, %%edx\n\tdiv %%ecx" : "=a"(rax) : "0"(5L), "c"(divisor) : "edx");
	CHECK_EQ(rax, 42);
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void nested(void)
{
	faults = 0;
	handle(SIGILL, outer, 0);
	handle(SIGFPE, skip, 0);
	for (int i = 0; i < 100; i++)
		__asm__ volatile("ud2");
	CHECK_EQ(faults, 200);
}

int main(void)
{
	demand_paging();
	registers();
	instructions();
	floats();
	nested();
	stacks();
	fresh_stacks();
	return check_done();
}
