/* Words as a shell expands them (POSIX). There is no shell: a command substitution fails with WRDE_CMDSUB. */
#ifndef _WORDEXP_H
#define _WORDEXP_H
#include <sys/cdefs.h>
#include <stddef.h>

typedef struct {
	size_t	we_wordc;
	char	**we_wordv;
	size_t	we_offs;
} wordexp_t;

#define WRDE_DOOFFS	0x01
#define WRDE_APPEND	0x02
#define WRDE_NOCMD	0x04
#define WRDE_REUSE	0x08
#define WRDE_SHOWERR	0x10
#define WRDE_UNDEF	0x20

#define WRDE_NOSPACE	1
#define WRDE_BADCHAR	2
#define WRDE_BADVAL	3
#define WRDE_CMDSUB	4
#define WRDE_SYNTAX	5
#define WRDE_NOSYS	(-1)

__BEGIN_DECLS
int wordexp(const char *__restrict, wordexp_t *__restrict, int);
void wordfree(wordexp_t *);
__END_DECLS

#endif
