/* threads.h of C11. */
#include "check.h"
#include <threads.h>
#include <time.h>

static mtx_t lock;
static cnd_t condition;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static int counter, once_count, destroyed, ready;
static thread_local int own = 5;

static void run_once(void)
{
	once_count++;
}

static void destroy(void *value)
{
	CHECK(value == &own);
	mtx_lock(&lock);
	destroyed++;
	mtx_unlock(&lock);
}

static int body(void *argument)
{
	CHECK_EQ(own, 5);
	own = 6;
	call_once(&once, run_once);
	CHECK_EQ(tss_set(key, &own), thrd_success);
	CHECK(tss_get(key) == &own);
	for (int i = 0; i < 1000; i++) {
		mtx_lock(&lock);
		counter++;
		mtx_unlock(&lock);
		if (i % 100 == 0)
			thrd_yield();
	}
	mtx_lock(&lock);
	while (!ready)
		cnd_wait(&condition, &lock);
	mtx_unlock(&lock);
	if ((long)argument == 3)
		thrd_exit(33);
	return (int)(long)argument;
}

static struct timespec after(long ms)
{
	struct timespec t;
	timespec_get(&t, TIME_UTC);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static mtx_t timed;
static int signalled, ended, waiting;

/* Meets a mutex that main holds. */
static int contend(void *arg)
{
	(void)arg;
	CHECK_EQ(mtx_trylock(&timed), thrd_busy);
	struct timespec t = after(20), past = { 1, 0 };
	CHECK_EQ(mtx_timedlock(&timed, &t), thrd_timedout);
	CHECK_EQ(mtx_timedlock(&timed, &past), thrd_timedout);
	return 7;
}

static int wait_signal(void *arg)
{
	(void)arg;
	mtx_lock(&lock);
	waiting++;
	while (signalled == 0)
		cnd_wait(&condition, &lock);
	signalled--;
	ended++;
	mtx_unlock(&lock);
	return 0;
}

static int number_ended(void)
{
	mtx_lock(&lock);
	int now = ended;
	mtx_unlock(&lock);
	return now;
}

static void rest(void)
{
	thrd_t thread, waiters[3];
	int result;
	CHECK_EQ(mtx_init(&timed, mtx_timed), thrd_success);
	struct timespec t = after(10000);
	CHECK_EQ(mtx_timedlock(&timed, &t), thrd_success);
	REQUIRE(thrd_create(&thread, contend, 0) == thrd_success);
	CHECK_EQ(thrd_join(thread, &result), thrd_success);
	CHECK_EQ(result, 7);
	CHECK_EQ(mtx_unlock(&timed), thrd_success);
	mtx_destroy(&timed);

	/* One signal, one thread; a detached thread needs nobody. */
	for (int i = 0; i < 3; i++) {
		REQUIRE(thrd_create(&waiters[i], wait_signal, 0) == thrd_success);
		CHECK_EQ(thrd_detach(waiters[i]), thrd_success);
	}
	for (int i = 0; i < 3; i++) {
		mtx_lock(&lock);
		signalled = 1;
		CHECK_EQ(cnd_signal(&condition), thrd_success);
		mtx_unlock(&lock);
		for (int spins = 0; number_ended() < i + 1 && spins < 10000; spins++)
			thrd_sleep(&(struct timespec){ 0, 1000000 }, 0);
		CHECK_EQ(number_ended(), i + 1);
	}
	struct timespec bad = { 0, -1 };
	CHECK(thrd_sleep(&bad, 0) < -1);
}

int main(void)
{
	CHECK_EQ(mtx_init(&lock, mtx_plain), thrd_success);
	CHECK_EQ(cnd_init(&condition), thrd_success);
	CHECK_EQ(tss_create(&key, destroy), thrd_success);
	thrd_t threads[8];
	for (long i = 0; i < 8; i++)
		REQUIRE(thrd_create(&threads[i], body, (void *)i) == thrd_success);
	CHECK(!thrd_equal(threads[0], threads[1]));
	CHECK(thrd_equal(thrd_current(), thrd_current()));
	mtx_lock(&lock);
	ready = 1;
	cnd_broadcast(&condition);
	mtx_unlock(&lock);
	for (long i = 0; i < 8; i++) {
		int result = -1;
		CHECK_EQ(thrd_join(threads[i], &result), thrd_success);
		CHECK_EQ(result, i == 3 ? 33 : i);
	}
	CHECK_EQ(counter, 8000);
	CHECK_EQ(once_count, 1);
	CHECK_EQ(destroyed, 8);
	CHECK_EQ(own, 5);

	mtx_lock(&lock);
	struct timespec t = after(30);
	CHECK_EQ(cnd_timedwait(&condition, &lock, &t), thrd_timedout);
	mtx_unlock(&lock);
	rest();
	CHECK_EQ(mtx_init(&timed, mtx_timed | mtx_recursive), thrd_success);
	CHECK_EQ(mtx_lock(&timed), thrd_success);
	CHECK_EQ(mtx_trylock(&timed), thrd_success);
	CHECK_EQ(mtx_unlock(&timed), thrd_success);
	CHECK_EQ(mtx_unlock(&timed), thrd_success);
	mtx_destroy(&timed);
	struct timespec pause = {0, 1000000}, left;
	CHECK_EQ(thrd_sleep(&pause, &left), 0);
	tss_delete(key);
	cnd_destroy(&condition);
	mtx_destroy(&lock);
	return check_done();
}
