/* Non-local jumps (C11, 7.13; POSIX.1-2017). One type serves all: registers, whether the signal mask was
 * saved, and that mask. */
#ifndef _SETJMP_H
#define _SETJMP_H
#include <sys/cdefs.h>

typedef long long jmp_buf[10];
typedef jmp_buf sigjmp_buf;

__BEGIN_DECLS
int setjmp(jmp_buf) __attribute__((__returns_twice__));
void longjmp(jmp_buf, int) __attribute__((__noreturn__));
#if __POSIX_VISIBLE || __MISC_VISIBLE
int sigsetjmp(sigjmp_buf, int) __attribute__((__returns_twice__));
void siglongjmp(sigjmp_buf, int) __attribute__((__noreturn__));
#endif
#if __XSI_VISIBLE || __MISC_VISIBLE
int _setjmp(jmp_buf) __attribute__((__returns_twice__));
void _longjmp(jmp_buf, int) __attribute__((__noreturn__));
#endif
__END_DECLS

#define setjmp(env) setjmp(env)

#endif
