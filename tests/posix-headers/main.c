/* The other files are the test: they compile, for each header of POSIX alone. */
#include "check.h"

void take(int first, ...)
{
	(void)first;
}

int main(void)
{
	return 0;
}
