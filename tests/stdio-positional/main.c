/* What stdio must also do: arguments of printf by their position, and tmpfile. */
#include "check.h"

int main(void)
{
	char line[16];
	snprintf(line, sizeof line, "%2$s %1$s", "a", "b");
	CHECK(strcmp(line, "b a") == 0);
	FILE *f = tmpfile();
	CHECK(f != NULL);
	if (f != NULL)
		CHECK_EQ(fclose(f), 0);
	return check_done();
}
