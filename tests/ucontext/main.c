/* getcontext, makecontext, setcontext, swapcontext: arguments, stacks, uc_link, rounding mode and
 * x87 control word belong to the context, the signal mask too; contexts move between threads. */
#include "check.h"
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <ucontext.h>

#define STACK (64 * 1024)

static ucontext_t main_context, a, b;
static char stack_a[STACK], stack_b[STACK];
static int seen;

static void nine(int p1, int p2, int p3, int p4, int p5, int p6, int p7, int p8, int p9)
{
	CHECK(p1 == 1 && p2 == -2 && p3 == 3 && p4 == -4 && p5 == 5 && p6 == -6 && p7 == 7 && p8 == -8 && p9 == 9);
	char here;
	CHECK(&here > stack_a && &here < stack_a + STACK);
	CHECK_EQ((uintptr_t)__builtin_frame_address(0) % 16, 0);
	double volatile x = 1.5;
	snprintf((char[32]){0}, 32, "%f", x * p1); /* a printf of a double wants an aligned stack */
	seen++;
}

static void prepare(ucontext_t *context, char *stack, ucontext_t *link)
{
	REQUIRE(getcontext(context) == 0);
	context->uc_stack.ss_sp = stack;
	context->uc_stack.ss_size = STACK;
	context->uc_link = link;
}

static void ping(void)
{
	fesetround(FE_UPWARD);
	for (int i = 0; i < 1000; i++) {
		CHECK_EQ(fegetround(), FE_UPWARD);
		seen++;
		swapcontext(&a, &b);
	}
}

static void pong(void)
{
	fesetround(FE_DOWNWARD);
	volatile double third = 1.0, three = 3.0;
	double down = third / three;
	for (;;) {
		CHECK_EQ(fegetround(), FE_DOWNWARD);
		CHECK(third / three == down);
		seen++;
		swapcontext(&b, &a);
	}
}

static void signal_mask(void)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, NULL);
}

/* A context made by one thread and continued by another. */
static void travel(void)
{
	for (int i = 0; i < 100; i++) {
		seen++;
		swapcontext(&a, &main_context);
	}
}

static void *other_thread(void *argument)
{
	for (int i = 0; i < 50; i++)
		swapcontext(&main_context, &a);
	return argument;
}

int main(void)
{
	prepare(&a, stack_a, &main_context);
	makecontext(&a, (void (*)(void))nine, 9, 1, -2, 3, -4, 5, -6, 7, -8, 9);
	CHECK_EQ(swapcontext(&main_context, &a), 0);
	CHECK_EQ(seen, 1); /* uc_link brought us back */

	volatile int rounds = 0;
	getcontext(&main_context);
	if (rounds++ < 10)
		setcontext(&main_context);
	CHECK_EQ(rounds, 11);

	seen = 0;
	int mode = fegetround();
	prepare(&a, stack_a, &main_context);
	makecontext(&a, ping, 0);
	prepare(&b, stack_b, NULL);
	makecontext(&b, pong, 0);
	CHECK_EQ(swapcontext(&main_context, &a), 0);
	CHECK_EQ(seen, 2000);
	CHECK_EQ(fegetround(), mode);

	sigset_t mask;
	prepare(&a, stack_a, &main_context);
	makecontext(&a, signal_mask, 0);
	CHECK_EQ(swapcontext(&main_context, &a), 0);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_EQ(sigismember(&mask, SIGUSR1), 0);

	seen = 0;
	prepare(&a, stack_a, NULL);
	makecontext(&a, travel, 0);
	pthread_t thread;
	REQUIRE(pthread_create(&thread, NULL, other_thread, NULL) == 0);
	pthread_join(thread, NULL);
	other_thread(NULL);
	CHECK_EQ(seen, 100);
	return check_done();
}
