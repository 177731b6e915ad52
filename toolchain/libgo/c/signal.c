/* The signal handler of the Go runtime, in place of libgo's go-signal.c.
 *
 * A handler is called by the kernel, through which nothing unwinds, and on the thread's alternate stack,
 * since a goroutine's own may be used up. So a fault that is to become a panic is not dealt with in the
 * handler: it has the goroutine go on in fault.S, on the goroutine's stack again, which calls what the
 * handler would have called. A touch of the guard below a goroutine's stack becomes a fatal error. Other
 * signals come between any two instructions and are dealt with in the handler, for only its return restores
 * all of the processor's state.
 */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "runtime.h"
#include "stack.h"

extern void hermit_go_signal (int, siginfo_t *, ucontext_t *, const greg_t *);
extern char hermit_go_fault[], hermit_go_overflow[];

/* What fault.S finds at its stack pointer. */
struct fault {
	greg_t registers[17];
	siginfo_t info;
	ucontext_t context;
	struct _libc_fpstate float_state;
} __attribute__ ((aligned (16)));

/* Registers in the order of their DWARF numbers; the last is the return address. */
static const signed char dwarf[17] = {
	REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
	REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP,
};

#define RED_ZONE 128
#define DIRECTION_FLAG 0x400

/* The registers of the interrupted function, as fault.S wants them. */
static void
take_registers (greg_t *into, const ucontext_t *context)
{
	int i;

	for (i = 0; i < 17; i++)
		into[i] = context->uc_mcontext.gregs[dwarf[i]];
}

/* Has the interrupted thread go on at `where` with a record of the fault below `top`. */
static struct fault *
resume (int sig, siginfo_t *info, ucontext_t *context, char *where, uintptr top)
{
	greg_t *registers = context->uc_mcontext.gregs;
	struct fault *fault = (struct fault *) ((top - sizeof *fault) & ~(uintptr) 15);

	take_registers (fault->registers, context);
	fault->info = *info;
	fault->context = *context;
	fault->float_state = *context->uc_mcontext.fpregs;
	fault->context.uc_mcontext.fpregs = &fault->float_state;

	registers[REG_RDI] = sig;
	registers[REG_RSI] = (greg_t) &fault->info;
	registers[REG_RDX] = (greg_t) &fault->context;
	registers[REG_RBX] = (greg_t) &fault->context;
	registers[REG_RSP] = (greg_t) fault;
	/* Behind the nop: the unwinder may look at the instruction before. */
	registers[REG_RIP] = (greg_t) where + 1;
	registers[REG_EFL] &= ~DIRECTION_FLAG;
	return fault;
}

/* Whether the thread's instruction was the cause, and not another thread. */
static bool
is_fault (int sig, siginfo_t *info)
{
	return (sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE)
	       && info->si_code != SI_USER && info->si_code != SI_QUEUE && info->si_code != SI_TKILL;
}

static void
handler (int sig, siginfo_t *info, void *argument)
{
	ucontext_t *context = argument;
	G *gp = runtime_g ();
	greg_t registers[17];
	M *mp;
	uintptr address, half;

	if (gp == NULL || !is_fault (sig, info)) {
		take_registers (registers, context);
		hermit_go_signal (sig, info, context, registers);
		return;
	}
	mp = gp->m;
	/* The kernel and this function use the upper end of the signal stack until the handler returns. */
	half = (uintptr) mp->gsignalstack + (HERMIT_GO_GUARD + mp->gsignalstacksize) / 2;
	address = (uintptr) info->si_addr;
	if (gp->gcstacksize != 0 && address - (uintptr) gp->gcinitialsp < HERMIT_GO_GUARD) {
		resume (sig, info, context, hermit_go_overflow, half);
		context->uc_mcontext.gregs[REG_RDI] = gp->gcstacksize - HERMIT_GO_GUARD;
	} else if (gp == mp->g0 || gp == mp->gsignal) {
		/* The runtime's own mistake: its stack is the thread's, and may be what is wrong. */
		resume (sig, info, context, hermit_go_fault, half);
	} else {
		resume (sig, info, context, hermit_go_fault,
			context->uc_mcontext.gregs[REG_RSP] - RED_ZONE);
	}
}

uintptr getSigtramp (void) __asm__ (GOSYM_PREFIX "runtime.getSigtramp");

uintptr
getSigtramp (void)
{
	return (uintptr) handler;
}

uintptr getSigactionHandler (struct sigaction *) __asm__ (GOSYM_PREFIX "runtime.getSigactionHandler");

uintptr
getSigactionHandler (struct sigaction *action)
{
	return (uintptr) action->sa_sigaction;
}

void setSigactionHandler (struct sigaction *, uintptr)
	__asm__ (GOSYM_PREFIX "runtime.setSigactionHandler");

void
setSigactionHandler (struct sigaction *action, uintptr function)
{
	action->sa_sigaction = (void *) function;
	/* libgo leaves it out for what becomes a panic. */
	if (function == (uintptr) handler)
		action->sa_flags |= SA_ONSTACK;
}

uintptr getSiginfoCode (siginfo_t *) __asm__ (GOSYM_PREFIX "runtime.getSiginfoCode");

uintptr
getSiginfoCode (siginfo_t *info)
{
	return info->si_code;
}

struct getSiginfoRet {
	uintptr sigaddr;
	uintptr sigpc;
};

struct getSiginfoRet getSiginfo (siginfo_t *, void *) __asm__ (GOSYM_PREFIX "runtime.getSiginfo");

struct getSiginfoRet
getSiginfo (siginfo_t *info, void *context)
{
	return (struct getSiginfoRet) {
		.sigaddr = info == NULL ? 0 : (uintptr) info->si_addr,
		.sigpc = ((ucontext_t *) context)->uc_mcontext.gregs[REG_RIP],
	};
}

void dumpregs (siginfo_t *, void *) __asm__ (GOSYM_PREFIX "runtime.dumpregs");

void
dumpregs (siginfo_t *info __attribute__ ((unused)), void *context)
{
	static const struct {
		const char *name;
		int number;
	} shown[] = {
		{ "rax   ", REG_RAX }, { "rbx   ", REG_RBX }, { "rcx   ", REG_RCX }, { "rdx   ", REG_RDX },
		{ "rdi   ", REG_RDI }, { "rsi   ", REG_RSI }, { "rbp   ", REG_RBP }, { "rsp   ", REG_RSP },
		{ "r8    ", REG_R8 },  { "r9    ", REG_R9 },  { "r10   ", REG_R10 }, { "r11   ", REG_R11 },
		{ "r12   ", REG_R12 }, { "r13   ", REG_R13 }, { "r14   ", REG_R14 }, { "r15   ", REG_R15 },
		{ "rip   ", REG_RIP }, { "rflags", REG_EFL },
	};
	greg_t *registers = ((ucontext_t *) context)->uc_mcontext.gregs;
	size_t i;

	for (i = 0; i < sizeof shown / sizeof shown[0]; i++)
		runtime_printf ("%s %X\n", shown[i].name, (uint64) registers[shown[i].number]);
}
