/* Threads that come and go: joined, detached, cancelled; their keys; once; affinity and priority. */
#include "soak.h"
#include <poll.h>
#include <semaphore.h>
#include <unistd.h>

static pthread_key_t key;
static long made, destroyed;

static void destroy(void *value)
{
	free(value);
	__atomic_add_fetch(&destroyed, 1, __ATOMIC_SEQ_CST);
}

static void *with_key(void *arg)
{
	long *value = malloc(sizeof *value);
	*value = (long)arg;
	HOLDS(pthread_getspecific(key) == 0);
	SAME(pthread_setspecific(key, value), 0);
	__atomic_add_fetch(&made, 1, __ATOMIC_SEQ_CST);
	dawdle();
	HOLDS(pthread_getspecific(key) == value);
	SAME(*value, (long)arg);
	if ((long)arg & 1)
		pthread_exit(arg);
	return arg;
}

static void join(void)
{
	pthread_t children[8];
	unsigned count = 1 + rnd(8);
	for (unsigned i = 0; i < count; i++) {
		pthread_attr_t attr;
		SAME(pthread_attr_init(&attr), 0);
		SAME(pthread_attr_setstacksize(&attr, 65536 << rnd(6)), 0);
		SAME(pthread_create(&children[i], &attr, with_key, (void *)(long)(i + self->number)), 0);
		SAME(pthread_attr_destroy(&attr), 0);
	}
	for (unsigned i = 0; i < count; i++) {
		void *result;
		SAME(pthread_join(children[i], &result), 0);
		SAME((long)result, i + self->number);
	}
}

static int alone;

static void *leave(void *arg)
{
	dawdle();
	__atomic_sub_fetch(&alone, 1, __ATOMIC_SEQ_CST);
	return arg;
}

static void detach(void)
{
	pthread_t child;
	if (__atomic_load_n(&alone, __ATOMIC_SEQ_CST) > 100)
		return;
	__atomic_add_fetch(&alone, 1, __ATOMIC_SEQ_CST);
	SAME(pthread_create(&child, 0, leave, 0), 0);
	if (rnd(2))
		dawdle();
	SAME(pthread_detach(child), 0);
}

struct victim {
	int way, asynchronous;
	int cleaned, begun;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	sem_t sem;
	int ends[2];
};

static void clean(void *arg)
{
	struct victim *v = arg;
	v->cleaned++;
	if (v->way == 0) {
		SAME(pthread_mutex_trylock(&v->lock), EBUSY);
		SAME(pthread_mutex_unlock(&v->lock), 0);
	}
}

static void *suffer(void *arg)
{
	struct victim *v = arg;
	char c;
	struct pollfd one = { v->ends[0], POLLIN, 0 };
	struct timespec long_time = { 1000, 0 };
	volatile unsigned long count = 0;
	if (v->way == 0)
		pthread_mutex_lock(&v->lock);
	pthread_cleanup_push(clean, v);
	__atomic_store_n(&v->begun, 1, __ATOMIC_SEQ_CST);
	if (v->way == 6)
		pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0);
	for (;;)
		switch (v->way) {
		case 0: pthread_cond_wait(&v->cond, &v->lock); break;
		case 1: sem_wait(&v->sem); break;
		case 2: nanosleep(&long_time, 0); break;
		case 3: (void)!read(v->ends[0], &c, 1); break;
		case 4: poll(&one, 1, 1000000); break;
		case 5: pthread_testcancel(); break;
		default: count++;
		}
	pthread_cleanup_pop(0);
	return 0;
}

static void cancel(void)
{
	struct victim v = { .way = rnd(7) };
	pthread_t child;
	void *result;
	SAME(pthread_mutex_init(&v.lock, 0), 0);
	SAME(pthread_cond_init(&v.cond, 0), 0);
	SAME(sem_init(&v.sem, 0, 0), 0);
	SAME(pipe(v.ends), 0);
	SAME(pthread_create(&child, 0, suffer, &v), 0);
	while (!__atomic_load_n(&v.begun, __ATOMIC_SEQ_CST))
		dawdle();
	dawdle();
	SAME(pthread_cancel(child), 0);
	SAME(pthread_join(child, &result), 0);
	HOLDS(result == PTHREAD_CANCELED);
	SAME(v.cleaned, 1);
	SAME(close(v.ends[0]), 0);
	SAME(close(v.ends[1]), 0);
	SAME(sem_destroy(&v.sem), 0);
	SAME(pthread_cond_destroy(&v.cond), 0);
	SAME(pthread_mutex_destroy(&v.lock), 0);
}

static __thread int onces;

static void count_once(void)
{
	dawdle();
	onces++;
}

/* Some control is on offer; whoever comes uses it, and only one of them runs the routine. */
static void once(void)
{
	static pthread_once_t controls[64];
	static int used[64], ran[64];
	static unsigned next;
	unsigned i = __atomic_load_n(&next, __ATOMIC_SEQ_CST) % 64;
	onces = 0;
	__atomic_add_fetch(&used[i], 1, __ATOMIC_SEQ_CST);
	SAME(pthread_once(&controls[i], count_once), 0);
	int all = __atomic_add_fetch(&ran[i], onces, __ATOMIC_SEQ_CST);
	HOLDS(all <= 1);
	/* All but a few are used up in the first seconds; that they stay so is the rest of the test. */
	if (rnd(50) == 0)
		__atomic_add_fetch(&next, 1, __ATOMIC_SEQ_CST);
}

static void affinity(void)
{
	cpu_set_t all, some;
	SAME(pthread_getaffinity_np(pthread_self(), sizeof all, &all), 0);
	int cpus = CPU_COUNT(&all);
	CPU_ZERO(&some);
	for (int i = 0; i < 2; i++)
		CPU_SET(rnd(cpus), &some);
	SAME(pthread_setaffinity_np(pthread_self(), sizeof some, &some), 0);
	for (int i = 0; i < 5; i++) {
		HOLDS(CPU_ISSET(sched_getcpu(), &some));
		dawdle();
	}
	SAME(pthread_setaffinity_np(pthread_self(), sizeof all, &all), 0);
}

static void priority(void)
{
	struct sched_param param = { .sched_priority = 1 + rnd(3) };
	int policy = rnd(2) ? SCHED_FIFO : SCHED_RR;
	int answer = pthread_setschedparam(pthread_self(), policy, &param);
	if (answer == EPERM)
		return;
	SAME(answer, 0);
	for (volatile unsigned i = rnd(20000); i > 0; i--)
		;
	dawdle();
	/* Of another worker, while it runs or waits. */
	struct worker *other = &workers[rnd(worker_count)];
	if (other->thread) {
		int seen;
		SAME(pthread_getschedparam(other->thread, &seen, &param), 0);
	}
	param.sched_priority = 0;
	SAME(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param), 0);
}

static void begin(void)
{
	SAME(pthread_key_create(&key, destroy), 0);
}

static void end(void)
{
	for (int i = 0; i < 1000 && __atomic_load_n(&alone, __ATOMIC_SEQ_CST); i++)
		sleep_ms(10);
	SAME(alone, 0);
	SAME(made, destroyed);
}

static const struct action actions[] = {
	{ "join", join, 5 },
	{ "detach", detach, 3 },
	{ "cancel", cancel, 5 },
	{ "once", once, 1 },
	{ "affinity", affinity, 2 },
	{ "priority", priority, 1 },
	{ 0, 0, 0 },
};
const struct part threads = { actions, begin, end };
