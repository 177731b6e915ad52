/* <fts.h>: walking trees of files. An entry has its whole path, so that the working folder need not change; it lives until
 * the walk has left it, and with it are those around it and those that come after it in the same folder. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct _fts {
	FTSENT	*current;	/* what was told last; before that, what the arguments hang on */
	FTSENT	*children;	/* what fts_children() has read already of the folder that was told last */
	int	options;
	dev_t	device;		/* of the argument that is walked */
	int	(*compare)(const FTSENT **, const FTSENT **);
};

/* An entry, its name, its status and its path are one piece of memory. */
static FTSENT *new_entry(FTSENT *parent, const char *folder, const char *name) {
	size_t name_length = strlen(name), folder_length = folder ? strlen(folder) : 0;
	/* No second slash. */
	if (folder_length > 0 && folder[folder_length - 1] == '/')
		folder_length--;
	size_t path_length = folder ? folder_length + 1 + name_length : name_length;
	size_t status_at = (sizeof(FTSENT) + name_length + 1 + _Alignof(struct stat) - 1) / _Alignof(struct stat) * _Alignof(struct stat);
	FTSENT *entry = calloc(1, status_at + sizeof(struct stat) + path_length + 1);
	if (!entry)
		return NULL;
	entry->fts_statp = (struct stat *)((char *)entry + status_at);
	entry->fts_path = entry->fts_accpath = (char *)(entry->fts_statp + 1);
	if (folder) {
		memcpy(entry->fts_path, folder, folder_length);
		entry->fts_path[folder_length] = '/';
		memcpy(entry->fts_path + folder_length + 1, name, name_length);
	} else {
		memcpy(entry->fts_path, name, name_length);
	}
	memcpy(entry->fts_name, name, name_length);
	entry->fts_namelen = (unsigned short)name_length;
	entry->fts_pathlen = (unsigned short)path_length;
	entry->fts_parent = parent;
	entry->fts_level = (short)(parent->fts_level + 1);
	entry->fts_instr = FTS_NOINSTR;
	entry->fts_symfd = -1;
	return entry;
}

static int is_dots(const char *name) {
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* What an entry is. */
static unsigned short look_at(const FTS *fts, FTSENT *entry, int follow) {
	struct stat *status = entry->fts_statp;
	if ((fts->options & FTS_LOGICAL) || follow) {
		if (stat(entry->fts_accpath, status) < 0) {
			int error = errno;
			if (lstat(entry->fts_accpath, status) == 0)
				return errno = 0, FTS_SLNONE;
			entry->fts_errno = error;
			memset(status, 0, sizeof *status);
			return FTS_NS;
		}
	} else if (lstat(entry->fts_accpath, status) < 0) {
		entry->fts_errno = errno;
		memset(status, 0, sizeof *status);
		return FTS_NS;
	}
	entry->fts_dev = status->st_dev;
	entry->fts_ino = status->st_ino;
	entry->fts_nlink = status->st_nlink;
	if (S_ISLNK(status->st_mode))
		return FTS_SL;
	if (S_ISREG(status->st_mode))
		return FTS_F;
	if (!S_ISDIR(status->st_mode))
		return FTS_DEFAULT;
	if (entry->fts_level > FTS_ROOTLEVEL && is_dots(entry->fts_name))
		return FTS_DOT;
	for (FTSENT *around = entry->fts_parent; around && around->fts_level >= FTS_ROOTLEVEL; around = around->fts_parent)
		if (around->fts_ino == entry->fts_ino && around->fts_dev == entry->fts_dev) {
			entry->fts_cycle = around;
			return FTS_DC;
		}
	return FTS_D;
}

static void free_list(FTSENT *entry) {
	while (entry) {
		FTSENT *next = entry->fts_link;
		free(entry);
		entry = next;
	}
}

/* Puts a list into the order that the program wants; as it is, without memory. */
static FTSENT *sorted(const FTS *fts, FTSENT *list, size_t count) {
	if (!fts->compare || count < 2)
		return list;
	FTSENT **all = malloc(count * sizeof *all);
	if (!all)
		return list;
	for (size_t i = 0; i < count; i++, list = list->fts_link)
		all[i] = list;
	qsort(all, count, sizeof *all, (int (*)(const void *, const void *))fts->compare);
	for (size_t i = 0; i < count; i++)
		all[i]->fts_link = i + 1 < count ? all[i + 1] : NULL;
	list = all[0];
	free(all);
	return list;
}

/* What is in a folder; NULL if that is nothing, or cannot be read, which is then what the folder is. */
static FTSENT *read_folder(const FTS *fts, FTSENT *folder) {
	FTSENT *first = NULL, **last = &first;
	size_t count = 0;
	DIR *directory = opendir(folder->fts_accpath);
	if (!directory) {
		folder->fts_errno = errno;
		folder->fts_info = FTS_DNR;
		return NULL;
	}
	for (;;) {
		errno = 0;
		struct dirent *found = readdir(directory);
		if (!found)
			break;
		if (is_dots(found->d_name) && !(fts->options & FTS_SEEDOT))
			continue;
		FTSENT *entry = new_entry(folder, folder->fts_path, found->d_name);
		if (!entry)
			break;
		int known = found->d_type != DT_UNKNOWN && found->d_type != DT_DIR &&
			    !(found->d_type == DT_LNK && (fts->options & FTS_LOGICAL));
		entry->fts_info = (fts->options & FTS_NOSTAT) && known ? FTS_NSOK : look_at(fts, entry, 0);
		*last = entry;
		last = &entry->fts_link;
		count++;
	}
	int error = errno;
	closedir(directory);
	if (error) {
		free_list(first);
		folder->fts_errno = error;
		folder->fts_info = error == ENOMEM ? FTS_ERR : FTS_DNR;
		return NULL;
	}
	return sorted(fts, first, count);
}

FTS *fts_open(char *const *arguments, int options, int (*compare)(const FTSENT **, const FTSENT **)) {
	if (options & ~FTS_OPTIONMASK) {
		errno = EINVAL;
		return NULL;
	}
	FTS *fts = calloc(1, sizeof *fts);
	FTSENT *above = calloc(1, sizeof *above);
	size_t count = 0;
	if (!fts || !above)
		goto failed;
	fts->options = options;
	fts->compare = compare;
	fts->current = above;
	above->fts_level = FTS_ROOTPARENTLEVEL;
	above->fts_info = FTS_INIT;
	above->fts_instr = FTS_NOINSTR;
	for (FTSENT **last = &above->fts_link; *arguments; arguments++, count++) {
		if (!**arguments) {
			errno = ENOENT;
			goto failed;
		}
		FTSENT *entry = new_entry(above, NULL, *arguments);
		if (!entry)
			goto failed;
		entry->fts_info = look_at(fts, entry, options & FTS_COMFOLLOW);
		*last = entry;
		last = &entry->fts_link;
	}
	above->fts_link = sorted(fts, above->fts_link, count);
	return fts;
failed:;
	int error = errno;
	free_list(above);
	free(fts);
	errno = error;
	return NULL;
}

/* An argument's name is all of it for the comparison, and then its last part. */
static void begin_argument(FTS *fts, FTSENT *entry) {
	char *slash = strrchr(entry->fts_name, '/');
	if (slash && (slash != entry->fts_name || slash[1])) {
		entry->fts_namelen = (unsigned short)strlen(slash + 1);
		memmove(entry->fts_name, slash + 1, entry->fts_namelen + 1u);
	}
	fts->device = entry->fts_dev;
}

FTSENT *fts_read(FTS *fts) {
	FTSENT *entry = fts->current;
	if (!entry)
		return NULL;
	int instruction = entry->fts_instr;
	entry->fts_instr = FTS_NOINSTR;
	if (instruction == FTS_AGAIN) {
		entry->fts_info = look_at(fts, entry, 0);
		return entry;
	}
	if (instruction == FTS_FOLLOW && (entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE)) {
		entry->fts_info = look_at(fts, entry, 1);
		return entry;
	}
	FTSENT *next = NULL;
	if (entry->fts_info == FTS_D) {
		int stay = instruction == FTS_SKIP || ((fts->options & FTS_XDEV) && entry->fts_dev != fts->device);
		if (stay)
			free_list(fts->children);
		else
			next = fts->children ? fts->children : read_folder(fts, entry);
		fts->children = NULL;
		if (!next) {
			if (entry->fts_info == FTS_D)
				entry->fts_info = FTS_DP;
			return entry;
		}
	} else {
		next = entry->fts_link;
	}
	for (; next; next = next->fts_link) {
		if (entry != next->fts_parent)
			free(entry);
		entry = next;
		if (entry->fts_level == FTS_ROOTLEVEL)
			begin_argument(fts, entry);
		if (entry->fts_instr == FTS_SKIP)
			continue;
		if (entry->fts_instr == FTS_FOLLOW)
			entry->fts_info = look_at(fts, entry, 1);
		entry->fts_instr = FTS_NOINSTR;
		return fts->current = entry;
	}
	FTSENT *above = entry->fts_parent;
	free(entry);
	if (!above || above->fts_level == FTS_ROOTPARENTLEVEL) {
		free(above);
		fts->current = NULL;
		errno = 0;
		return NULL;
	}
	above->fts_info = above->fts_errno ? FTS_ERR : FTS_DP;
	return fts->current = above;
}

FTSENT *fts_children(FTS *fts, int instruction) {
	if (instruction && instruction != FTS_NAMEONLY) {
		errno = EINVAL;
		return NULL;
	}
	FTSENT *entry = fts->current;
	errno = 0;
	if (!entry)
		return NULL;
	if (entry->fts_info == FTS_INIT)
		return entry->fts_link;
	if (entry->fts_info != FTS_D)
		return NULL;
	free_list(fts->children);
	return fts->children = read_folder(fts, entry);
}

int fts_set(FTS *fts, FTSENT *entry, int instruction) {
	(void)fts;
	if (instruction < 0 || instruction > FTS_SKIP) {
		errno = EINVAL;
		return -1;
	}
	entry->fts_instr = (unsigned short)instruction;
	return 0;
}

int fts_close(FTS *fts) {
	free_list(fts->children);
	FTSENT *entry = fts->current;
	if (entry && entry->fts_level == FTS_ROOTPARENTLEVEL) {
		free_list(entry);
		entry = NULL;
	}
	/* What comes after it in its folder, then the folder, and so on. What is above the arguments is the last. */
	while (entry) {
		FTSENT *next = entry->fts_level == FTS_ROOTPARENTLEVEL ? NULL : entry->fts_link ? entry->fts_link : entry->fts_parent;
		free(entry);
		entry = next;
	}
	free(fts);
	return 0;
}
