#include <sys/stat.h>
#include "check.h"

CONSTANTS(
	S_IFMT, S_IFBLK, S_IFCHR, S_IFIFO, S_IFREG, S_IFDIR, S_IFLNK, S_IFSOCK, S_IRWXU, S_IRUSR, S_IWUSR, S_IXUSR,
	S_IRWXG, S_IRGRP, S_IWGRP, S_IXGRP, S_IRWXO, S_IROTH, S_IWOTH, S_IXOTH, S_ISUID, S_ISGID, S_ISVTX, S_ISBLK(0),
	S_ISCHR(0), S_ISDIR(0), S_ISFIFO(0), S_ISREG(0), S_ISLNK(0), S_ISSOCK(0), UTIME_NOW, UTIME_OMIT)
TYPE(blkcnt_t)
TYPE(blksize_t)
TYPE(dev_t)
TYPE(ino_t)
TYPE(mode_t)
TYPE(nlink_t)
TYPE(uid_t)
TYPE(gid_t)
TYPE(off_t)
TYPE(time_t)
TYPE(struct timespec)
MEMBER(struct stat, st_dev)
MEMBER(struct stat, st_ino)
MEMBER(struct stat, st_mode)
MEMBER(struct stat, st_nlink)
MEMBER(struct stat, st_uid)
MEMBER(struct stat, st_gid)
MEMBER(struct stat, st_rdev)
MEMBER(struct stat, st_size)
MEMBER(struct stat, st_atim)
MEMBER(struct stat, st_mtim)
MEMBER(struct stat, st_ctim)
MEMBER(struct stat, st_blksize)
MEMBER(struct stat, st_blocks)
MEMBER(struct stat, st_atime)
MEMBER(struct stat, st_mtime)
MEMBER(struct stat, st_ctime)
