/* setjmp and longjmp, from deep recursion, in several threads, out of nested calls. */
#include "check.h"
#include <pthread.h>
#include <setjmp.h>

static void deeper(jmp_buf *target, int depth)
{
	volatile char frame[100] = {depth};
	if (frame[0] == 0)
		longjmp(*target, 42);
	deeper(target, depth - 1);
	frame[1] = frame[0]; /* keeps the call from being a jump */
}

static void *body(void *argument)
{
	(void)argument;
	for (volatile int i = 0; i < 1000; i++) {
		jmp_buf target;
		volatile double kept = i * 1.5;
		int value = setjmp(target);
		if (value == 0)
			deeper(&target, i % 50);
		CHECK_EQ(value, 42);
		CHECK(kept == i * 1.5);
	}
	return NULL;
}

int main(void)
{
	jmp_buf target;
	int value = setjmp(target);
	if (value == 0)
		longjmp(target, 0);
	CHECK_EQ(value, 1); /* longjmp with 0 returns 1 */
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		REQUIRE(pthread_create(&threads[i], NULL, body, NULL) == 0);
	body(NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return check_done();
}
