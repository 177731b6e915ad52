/* statfs(): statvfs() in Linux's form. */
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

/* Kinds, by Linux's numbers: memory, and the host's folders, whose devices have numbers from here on. */
enum { RAMFS = 0x858458f6, NINE_P = 0x01021997, FIRST_OF_HOST = 0x100 };

static int fill(struct statfs *to, const struct statvfs *from, const struct stat *file) {
	*to = (struct statfs){
		.f_type = file->st_dev >= FIRST_OF_HOST ? NINE_P : RAMFS,
		.f_bsize = from->f_bsize,
		.f_blocks = from->f_blocks,
		.f_bfree = from->f_bfree,
		.f_bavail = from->f_bavail,
		.f_files = from->f_files,
		.f_ffree = from->f_ffree,
		.f_namelen = from->f_namemax,
		.f_frsize = from->f_frsize,
		.f_flags = from->f_flag,
	};
	memcpy(&to->f_fsid, &from->f_fsid, sizeof to->f_fsid);
	return 0;
}

int statfs(const char *path, struct statfs *to) {
	struct statvfs all;
	struct stat file;
	return statvfs(path, &all) || stat(path, &file) ? -1 : fill(to, &all, &file);
}

int fstatfs(int fd, struct statfs *to) {
	struct statvfs all;
	struct stat file;
	return fstatvfs(fd, &all) || fstat(fd, &file) ? -1 : fill(to, &all, &file);
}
