/* newlib's stdio.h with POSIX's getline() and getdelim(), which it has under reserved names only. */
#include_next <stdio.h>
#ifndef _HERMIT_STDIO_H
#define _HERMIT_STDIO_H
#if __POSIX_VISIBLE >= 200809
__BEGIN_DECLS
ssize_t getline(char **__restrict, size_t *__restrict, FILE *__restrict);
ssize_t getdelim(char **__restrict, size_t *__restrict, int, FILE *__restrict);
__END_DECLS
#endif
#endif
