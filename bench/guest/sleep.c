/* How much later than asked for a sleeping thread goes on: the median of many sleeps of 1 ms. */
#include "measure.h"
#include <signal.h>

#define PERIOD 1000000L
#define ROUNDS 101

static uint64_t at(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static struct timespec spec(uint64_t ns)
{
	return (struct timespec){ ns / 1000000000, ns % 1000000000 };
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The median of what `statement` takes beyond the period. */
#define OVERSLEEP(name, statement)                                               \
	do {                                                                     \
		double late_[ROUNDS];                                            \
		for (int round_ = 0; round_ < ROUNDS; round_++) {                \
			uint64_t begin = at(CLOCK_MONOTONIC);                    \
			statement;                                               \
			late_[round_] = (double)(at(CLOCK_MONOTONIC) - begin) - PERIOD; \
		}                                                                \
		qsort(late_, ROUNDS, sizeof late_[0], ascending);                \
		measure_report(name, late_[ROUNDS / 2]);                         \
	} while (0)

int main(int argc, char **argv)
{
	struct timespec period = { 0, PERIOD }, until;
	measure_begin(argc, argv);
	OVERSLEEP("oversleep, nanosleep 1 ms", nanosleep(&period, NULL));
	OVERSLEEP("oversleep, clock_nanosleep until", until = spec(begin + PERIOD);
		  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	timer_t timer;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
		return 1;
	struct itimerspec once = { { 0, 0 }, { 0, PERIOD } };
	OVERSLEEP("oversleep, timer and sigwaitinfo", timer_settime(timer, 0, &once, NULL);
		  sigwaitinfo(&set, NULL));
	return 0;
}
