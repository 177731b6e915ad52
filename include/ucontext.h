/* User contexts (POSIX.1-2001), laid out as on Linux for x86-64; the kernel's HermitContext. */
#ifndef _UCONTEXT_H
#define _UCONTEXT_H
#include <sys/cdefs.h>
#include <signal.h>

typedef long long greg_t;
#define NGREG	23
#define __NGREG	NGREG
typedef greg_t gregset_t[NGREG];

enum {
	REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
	REG_RDI, REG_RSI, REG_RBP, REG_RBX, REG_RDX, REG_RAX, REG_RCX, REG_RSP,
	REG_RIP, REG_EFL, REG_CSGSFS, REG_ERR, REG_TRAPNO, REG_OLDMASK, REG_CR2
};

typedef struct {
	gregset_t		gregs;
	unsigned long		*fpregs;	/* FXSAVE area */
	unsigned long long	__reserved[8];
} mcontext_t;

typedef struct ucontext_t {
	unsigned long		uc_flags;
	struct ucontext_t	*uc_link;
	stack_t			uc_stack;
	mcontext_t		uc_mcontext;
	sigset_t		uc_sigmask;
	unsigned long		__sigmask_rest[15];
	unsigned long		__float_state[64];
} ucontext_t;

__BEGIN_DECLS
int getcontext(ucontext_t *);
int setcontext(const ucontext_t *);
void makecontext(ucontext_t *, void (*)(void), int, ...);
int swapcontext(ucontext_t *__restrict, const ucontext_t *__restrict);
__END_DECLS

#endif
