/* What hermit-run says about things that it cannot run; the program itself only waits. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	puts("started");
	fflush(stdout);
	for (;;)
		pause();
}
