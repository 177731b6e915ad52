#include <ftw.h>
#include "check.h"

CONSTANTS(
	FTW_F, FTW_D, FTW_DNR, FTW_DP, FTW_NS, FTW_SL, FTW_SLN, FTW_PHYS, FTW_MOUNT, FTW_DEPTH, FTW_CHDIR, S_IFMT,
	S_IFREG, S_IRWXU)
TYPE(struct stat)
MEMBER(struct FTW, base)
MEMBER(struct FTW, level)
