/* Constructors run before main in the order of their priorities, destructors in the reverse. */
#include <stdio.h>
#include <stdlib.h>

static int order;

__attribute__((constructor(300))) static void c300(void)
{
	printf("constructor 300 is number %d\n", ++order);
}
__attribute__((constructor(200))) static void c200(void)
{
	printf("constructor 200 is number %d\n", ++order);
}
__attribute__((constructor)) static void plain(void)
{
	/* malloc and stdio work this early. */
	char *text = malloc(32);
	snprintf(text, 32, "plain constructor");
	printf("%s is number %d\n", text, ++order);
	free(text);
}
__attribute__((destructor(300))) static void d300(void)
{
	puts("destructor 300");
}
__attribute__((destructor)) static void d(void)
{
	puts("plain destructor");
}

int main(void)
{
	puts("main");
	return 0;
}
