/* A signal that ends the program comes again and again while the program is being ended. */
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static pthread_t target;

static void *sender(void *argument)
{
	for (;;)
		pthread_kill(target, SIGTERM);
	return argument;
}

int main(void)
{
	pthread_t thread;

	target = pthread_self();
	for (int line = 0; line < 2000; line++)
		puts("what was written before is not lost");
	fflush(stdout);
	for (int i = 0; i < 3; i++)
		REQUIRE(pthread_create(&thread, NULL, sender, NULL) == 0);
	for (;;)
		;
}
