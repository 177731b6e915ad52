/* stdout and stderr are two streams of the host; stderr is not buffered; NULs pass. */
#include "check.h"
#include <unistd.h>

int main(void)
{
	fputs("out 1\n", stdout);
	fputs("err 1\n", stderr);
	write(1, "out \0 2\n", 8);
	write(2, "err \0 2\n", 8);
	fprintf(stderr, "err %d", 3);
	_exit(0); /* what stdout still holds in its buffer is lost, stderr has none */
}
