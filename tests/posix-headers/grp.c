#include <grp.h>
#include "check.h"

TYPE(gid_t)
TYPE(size_t)
MEMBER(struct group, gr_name)
MEMBER(struct group, gr_gid)
MEMBER(struct group, gr_mem)
