/* A thread that ends the program by a fault is sent one signal after the other meanwhile, and other
 * threads fault at the same time. */
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int *volatile faulty_address;
static pthread_t target;
static pthread_barrier_t ready;

static void handler(int signal)
{
	(void)signal;
}

static void *sender(void *argument)
{
	pthread_barrier_wait(&ready);
	for (;;)
		pthread_kill(target, SIGUSR1);
	return argument;
}

static void *faulty(void *argument)
{
	pthread_barrier_wait(&ready);
	*(volatile int *)argument = 1;
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = handler};
	pthread_t thread;
	int storm = argc > 1 && strcmp(argv[1], "storm") == 0;

	for (int line = 0; line < 2000; line++)
		puts("what was written before is not lost");
	fflush(stdout);
	target = pthread_self();
	sigaction(SIGUSR1, &action, NULL);
	pthread_barrier_init(&ready, NULL, 4);
	for (int i = 0; i < 3; i++)
		REQUIRE(pthread_create(&thread, NULL, storm ? sender : faulty, NULL) == 0);
	pthread_barrier_wait(&ready);
	for (volatile int i = 0; storm && i < 1000000; i++)
		;
	faulty_address[0] = 1;
}
