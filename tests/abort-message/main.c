/* abort(3p) ends the program with SIGABRT; open streams are flushed or not, handlers of atexit
 * are not called. An assertion says where it stood. */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void never(void)
{
	puts("atexit handler ran");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	(void)argv;
	atexit(never);
	setvbuf(stdout, NULL, _IONBF, 0);
	puts("before");
	assert(argc > 1);
	puts("after");
	return 0;
}
