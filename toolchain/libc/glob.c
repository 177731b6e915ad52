/* glob(). A pattern is gone through part by part: names without `*`, `?` and `[` are only looked for, the others
 * are compared with the folder's entries. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
	glob_t	*result;
	int	flags;
	int	(*on_error)(const char *, int);
};

static bool is_pattern(const char *text, size_t length, int flags) {
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\' && !(flags & GLOB_NOESCAPE) && i + 1 < length)
			i++;
		else if (text[i] == '*' || text[i] == '?' || (text[i] == '[' && memchr(text + i, ']', length - i)))
			return true;
	}
	return false;
}

static int add(struct search *search, const char *path) {
	glob_t *result = search->result;
	size_t before = search->flags & GLOB_DOOFFS ? result->gl_offs : 0;
	char **list = realloc(result->gl_pathv, (before + result->gl_pathc + 2) * sizeof *list);
	if (!list)
		return GLOB_NOSPACE;
	result->gl_pathv = list;
	struct stat file;
	bool mark = (search->flags & GLOB_MARK) && path[0] && path[strlen(path) - 1] != '/' && stat(path, &file) == 0 &&
		S_ISDIR(file.st_mode);
	char *copy = malloc(strlen(path) + 2);
	if (!copy)
		return GLOB_NOSPACE;
	strcpy(copy, path);
	if (mark)
		strcat(copy, "/");
	list[before + result->gl_pathc++] = copy;
	list[before + result->gl_pathc] = NULL;
	return 0;
}

static int refused(struct search *search, const char *path) {
	int number = errno;
	if ((search->on_error && search->on_error(path, number)) || (search->flags & GLOB_ERR))
		return GLOB_ABORTED;
	return 0;
}

/* All that fits `pattern` in the folder whose path is the first `length` bytes of `path`. */
static int search_in(struct search *search, char path[PATH_MAX], size_t length, const char *pattern) {
	while (*pattern == '/' && length < PATH_MAX - 1) {
		path[length++] = '/';
		pattern++;
	}
	path[length] = 0;
	struct stat file;
	if (!*pattern)
		return (path[length - 1] == '/' ? stat : lstat)(path, &file) == 0 ? add(search, path) : 0;
	size_t part = strcspn(pattern, "/");
	bool last = pattern[part] == 0;
	if (!is_pattern(pattern, part, search->flags)) {
		for (size_t i = 0; i < part; i++) {
			if (pattern[i] == '\\' && !(search->flags & GLOB_NOESCAPE) && i + 1 < part)
				i++;
			if (length >= PATH_MAX - 2)
				return 0;
			path[length++] = pattern[i];
		}
		path[length] = 0;
		if (last)
			return lstat(path, &file) == 0 ? add(search, path) : 0;
		return search_in(search, path, length, pattern + part);
	}
	DIR *folder = opendir(length ? path : ".");
	if (!folder)
		return errno == ENOENT || errno == ENOTDIR ? 0 : refused(search, length ? path : ".");
	char *piece = strndup(pattern, part);
	int code = piece ? 0 : GLOB_NOSPACE;
	struct dirent *entry;
	int flags = (search->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0) | (search->flags & GLOB_PERIOD ? 0 : FNM_PERIOD);
	while (code == 0 && (entry = readdir(folder))) {
		size_t name = strlen(entry->d_name);
		if (fnmatch(piece, entry->d_name, flags) != 0 || length + name >= PATH_MAX - 2)
			continue;
		memcpy(path + length, entry->d_name, name + 1);
		bool any = last && !(search->flags & GLOB_ONLYDIR);
		if (!any && (stat(path, &file) < 0 || !S_ISDIR(file.st_mode)))
			continue;
		code = last ? add(search, path) : search_in(search, path, length + name, pattern + part);
	}
	path[length] = 0;
	free(piece);
	closedir(folder);
	return code;
}

static int compare(const void *a, const void *b) {
	return strcoll(*(char *const *)a, *(char *const *)b);
}

/* One pattern without braces: what it finds is sorted apart from what was there before. */
static int search_all(struct search *search, const char *pattern) {
	glob_t *result = search->result;
	size_t before = result->gl_pathc;
	char path[PATH_MAX], *home_pattern = NULL;
	if ((search->flags & (GLOB_TILDE | GLOB_TILDE_CHECK)) && pattern[0] == '~') {
		size_t length = strcspn(pattern + 1, "/");
		char name[64] = "";
		if (length < sizeof name)
			memcpy(name, pattern + 1, length);
		struct passwd *user = length ? getpwnam(name) : getpwuid(getuid());
		const char *home = length == 0 && getenv("HOME") ? getenv("HOME") : user ? user->pw_dir : NULL;
		if (home && asprintf(&home_pattern, "%s%s", home, pattern + 1 + length) < 0)
			return GLOB_NOSPACE;
		if (home)
			pattern = home_pattern;
		else if (search->flags & GLOB_TILDE_CHECK)
			return GLOB_NOMATCH;
	}
	int code = *pattern ? search_in(search, path, 0, pattern) : 0;
	if (code == 0 && result->gl_pathc == before && ((search->flags & GLOB_NOCHECK) ||
			((search->flags & GLOB_NOMAGIC) && !is_pattern(pattern, strlen(pattern), search->flags))))
		code = add(search, pattern);
	free(home_pattern);
	size_t offset = search->flags & GLOB_DOOFFS ? result->gl_offs : 0;
	if (!(search->flags & GLOB_NOSORT) && result->gl_pathc > before)
		qsort(result->gl_pathv + offset + before, result->gl_pathc - before, sizeof(char *), compare);
	return code;
}

/* The end of an alternative in braces that begins at `at`: `,` or `}`, NULL if they do not fit. */
static const char *alternative_end(const char *at) {
	for (int depth = 0; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '{')
			depth++;
		else if (depth == 0 && (*at == ',' || *at == '}'))
			return at;
		else if (*at == '}')
			depth--;
	}
	return NULL;
}

static int braces(struct search *search, const char *pattern) {
	const char *open = pattern;
	while ((open = strchr(open, '{')) && strncmp(open, "{}", 2) == 0)
		open += 2;
	const char *end = open, *close = NULL;
	while (end && (end = alternative_end(end + 1)) && *end == ',')
		;
	close = end;
	if (!open || !close)
		return search_all(search, pattern);
	int code = 0;
	for (const char *at = open + 1; code == 0; at = end + 1) {
		char *one;
		end = alternative_end(at);
		if (asprintf(&one, "%.*s%.*s%s", (int)(open - pattern), pattern, (int)(end - at), at, close + 1) < 0)
			return GLOB_NOSPACE;
		code = braces(search, one);
		free(one);
		if (*end == '}')
			break;
	}
	return code;
}

int glob(const char *restrict pattern, int flags, int (*on_error)(const char *, int), glob_t *restrict result) {
	if (!(flags & GLOB_APPEND)) {
		result->gl_pathc = 0;
		result->gl_pathv = NULL;
		if (!(flags & GLOB_DOOFFS))
			result->gl_offs = 0;
	}
	size_t before = result->gl_pathc, offset = flags & GLOB_DOOFFS ? result->gl_offs : 0;
	if (!result->gl_pathv) {
		result->gl_pathv = calloc(offset + 1, sizeof *result->gl_pathv);
		if (!result->gl_pathv)
			return GLOB_NOSPACE;
	}
	struct search search = { result, flags, on_error };
	int code = flags & GLOB_BRACE ? braces(&search, pattern) : search_all(&search, pattern);
	return code ? code : result->gl_pathc == before ? GLOB_NOMATCH : 0;
}

void globfree(glob_t *result) {
	for (size_t i = 0; i < result->gl_pathc; i++)
		free(result->gl_pathv[result->gl_offs + i]);
	free(result->gl_pathv);
	result->gl_pathv = NULL;
	result->gl_pathc = 0;
}
