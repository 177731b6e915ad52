/* A program may define names that the kernel and the libraries use inside or even publish: its
 * own definitions count, and the system keeps using its own. */
#include "check.h"

#include <locale.h>
#include <stdio.h>

int schedule(int x)
{
	return x + 1;
}
int read_cr3(void)
{
	return 3;
}
/* Published by the kernel, too. */
int sys_yield(int x)
{
	return x * 2;
}
int error(int a)
{
	return a - 1;
}
char *index_of = "variable";
double futex_wake = 1.5;
int sem_table[10];
/* The C library's shares an object with what snprintf calls. */
struct lconv *localeconv(void)
{
	static struct lconv own = { .decimal_point = "!" };
	return &own;
}

int main(void)
{
	CHECK_EQ(schedule(1), 2);
	CHECK_EQ(read_cr3(), 3);
	CHECK_EQ(sys_yield(4), 8);
	CHECK_EQ(error(4), 3);
	CHECK(futex_wake == 1.5);
	CHECK(index_of[0] == 'v' && sem_table[9] == 0);
	char text[10];
	snprintf(text, sizeof text, "%.1f", futex_wake);
	CHECK(text[0] == '1' && text[2] == '5' && localeconv()->decimal_point[0] == '!');
	return check_done();
}
