/* What newlib's strerror() says of a number that it does not know: its own answer is an empty text. */
#include <errno.h>
#include <stdio.h>

char *_user_strerror(int number, int internal, int *error) {
	static _Thread_local char text[32];
	*error = EINVAL;
	snprintf(text, sizeof text, "Unknown error %d", number);
	return text;
}
