/* dirname(): newlib's takes away one slash only of several. */
#include <libgen.h>
#include <string.h>

static size_t without_slashes(const char *path, size_t length) {
	while (length && path[length - 1] == '/')
		length--;
	return length;
}

char *dirname(char *path) {
	size_t length = path ? strlen(path) : 0, name = path ? without_slashes(path, length) : 0;
	if (length && !name)
		return "/";
	while (name && path[name - 1] != '/')
		name--;
	if (!name)
		return ".";
	name = without_slashes(path, name);
	path[name ? name : 1] = 0;
	return path;
}
