/* The table of mounted file systems, /proc/mounts, as programs of Linux read it. */
#ifndef _MNTENT_H
#define _MNTENT_H
#include <sys/cdefs.h>
#include <stdio.h>

#define MNTTAB	"/etc/fstab"
#define MOUNTED	"/proc/mounts"

#define MNTTYPE_IGNORE	"ignore"
#define MNTTYPE_NFS	"nfs"
#define MNTTYPE_SWAP	"swap"

#define MNTOPT_DEFAULTS	"defaults"
#define MNTOPT_RO	"ro"
#define MNTOPT_RW	"rw"
#define MNTOPT_SUID	"suid"
#define MNTOPT_NOSUID	"nosuid"
#define MNTOPT_NOAUTO	"noauto"

struct mntent {
	char	*mnt_fsname;
	char	*mnt_dir;
	char	*mnt_type;
	char	*mnt_opts;
	int	mnt_freq;
	int	mnt_passno;
};

__BEGIN_DECLS
FILE *setmntent(const char *, const char *);
struct mntent *getmntent(FILE *);
struct mntent *getmntent_r(FILE *__restrict, struct mntent *__restrict, char *__restrict, int);
int addmntent(FILE *__restrict, const struct mntent *__restrict);
int endmntent(FILE *);
char *hasmntopt(const struct mntent *, const char *);
__END_DECLS

#endif
