/* Ways to end a program that has several threads. */
#include "check.h"
#include <pthread.h>
#include <unistd.h>

static pthread_barrier_t barrier;

static void *spin_forever(void *argument)
{
	pthread_barrier_wait(&barrier);
	for (volatile long i = 0;; i++)
		;
	return argument;
}

static void *sleep_forever(void *argument)
{
	pthread_barrier_wait(&barrier);
	for (;;)
		sleep(1000);
	return argument;
}

static void *exits(void *argument)
{
	pthread_barrier_wait(&barrier);
	if (argument != NULL)
		_exit(43);
	exit(42); /* flushes what main has printed */
}

static void *ends_last(void *argument)
{
	usleep(100000);
	puts("the last thread ends");
	return argument;
}

static void at_exit(void)
{
	puts("atexit");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	pthread_t thread;
	printf("%s\n", how);
	atexit(at_exit);
	pthread_barrier_init(&barrier, NULL, 4);
	if (strcmp(how, "main-ends") == 0) {
		pthread_create(&thread, NULL, ends_last, NULL);
		pthread_exit(NULL); /* the process goes on and ends with its last thread, status 0 */
	}
	if (strcmp(how, "return") == 0) {
		pthread_barrier_init(&barrier, NULL, 3);
		pthread_create(&thread, NULL, spin_forever, NULL);
		pthread_create(&thread, NULL, sleep_forever, NULL);
		pthread_barrier_wait(&barrier);
		return 41; /* takes all threads along */
	}
	pthread_create(&thread, NULL, spin_forever, NULL);
	pthread_create(&thread, NULL, sleep_forever, NULL);
	pthread_create(&thread, NULL, exits, strcmp(how, "_exit") == 0 ? &barrier : NULL);
	pthread_barrier_wait(&barrier);
	for (;;)
		sleep(1000);
}
