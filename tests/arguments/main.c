/* argv and the environment arrive byte for byte. Each byte that is no plain letter is shown as
 * \xHH, so that what is expected is readable. */
#include "check.h"

extern char **environ;

static void show(const char *prefix, const char *text)
{
	printf("%s", prefix);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c > ' ' && *c < 0x7f && *c != '\\')
			putchar(*c);
		else
			printf("\\x%02x", *c);
	putchar('\n');
}

int main(int argc, char **argv)
{
	CHECK(argv[argc] == NULL);
	/* Go's run-time system, for one, looks for the environment there. */
	CHECK(environ == argv + argc + 1);
	CHECK(argv[0] != NULL && strstr(argv[0], "arguments") != NULL);
	for (int i = 1; i < argc; i++)
		show("argument ", argv[i]);
	for (char **e = environ; *e; e++)
		if (strncmp(*e, "TEST_", 5) == 0)
			show("variable ", *e);
	if (getenv("TEST_EMPTY")) {
		CHECK_EQ(strlen(getenv("TEST_EMPTY")), 0);
		CHECK_EQ(setenv("TEST_EMPTY", "full", 1), 0);
		CHECK(strcmp(getenv("TEST_EMPTY"), "full") == 0);
		CHECK_EQ(setenv("TEST_EMPTY", "again", 0), 0);
		CHECK(strcmp(getenv("TEST_EMPTY"), "full") == 0);
		CHECK_EQ(unsetenv("TEST_EMPTY"), 0);
		CHECK(getenv("TEST_EMPTY") == NULL);
		CHECK_ERRNO(setenv("A=B", "x", 1), EINVAL);
		CHECK_ERRNO(setenv("", "x", 1), EINVAL);
	}
	return check_done();
}
