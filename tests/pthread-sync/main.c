/* Barriers, spin locks, one-time initialisation. */
#define _GNU_SOURCE
#include <pthread.h>
#include "check.h"
#include "deadline.h"

static void *arrive(void *arg)
{
	return (void *)(long)pthread_barrier_wait(arg);
}

static void *arrive_and_destroy(void *arg)
{
	if (pthread_barrier_wait(arg) == PTHREAD_BARRIER_SERIAL_THREAD) {
		CHECK_RC(pthread_barrier_destroy(arg), 0);
		memset(arg, 0xee, sizeof(pthread_barrier_t));
	}
	return 0;
}

static void barriers(void)
{
	pthread_barrier_t barrier;
	pthread_barrierattr_t attr;
	int shared;
	CHECK_RC(pthread_barrierattr_init(&attr), 0);
	CHECK_RC(pthread_barrierattr_getpshared(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_PROCESS_PRIVATE);
	CHECK_RC(pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
	CHECK_RC(pthread_barrierattr_getpshared(&attr, &shared), 0);
	CHECK_EQ(shared, PTHREAD_PROCESS_SHARED);
	CHECK_RC(pthread_barrierattr_setpshared(&attr, 9), EINVAL);
	CHECK_RC(pthread_barrier_init(&barrier, &attr, 0), EINVAL);
	CHECK_RC(pthread_barrier_init(&barrier, &attr, 1), 0);
	CHECK_RC(pthread_barrierattr_destroy(&attr), 0);
	for (int i = 0; i < 3; i++)
		CHECK_RC(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
	CHECK_RC(pthread_barrier_destroy(&barrier), 0);

	for (int round = 0; round < 200; round++) {
		pthread_t threads[4];
		int serial = 0;
		CHECK_RC(pthread_barrier_init(&barrier, 0, 5), 0);
		for (int i = 0; i < 4; i++)
			REQUIRE(pthread_create(&threads[i], 0, arrive, &barrier) == 0);
		serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
		CHECK_RC(pthread_barrier_destroy(&barrier), 0);
		for (int i = 0; i < 4; i++) {
			void *answer;
			REQUIRE(pthread_join(threads[i], &answer) == 0);
			serial += (long)answer == PTHREAD_BARRIER_SERIAL_THREAD;
		}
		CHECK_EQ(serial, 1);
		CHECK_RC(pthread_barrier_init(&barrier, 0, 4), 0);
		for (int i = 0; i < 4; i++)
			REQUIRE(pthread_create(&threads[i], 0, arrive_and_destroy, &barrier) == 0);
		for (int i = 0; i < 4; i++)
			REQUIRE(pthread_join(threads[i], 0) == 0);
	}
}

static pthread_spinlock_t spin;
static int tried, spun;

static void *spin_for_it(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_spin_trylock(&spin), EBUSY);
	__atomic_store_n(&tried, 1, __ATOMIC_SEQ_CST);
	CHECK_RC(pthread_spin_lock(&spin), 0);
	spun = 1;
	CHECK_RC(pthread_spin_unlock(&spin), 0);
	return 0;
}

static void spin_locks(void)
{
	pthread_t thread;
	CHECK_RC(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
	CHECK_RC(pthread_spin_lock(&spin), 0);
	REQUIRE(pthread_create(&thread, 0, spin_for_it, 0) == 0);
	EVENTUALLY(__atomic_load_n(&tried, __ATOMIC_SEQ_CST));
	/* The waiter shares the core: this thread must get it back. */
	sleep_ms(50);
	CHECK_EQ(spun, 0);
	CHECK_RC(pthread_spin_unlock(&spin), 0);
	REQUIRE(pthread_join(thread, 0) == 0);
	CHECK_EQ(spun, 1);
	CHECK_RC(pthread_spin_trylock(&spin), 0);
	CHECK_RC(pthread_spin_unlock(&spin), 0);
	CHECK_RC(pthread_spin_destroy(&spin), 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int initialised;

static void initialise(void)
{
	sleep_ms(20);
	__atomic_add_fetch(&initialised, 1, __ATOMIC_SEQ_CST);
}

static void *use_once(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_once(&once, initialise), 0);
	CHECK_EQ(__atomic_load_n(&initialised, __ATOMIC_SEQ_CST), 1);
	return 0;
}

static pthread_once_t cancelled_once = PTHREAD_ONCE_INIT;
static int started;

static void initialise_cancelled(void)
{
	if (__atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST) == 1)
		for (;;)
			sleep_ms(10);
}

static void *use_cancelled(void *arg)
{
	(void)arg;
	CHECK_RC(pthread_once(&cancelled_once, initialise_cancelled), 0);
	return 0;
}

static void onces(void)
{
	pthread_t threads[6];
	void *answer;
	for (int i = 0; i < 6; i++)
		REQUIRE(pthread_create(&threads[i], 0, use_once, 0) == 0);
	for (int i = 0; i < 6; i++)
		REQUIRE(pthread_join(threads[i], 0) == 0);
	/* Cancelled in the routine: the next one runs it again. */
	REQUIRE(pthread_create(&threads[0], 0, use_cancelled, 0) == 0);
	EVENTUALLY(__atomic_load_n(&started, __ATOMIC_SEQ_CST) == 1);
	REQUIRE(pthread_create(&threads[1], 0, use_cancelled, 0) == 0);
	sleep_ms(20);
	CHECK_EQ(__atomic_load_n(&started, __ATOMIC_SEQ_CST), 1);
	CHECK_RC(pthread_cancel(threads[0]), 0);
	REQUIRE(pthread_join(threads[0], &answer) == 0);
	CHECK(answer == PTHREAD_CANCELED);
	REQUIRE(pthread_join(threads[1], 0) == 0);
	CHECK_EQ(started, 2);
}

int main(void)
{
	barriers();
	spin_locks();
	onces();
	return check_done();
}
