/* newlib's search.h with the rest of POSIX's. */
#include_next <search.h>
#ifndef _HERMIT_SEARCH_H
#define _HERMIT_SEARCH_H
#include <stddef.h>

#if __POSIX_VISIBLE >= 202405
typedef void posix_tnode;
#endif

struct qelem {
	struct qelem	*q_forw;
	struct qelem	*q_back;
	char		q_data[1];
};

__BEGIN_DECLS
void *lfind(const void *, const void *, size_t *, size_t, int (*)(const void *, const void *));
void *lsearch(const void *, void *, size_t *, size_t, int (*)(const void *, const void *));
void insque(void *, void *);
void remque(void *);
#if __GNU_VISIBLE
void twalk_r(const void *, void (*)(const void *, VISIT, void *), void *);
#endif
__END_DECLS

#endif
