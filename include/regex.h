/* <regex.h> (POSIX.1-2017) of musl's functions; REG_STARTEND is the BSDs' and GNU's. */
#ifndef _REGEX_H_
#define _REGEX_H_
#include <sys/cdefs.h>
#include <sys/types.h>

typedef long regoff_t;

typedef struct {
	size_t	re_nsub;
	void	*__inner[5];
	size_t	__count;
	char	__flag;
} regex_t;

typedef struct {
	regoff_t	rm_so, rm_eo;
} regmatch_t;

#define REG_BASIC	0
#define REG_EXTENDED	1
#define REG_ICASE	2
#define REG_NEWLINE	4
#define REG_NOSUB	8

#define REG_NOTBOL	1
#define REG_NOTEOL	2
#define REG_STARTEND	4

#define REG_NOERROR	0
#define REG_NOMATCH	1
#define REG_BADPAT	2
#define REG_ECOLLATE	3
#define REG_ECTYPE	4
#define REG_EESCAPE	5
#define REG_ESUBREG	6
#define REG_EBRACK	7
#define REG_EPAREN	8
#define REG_EBRACE	9
#define REG_BADBR	10
#define REG_ERANGE	11
#define REG_ESPACE	12
#define REG_BADRPT	13

__BEGIN_DECLS
int regcomp(regex_t *__restrict, const char *__restrict, int);
int regexec(const regex_t *__restrict, const char *__restrict, size_t, regmatch_t [__restrict_arr], int);
size_t regerror(int, const regex_t *__restrict, char *__restrict, size_t);
void regfree(regex_t *);
__END_DECLS
#endif
