/* Mutexes of every kind, conditions, read-write locks, semaphores, barriers, spin locks. */
#include "soak.h"
#include <semaphore.h>

/* ---- mutexes: two numbers that are the same whenever nobody holds the lock ---- */

#define MUTEXES 12
static struct guarded {
	pthread_mutex_t lock;
	int recursive, robust;
	int owner, a, b;
} guarded[MUTEXES];

static void make_mutexes(void)
{
	static const int types[] = { PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK };
	for (int i = 0; i < MUTEXES; i++) {
		pthread_mutexattr_t attr;
		struct guarded *g = &guarded[i];
		g->recursive = i % 3 == 1;
		g->robust = i / 3 % 2;
		SAME(pthread_mutexattr_init(&attr), 0);
		SAME(pthread_mutexattr_settype(&attr, types[i % 3]), 0);
		SAME(pthread_mutexattr_setrobust(&attr, g->robust), 0);
		SAME(pthread_mutexattr_setprotocol(&attr, i / 6 ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE), 0);
		SAME(pthread_mutex_init(&g->lock, &attr), 0);
		SAME(pthread_mutexattr_destroy(&attr), 0);
	}
}

/* 1: held. */
static int take(struct guarded *g)
{
	struct timespec at;
	int answer;
	switch (rnd(4)) {
	case 0: answer = pthread_mutex_trylock(&g->lock); break;
	case 1:
		at = deadline_ms(CLOCK_REALTIME, rnd(5));
		answer = pthread_mutex_timedlock(&g->lock, &at);
		break;
	case 2:
		at = deadline_ms(CLOCK_MONOTONIC, rnd(5));
		answer = pthread_mutex_clocklock(&g->lock, CLOCK_MONOTONIC, &at);
		break;
	default: answer = pthread_mutex_lock(&g->lock);
	}
	if (answer == EBUSY || answer == ETIMEDOUT)
		return 0;
	if (answer == EOWNERDEAD) {
		HOLDS(g->robust);
		g->b = g->a;
		g->owner = 0;
		SAME(pthread_mutex_consistent(&g->lock), 0);
		answer = 0;
	}
	SAME(answer, 0);
	return 1;
}

static void change(struct guarded *g)
{
	int me = self->number + 1;
	SAME(g->owner, 0);
	SAME(g->a, g->b);
	g->owner = me;
	g->a++;
	if (rnd(4) == 0)
		dawdle();
	if (g->recursive) {
		SAME(pthread_mutex_lock(&g->lock), 0);
		SAME(pthread_mutex_unlock(&g->lock), 0);
	}
	g->b++;
	SAME(g->owner, me);
	g->owner = 0;
}

static void mutex(void)
{
	for (int i = 0; i < 50; i++) {
		struct guarded *g = &guarded[rnd(MUTEXES)];
		if (!take(g))
			continue;
		change(g);
		SAME(pthread_mutex_unlock(&g->lock), 0);
	}
}

static void *hold_and_end(void *arg)
{
	struct guarded *g = arg;
	int answer = pthread_mutex_lock(&g->lock);
	if (answer == EOWNERDEAD)
		SAME(pthread_mutex_consistent(&g->lock), 0);
	else
		SAME(answer, 0);
	g->a++;
	return 0;
}

/* Somebody ends without unlocking. */
static void robust(void)
{
	pthread_t thread;
	struct guarded *g = &guarded[rnd(MUTEXES)];
	if (!g->robust)
		return;
	SAME(pthread_create(&thread, 0, hold_and_end, g), 0);
	SAME(pthread_join(thread, 0), 0);
	mutex();
}

/* ---- conditions: a bounded queue of numbers, of which none is lost or doubled ---- */

#define ROOM 16
static struct queue {
	pthread_mutex_t lock;
	pthread_cond_t more, less;
	unsigned long items[ROOM];
	unsigned first, count;
	unsigned long in, out;
} queues[4];

static void queue(void)
{
	struct queue *q = &queues[rnd(4)];
	int put = rnd(2);
	for (int i = 0; i < 20; i++) {
		struct timespec at = deadline_ms(CLOCK_MONOTONIC, 2);
		SAME(pthread_mutex_lock(&q->lock), 0);
		pthread_cond_t *cond = put ? &q->less : &q->more;
		while (q->count == (put ? ROOM : 0)) {
			int answer = pthread_cond_clockwait(cond, &q->lock, CLOCK_MONOTONIC, &at);
			if (answer == ETIMEDOUT)
				break;
			SAME(answer, 0);
		}
		HOLDS(q->count <= ROOM);
		if (put && q->count < ROOM) {
			unsigned long item = rnd(1000000);
			q->items[(q->first + q->count++) % ROOM] = item;
			q->in += item;
			rnd(2) ? pthread_cond_signal(&q->more) : pthread_cond_broadcast(&q->more);
		} else if (!put && q->count > 0) {
			q->out += q->items[q->first];
			q->first = (q->first + 1) % ROOM;
			q->count--;
			pthread_cond_signal(&q->less);
		}
		SAME(pthread_mutex_unlock(&q->lock), 0);
		if (rnd(8) == 0)
			dawdle();
	}
}

/* ---- read-write locks ---- */

static struct shared {
	pthread_rwlock_t lock;
	int readers, writers, a, b;
} shared[6];

static void reader_writer(void)
{
	for (int i = 0; i < 30; i++) {
		struct shared *s = &shared[rnd(6)];
		struct timespec at = deadline_ms(CLOCK_REALTIME, rnd(4));
		int writes = rnd(4) == 0, answer;
		switch (rnd(3)) {
		case 0: answer = writes ? pthread_rwlock_wrlock(&s->lock) : pthread_rwlock_rdlock(&s->lock); break;
		case 1:
			answer = writes ? pthread_rwlock_trywrlock(&s->lock) :
					  pthread_rwlock_tryrdlock(&s->lock);
			break;
		default:
			answer = writes ? pthread_rwlock_timedwrlock(&s->lock, &at) :
					  pthread_rwlock_timedrdlock(&s->lock, &at);
		}
		if (answer == EBUSY || answer == ETIMEDOUT)
			continue;
		SAME(answer, 0);
		int *mine = writes ? &s->writers : &s->readers;
		int before = __atomic_fetch_add(mine, 1, __ATOMIC_SEQ_CST);
		SAME(s->a, s->b);
		if (writes) {
			SAME(before, 0);
			SAME(__atomic_load_n(&s->readers, __ATOMIC_SEQ_CST), 0);
			s->a++;
			if (rnd(4) == 0)
				dawdle();
			s->b++;
		} else {
			SAME(__atomic_load_n(&s->writers, __ATOMIC_SEQ_CST), 0);
			if (rnd(8) == 0)
				dawdle();
			SAME(s->a, s->b);
		}
		__atomic_fetch_sub(mine, 1, __ATOMIC_SEQ_CST);
		SAME(pthread_rwlock_unlock(&s->lock), 0);
	}
}

/* ---- semaphores: never more inside than there are units ---- */

#define UNITS 3
static sem_t units;
static int inside;

static void semaphore(void)
{
	for (int i = 0; i < 30; i++) {
		struct timespec at = deadline_ms(CLOCK_REALTIME, rnd(4));
		int answer;
		switch (rnd(3)) {
		case 0: answer = AGAIN(sem_wait(&units)); break;
		case 1: answer = sem_trywait(&units); break;
		default: answer = sem_timedwait(&units, &at);
		}
		if (answer == -1) {
			HOLDS(errno == EAGAIN || errno == ETIMEDOUT || errno == EINTR);
			continue;
		}
		HOLDS(__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) <= UNITS);
		if (rnd(4) == 0)
			dawdle();
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		SAME(sem_post(&units), 0);
	}
}

/* ---- spin locks ---- */

static pthread_spinlock_t spin;
static volatile long spun, spun_too;

static void spinning(void)
{
	for (int i = 0; i < 100; i++) {
		if (rnd(2))
			SAME(pthread_spin_lock(&spin), 0);
		else if (pthread_spin_trylock(&spin) != 0)
			continue;
		spun++;
		spun_too++;
		SAME(spun, spun_too);
		SAME(pthread_spin_unlock(&spin), 0);
	}
}

/* ---- barriers: all have come before one goes ---- */

#define MEETING 4
struct meeting {
	pthread_barrier_t barrier;
	int arrived, serial;
};

static void *meet(void *arg)
{
	struct meeting *m = arg;
	for (int round = 1; round <= 10; round++) {
		__atomic_add_fetch(&m->arrived, 1, __ATOMIC_SEQ_CST);
		int answer = pthread_barrier_wait(&m->barrier);
		HOLDS(__atomic_load_n(&m->arrived, __ATOMIC_SEQ_CST) >= round * MEETING);
		if (answer == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_add_fetch(&m->serial, 1, __ATOMIC_SEQ_CST);
		else
			SAME(answer, 0);
	}
	return 0;
}

static void barrier(void)
{
	struct meeting m = { .arrived = 0 };
	pthread_t others[MEETING - 1];
	SAME(pthread_barrier_init(&m.barrier, 0, MEETING), 0);
	for (int i = 0; i < MEETING - 1; i++)
		SAME(pthread_create(&others[i], 0, meet, &m), 0);
	meet(&m);
	for (int i = 0; i < MEETING - 1; i++)
		SAME(pthread_join(others[i], 0), 0);
	SAME(m.serial, 10);
	SAME(pthread_barrier_destroy(&m.barrier), 0);
}

static void begin(void)
{
	make_mutexes();
	for (int i = 0; i < 4; i++) {
		SAME(pthread_mutex_init(&queues[i].lock, 0), 0);
		SAME(pthread_cond_init(&queues[i].more, 0), 0);
		SAME(pthread_cond_init(&queues[i].less, 0), 0);
	}
	for (int i = 0; i < 6; i++) {
		pthread_rwlockattr_t attr;
		SAME(pthread_rwlockattr_init(&attr), 0);
		SAME(pthread_rwlockattr_setkind_np(&attr, i % 3), 0);
		SAME(pthread_rwlock_init(&shared[i].lock, &attr), 0);
	}
	SAME(sem_init(&units, 0, UNITS), 0);
	SAME(pthread_spin_init(&spin, 0), 0);
}

static void end(void)
{
	int value;
	for (int i = 0; i < MUTEXES; i++) {
		struct guarded *g = &guarded[i];
		int answer = pthread_mutex_lock(&g->lock);
		if (answer == 0)
			SAME(g->a, g->b);
		else
			SAME(answer, EOWNERDEAD);
	}
	for (int i = 0; i < 4; i++) {
		struct queue *q = &queues[i];
		for (; q->count > 0; q->count--)
			q->out += q->items[q->first++ % ROOM];
		SAME(q->in, q->out);
	}
	SAME(sem_getvalue(&units, &value), 0);
	SAME(value, UNITS);
	SAME(spun, spun_too);
}

static const struct action actions[] = {
	{ "mutex", mutex, 8 },
	{ "robust", robust, 3 },
	{ "queue", queue, 8 },
	{ "rwlock", reader_writer, 8 },
	{ "semaphore", semaphore, 8 },
	{ "spin", spinning, 2 },
	{ "barrier", barrier, 3 },
	{ 0, 0, 0 },
};
const struct part locks = { actions, begin, end };
