/* The environment: getenv() and its family as POSIX has them. newlib's putenv() copies its argument, and its
 * setenv() takes an array that the program made for its own.
 *
 * `environ` may point to an array of anybody's; ours is the last one that was made here. Strings that
 * setenv() made are noted, and freed when their variable gets another value. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <reent.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char **array, **made;
static size_t room, made_count, made_room;

/* With the lock held: the place of a variable whose name has `length` bytes. */
static char **find(const char *name, size_t length) {
	for (char **at = environ; at && *at; at++)
		if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
			return at;
	return NULL;
}

/* The length of a name, 0 if it cannot be one. */
static size_t name_length(const char *name) {
	size_t length = name ? strcspn(name, "=") : 0;
	if (length == 0 || name[length]) {
		errno = EINVAL;
		return 0;
	}
	return length;
}

static void forget(char *string) {
	for (size_t i = 0; i < made_count; i++)
		if (made[i] == string) {
			made[i] = made[--made_count];
			free(string);
			return;
		}
}

/* Makes sure that another element fits in; -1 without memory. */
static int grow(char ***list, size_t *size, size_t wanted) {
	if (wanted <= *size)
		return 0;
	char **larger = realloc(*list, 2 * wanted * sizeof *larger);
	if (!larger)
		return -1;
	*list = larger;
	*size = 2 * wanted;
	return 0;
}

/* With the lock held: puts `string` in, in place of a variable of that name. */
static int put(char *string, size_t length) {
	char **old = find(string, length);
	if (old) {
		char *before = *old;
		*old = string;
		if (before != string)
			forget(before);
		return 0;
	}
	size_t count = 0;
	while (environ && environ[count])
		count++;
	if (environ != array) {
		/* Somebody may still use what `environ` was before, so it is left alone. */
		char **copy = malloc(2 * (count + 2) * sizeof *copy);
		if (!copy)
			return -1;
		if (count)
			memcpy(copy, environ, count * sizeof *copy);
		array = copy;
		room = 2 * (count + 2);
	} else if (grow(&array, &room, count + 2) < 0)
		return -1;
	array[count] = string;
	array[count + 1] = NULL;
	environ = array;
	return 0;
}

char *_getenv_r(struct _reent *reent, const char *name) {
	size_t length = strlen(name);
	if (length == 0 || memchr(name, '=', length))
		return NULL;
	pthread_mutex_lock(&lock);
	char **found = find(name, length);
	char *value = found ? *found + length + 1 : NULL;
	pthread_mutex_unlock(&lock);
	return value;
}

char *getenv(const char *name) {
	return _getenv_r(NULL, name);
}

int setenv(const char *name, const char *value, int overwrite) {
	size_t length = name_length(name), size = strlen(value) + 1;
	if (length == 0)
		return -1;
	pthread_mutex_lock(&lock);
	int result = 0;
	if (overwrite || !find(name, length)) {
		char *string = malloc(length + 1 + size);
		result = -1;
		if (string && grow(&made, &made_room, made_count + 1) == 0) {
			memcpy(string, name, length);
			string[length] = '=';
			memcpy(string + length + 1, value, size);
			result = put(string, length);
		}
		if (result == 0)
			made[made_count++] = string;
		else
			free(string);
	}
	pthread_mutex_unlock(&lock);
	return result;
}

int unsetenv(const char *name) {
	size_t length = name_length(name);
	if (length == 0)
		return -1;
	pthread_mutex_lock(&lock);
	char **at;
	while ((at = find(name, length))) {
		char *string = *at;
		do
			at[0] = at[1];
		while (*at++);
		forget(string);
	}
	pthread_mutex_unlock(&lock);
	return 0;
}

/* The string itself becomes part of the environment; GNU's: without `=` the variable goes. */
int putenv(char *string) {
	size_t length = strcspn(string, "=");
	if (!string[length])
		return unsetenv(string);
	pthread_mutex_lock(&lock);
	int result = put(string, length);
	pthread_mutex_unlock(&lock);
	return result;
}

int clearenv(void) {
	static char *empty[1];
	pthread_mutex_lock(&lock);
	environ = empty;
	pthread_mutex_unlock(&lock);
	return 0;
}

/* No program here runs with more rights than its user. */
char *secure_getenv(const char *name) {
	return getenv(name);
}
