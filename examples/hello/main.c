/* The smallest program: if this line appears, the kernel, the C library and the console work. */
#include <stdio.h>

int main(void)
{
	puts("Hello from Hermit!");
	return 0;
}
