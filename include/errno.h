/* newlib's errno.h with the errors of BSD and Linux that programs compare with though nothing here sets them, and
 * the names of the program that GNU declares here. */
#include <sys/cdefs.h>
#if (__MISC_VISIBLE || __POSIX_VISIBLE >= 202405) && !defined __LINUX_ERRNO_EXTENSIONS__
#define __LINUX_ERRNO_EXTENSIONS__ 1
#endif
#include_next <errno.h>
#ifndef _HERMIT_ERRNO_H
#define _HERMIT_ERRNO_H
#ifdef EDEADLOCK
#undef EDEADLOCK
#define EDEADLOCK EDEADLK
#endif
#if __GNU_VISIBLE
__BEGIN_DECLS
extern char *program_invocation_name;
extern char *program_invocation_short_name;
__END_DECLS
#endif
#endif
