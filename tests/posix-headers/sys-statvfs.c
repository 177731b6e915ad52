#include <sys/statvfs.h>
#include "check.h"

CONSTANTS(
	ST_RDONLY, ST_NOSUID)
TYPE(fsblkcnt_t)
TYPE(fsfilcnt_t)
MEMBER(struct statvfs, f_bsize)
MEMBER(struct statvfs, f_frsize)
MEMBER(struct statvfs, f_blocks)
MEMBER(struct statvfs, f_bfree)
MEMBER(struct statvfs, f_bavail)
MEMBER(struct statvfs, f_files)
MEMBER(struct statvfs, f_ffree)
MEMBER(struct statvfs, f_favail)
MEMBER(struct statvfs, f_fsid)
MEMBER(struct statvfs, f_flag)
MEMBER(struct statvfs, f_namemax)
