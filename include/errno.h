/* newlib's errno.h with the names of the program that GNU declares here. */
#include <sys/cdefs.h>
#include_next <errno.h>
#ifndef _HERMIT_ERRNO_H
#define _HERMIT_ERRNO_H
#if __GNU_VISIBLE
__BEGIN_DECLS
extern char *program_invocation_name;
extern char *program_invocation_short_name;
__END_DECLS
#endif
#endif
