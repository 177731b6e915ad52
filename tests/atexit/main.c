/* Order of the end: atexit handlers last in first out, those registered while they run too, then
 * destructors, then the streams are flushed. */
#include <stdio.h>
#include <stdlib.h>

static void say(const char *text)
{
	fputs(text, stdout);
}

static void late(void)
{
	say("registered during exit\n");
}
static void first(void)
{
	say("first\n");
}
static void second(void)
{
	say("second\n");
	atexit(late);
}
__attribute__((destructor)) static void destructor(void)
{
	say("destructor\n");
}

int main(void)
{
	atexit(first);
	atexit(second);
	for (int i = 0; i < 40; i++) /* more than the 32 that the standard guarantees */
		if (atexit(first) != 0)
			say("atexit failed\n");
	say("main\n");
	exit(3);
}
