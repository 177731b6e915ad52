/* Random load on everything: each worker does one random thing after the other, and each thing checks
 * itself. A watchdog says who is stuck. Arguments: seconds, seed, workers, the actions (all). With `-` before
 * it an action is left out. */
#include "soak.h"
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

/* A worker without progress for so long is stuck. All waits of the actions are much shorter. */
#define STUCK_MS 60000

__thread struct worker *self;
struct worker *workers;
int worker_count = 32;
int stopping;
static unsigned long seed;
static const struct part *const parts[] = { &locks, &threads, &memory, &files, &signals, &flow, &objects };
#define PARTS (sizeof parts / sizeof parts[0])
static const struct action *lots[1000];
static unsigned lot_count;

unsigned rnd(unsigned below)
{
	static __thread unsigned long others;
	unsigned long *state = self ? &self->random : &others;
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(*state >> 33) % below;
}

void dawdle(void)
{
	unsigned kind = rnd(16);
	if (kind < 4) {
		sched_yield();
	} else if (kind < 8) {
		for (volatile unsigned i = rnd(3000); i > 0; i--)
			;
	} else if (kind < 10) {
		struct timespec pause = { 0, rnd(300000) };
		nanosleep(&pause, 0);
	}
}

void wrong(const char *file, int line, const char *text, long long a, long long b)
{
	fprintf(stderr, "soak: %s:%d: %s: %lld, %lld (worker %d, %s, seed %lu)\n", file, line, text, a, b,
		self ? self->number : -1, self ? self->action : "main", seed);
	abort();
}

static void *work(void *arg)
{
	self = arg;
	while (!__atomic_load_n(&stopping, __ATOMIC_RELAXED)) {
		const struct action *action = lots[rnd(lot_count)];
		__atomic_store_n(&self->since, now_ms(), __ATOMIC_RELAXED);
		__atomic_store_n(&self->action, action->name, __ATOMIC_RELAXED);
		action->run();
		__atomic_add_fetch(&self->steps, 1, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&self->action, "ended", __ATOMIC_RELAXED);
	return 0;
}

static void report(void)
{
	long long now = now_ms();
	for (int i = 0; i < worker_count; i++)
		fprintf(stderr, "worker %2d: %-16s for %6lld ms, %ld before\n", i, workers[i].action,
			now - workers[i].since, workers[i].steps);
}

static void check_progress(void)
{
	static long seen[1000];
	static long long moved[1000];
	long long now = now_ms();
	for (int i = 0; i < worker_count; i++) {
		long steps = __atomic_load_n(&workers[i].steps, __ATOMIC_RELAXED);
		int ended = strcmp(__atomic_load_n(&workers[i].action, __ATOMIC_RELAXED), "ended") == 0;
		if (steps != seen[i] || moved[i] == 0 || ended) {
			seen[i] = steps;
			moved[i] = now;
		} else if (now - moved[i] > STUCK_MS) {
			fprintf(stderr, "soak: worker %d is stuck (seed %lu)\n", i, seed);
			report();
			abort();
		}
	}
}

static int all_ended(void)
{
	for (int i = 0; i < worker_count; i++)
		if (strcmp(__atomic_load_n(&workers[i].action, __ATOMIC_RELAXED), "ended") != 0)
			return 0;
	return 1;
}

/* Whether an action is among those that the arguments name. */
static int chosen(const char *name, int count, char **names)
{
	int all = 1;
	for (int i = 0; i < count; i++) {
		if (names[i][0] == '-' && strcmp(names[i] + 1, name) == 0)
			return 0;
		if (strcmp(names[i], name) == 0)
			return 1;
		all &= names[i][0] == '-';
	}
	return all;
}

int main(int argc, char **argv)
{
	long seconds = argc > 1 ? atol(argv[1]) : 10;
	seed = argc > 2 ? strtoul(argv[2], 0, 0) : (unsigned long)time(0);
	worker_count = argc > 3 ? atoi(argv[3]) : 32;
	fprintf(stderr, "soak: %ld s, seed %lu, %d workers, %ld processors\n", seconds, seed, worker_count,
		sysconf(_SC_NPROCESSORS_ONLN));
	for (size_t part = 0; part < PARTS; part++) {
		parts[part]->begin();
		for (const struct action *action = parts[part]->actions; action->name; action++)
			for (unsigned i = 0; i < action->weight && chosen(action->name, argc - 4, argv + 4); i++)
				lots[lot_count++] = action;
	}
	workers = calloc(worker_count, sizeof *workers);
	/* Actions signal each other's threads: all of them exist before the first one begins. */
	for (int i = 0; i < worker_count; i++) {
		workers[i].number = i;
		workers[i].action = "";
		workers[i].random = seed * 1000 + i;
		SAME(pthread_create(&workers[i].thread, 0, work, &workers[i]), 0);
	}
	long long end = now_ms() + seconds * 1000;
	while (now_ms() < end) {
		sleep_ms(200);
		check_progress();
	}
	__atomic_store_n(&stopping, 1, __ATOMIC_SEQ_CST);
	/* The last actions still signal threads: no handle may go before all of them are done. */
	while (!all_ended()) {
		sleep_ms(20);
		check_progress();
	}
	long steps = 0;
	for (int i = 0; i < worker_count; i++) {
		SAME(pthread_join(workers[i].thread, 0), 0);
		steps += workers[i].steps;
	}
	for (size_t part = 0; part < PARTS; part++)
		parts[part]->end();
	fprintf(stderr, "soak: %ld actions\n", steps);
	return 0;
}
