/* newlib's stdio.h with POSIX's getline() and getdelim(), which it has under reserved names only, and Linux's renameat2(). */
#include_next <stdio.h>
#ifndef _HERMIT_STDIO_H
#define _HERMIT_STDIO_H
#if __POSIX_VISIBLE >= 200809
__BEGIN_DECLS
ssize_t getline(char **__restrict, size_t *__restrict, FILE *__restrict);
ssize_t getdelim(char **__restrict, size_t *__restrict, int, FILE *__restrict);
__END_DECLS
#endif
#if __GNU_VISIBLE
#define RENAME_NOREPLACE	1
#define RENAME_EXCHANGE		2
#define RENAME_WHITEOUT		4
__BEGIN_DECLS
int renameat2(int, const char *, int, const char *, unsigned int);
__END_DECLS
#endif
#endif
