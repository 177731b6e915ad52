/* Names for temporary files (POSIX.1-2024 mkdtemp, mkstemp, mkostemp; mktemp and the suffixes are BSD's). They
 * are random: newlib's are counted, so a name that is given up comes back at once. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { XS = 6 };

/* What is made under a name; -1 and errno if that failed. */
typedef int make(const char *name, int flags);

static int make_file(const char *name, int flags)
{
	return open(name, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
}

static int make_folder(const char *name, int flags)
{
	(void)flags;
	return mkdir(name, S_IRWXU);
}

/* Nothing, if there is no such file yet. */
static int make_none(const char *name, int flags)
{
	(void)flags;
	struct stat status;
	if (lstat(name, &status) == 0)
		return errno = EEXIST, -1;
	return errno == ENOENT ? 0 : -1;
}

static int attempt(char *template, int suffix, make *make, int flags)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t length = strlen(template);
	if (suffix < 0 || length < XS + (size_t)suffix || memcmp(template + length - suffix - XS, "XXXXXX", XS) != 0)
		return errno = EINVAL, -1;
	char *place = template + length - suffix - XS;
	for (int tries = 0; tries < TMP_MAX; tries++) {
		unsigned long bits;
		if (getentropy(&bits, sizeof bits) != 0)
			break;
		for (int i = 0; i < XS; i++, bits /= sizeof letters - 1)
			place[i] = letters[bits % (sizeof letters - 1)];
		int made = make(template, flags);
		if (made >= 0 || errno != EEXIST)
			return made;
	}
	return -1;
}

int mkostemps(char *template, int suffix, int flags)
{
	return attempt(template, suffix, make_file, flags);
}

int mkostemp(char *template, int flags)
{
	return attempt(template, 0, make_file, flags);
}

int mkstemps(char *template, int suffix)
{
	return attempt(template, suffix, make_file, 0);
}

int mkstemp(char *template)
{
	return attempt(template, 0, make_file, 0);
}

char *mkdtemp(char *template)
{
	return attempt(template, 0, make_folder, 0) < 0 ? NULL : template;
}

char *mktemp(char *template)
{
	if (attempt(template, 0, make_none, 0) < 0)
		*template = '\0';
	return template;
}
