/* What statx() tells, as Linux has it. Nobody keeps when a file was made. */
#ifndef _SYS__STATX_H_
#define _SYS__STATX_H_
#include <stdint.h>

struct statx_timestamp {
	int64_t		tv_sec;
	uint32_t	tv_nsec;
	int32_t		__reserved;
};

struct statx {
	uint32_t		stx_mask;	/* STATX_…: what was filled in */
	uint32_t		stx_blksize;
	uint64_t		stx_attributes;
	uint32_t		stx_nlink;
	uint32_t		stx_uid;
	uint32_t		stx_gid;
	uint16_t		stx_mode;
	uint16_t		__reserved;
	uint64_t		stx_ino;
	uint64_t		stx_size;
	uint64_t		stx_blocks;
	uint64_t		stx_attributes_mask;
	struct statx_timestamp	stx_atime;
	struct statx_timestamp	stx_btime;
	struct statx_timestamp	stx_ctime;
	struct statx_timestamp	stx_mtime;
	uint32_t		stx_rdev_major;
	uint32_t		stx_rdev_minor;
	uint32_t		stx_dev_major;
	uint32_t		stx_dev_minor;
	uint64_t		__further[14];
};

#define STATX_TYPE		0x1U
#define STATX_MODE		0x2U
#define STATX_NLINK		0x4U
#define STATX_UID		0x8U
#define STATX_GID		0x10U
#define STATX_ATIME		0x20U
#define STATX_MTIME		0x40U
#define STATX_CTIME		0x80U
#define STATX_INO		0x100U
#define STATX_SIZE		0x200U
#define STATX_BLOCKS		0x400U
#define STATX_BASIC_STATS	0x7ffU
#define STATX_BTIME		0x800U
#define STATX_ALL		0xfffU
#define STATX__RESERVED		0x80000000U

#endif
