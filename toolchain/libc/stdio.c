/* POSIX's getline() and getdelim(): newlib has them under reserved names only. */
#include <stdio.h>

ssize_t __attribute__((weak))
getline(char **restrict line, size_t *restrict size, FILE *restrict stream) {
	return __getline(line, size, stream);
}

ssize_t __attribute__((weak))
getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream) {
	return __getdelim(line, size, delimiter, stream);
}
