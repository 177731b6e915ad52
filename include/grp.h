/* newlib's grp.h with the function of BSD and GNU that it lacks. */
#include_next <grp.h>
#ifndef _HERMIT_GRP_H
#define _HERMIT_GRP_H
#if __MISC_VISIBLE
__BEGIN_DECLS
int getgrouplist(const char *, gid_t, gid_t *, int *);
__END_DECLS
#endif
#endif
