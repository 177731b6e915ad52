/* getsubopt(): newlib's forgets the text of an option that it does not know. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

int getsubopt(char **restrict options, char *const *restrict names, char **restrict value) {
	char *option = *options;
	char *end = strchrnul(option, ',');
	*options = end + (*end != 0);
	*end = 0;
	size_t length = strcspn(option, "=");
	*value = option[length] ? option + length + 1 : NULL;
	for (int i = 0; names[i]; i++)
		if (strncmp(names[i], option, length) == 0 && names[i][length] == 0)
			return i;
	*value = option;
	return -1;
}
