/* stdin to stdout, byte for byte, by read and write or by stdio. */
#include "check.h"
#include <unistd.h>

int main(int argc, char **argv)
{
	static char buffer[65536];
	if (argc > 1 && strcmp(argv[1], "stdio") == 0) {
		int c;
		while ((c = getchar()) != EOF)
			putchar(c);
		CHECK(feof(stdin) && !ferror(stdin) && !ferror(stdout));
		return check_done();
	}
	ssize_t count;
	while ((count = read(0, buffer, sizeof buffer)) > 0)
		for (ssize_t done = 0, part; done < count; done += part)
			REQUIRE((part = write(1, buffer + done, count - done)) > 0);
	CHECK_EQ(count, 0);
	CHECK_EQ(read(0, buffer, 1), 0); /* and it stays at its end */
	return check_done();
}
