/* Run by the build system while it configures. */
#include <stdio.h>

int main(void)
{
#ifdef __hermit__
	puts("on hermit");
#endif
	return 7;
}
