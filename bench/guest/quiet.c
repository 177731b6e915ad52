/* Interrupts that a core takes while its only thread computes: argv[2] seconds on core 1, while
 * core 0 sleeps with timers. */
#include "measure.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

static double seconds;
static volatile int done;
static long interrupts;

#ifdef __hermit__
#include <hermit/system.h>
static long interrupts_of(int core)
{
	return sys_interrupt_count(core);
}
#else
/* All lines of /proc/interrupts: the column of that core. */
static long interrupts_of(int core)
{
	FILE *f = fopen("/proc/interrupts", "r");
	char line[512];
	long sum = 0;
	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		return -1;
	while (fgets(line, sizeof line, f) != NULL) {
		char *at = strchr(line, ':');
		if (at == NULL || strncmp(line, " ERR", 4) == 0 || strncmp(line, " MIS", 4) == 0)
			continue;
		at++;
		long value = 0;
		for (int i = 0; i <= core; i++)
			value = strtol(at, &at, 10);
		sum += value;
	}
	fclose(f);
	return sum;
}
#endif

static void pin(int core)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(core, &one);
	pthread_setaffinity_np(pthread_self(), sizeof one, &one);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *compute(void *argument)
{
	pin(1);
	double settled = now() + 0.1;
	while (now() < settled)
		;
	long before = interrupts_of(1);
	double end = now() + seconds;
	while (now() < end)
		for (volatile int i = 0; i < 1000; i++)
			;
	interrupts = interrupts_of(1) - before;
	done = 1;
	return argument;
}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	seconds = argc > 2 ? atof(argv[2]) : 10;
	pin(0);
	pthread_t thread;
	if (pthread_create(&thread, NULL, compute, NULL) != 0)
		return 1;
	while (!done)
		usleep(5000);
	pthread_join(thread, NULL);
	char name[64];
	snprintf(name, sizeof name, "interrupts in a %g s compute loop", seconds);
	measure_report(name, interrupts);
	return 0;
}
