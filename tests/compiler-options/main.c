/* The driver's options: with all of them the program still boots and computes the same. */
#include "check.h"
#include <math.h>

#ifndef __hermit__
#ifndef ON_HOST
#error "__hermit__ is not defined"
#endif
#endif
#if defined __linux__ && !defined ON_HOST
#error "__linux__ is defined"
#endif

/* A function of the kernel's name: the program's own wins. */
int sys_log_my_own(int x)
{
	return x + 1;
}
int futex_wait(int x)
{
	return x * 2;
}

static double series(int n)
{
	double values[64], sum = 0;
	for (int i = 0; i < 64; i++)
		values[i] = 1.0 / (i + n);
	for (int i = 0; i < 64; i++)
		sum += sqrt(values[i]);
	return sum;
}

int main(void)
{
	CHECK(fabs(series(1) - 14.602056) < 1e-5);
	CHECK_EQ(futex_wait(21), 42);
	CHECK_EQ(sys_log_my_own(1), 2);
	return check_done();
}
