#include <dirent.h>
#include "../posix-headers/check.h"

CONSTANTS(
	DT_BLK, DT_CHR, DT_DIR, DT_FIFO, DT_LNK, DT_REG, DT_SOCK, DT_UNKNOWN, DT_MQ, DT_SEM, DT_SHM, *posix_getdents)
TYPE(reclen_t)
TYPE(ssize_t)
MEMBER(struct posix_dent, d_ino)
MEMBER(struct posix_dent, d_reclen)
MEMBER(struct posix_dent, d_type)
