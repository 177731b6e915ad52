/* The first thread's stack is as large as the machine's memory permits, and getrlimit says how large. */
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Uses so many bytes of stack in frames of 64 KiB, smaller than no guard. */
static long descend(long bytes)
{
	volatile char frame[64 << 10];
	for (unsigned i = 0; i < sizeof frame; i += 4096)
		frame[i] = 1;
	return bytes > (long)sizeof frame ? frame[4096] + descend(bytes - (long)sizeof frame) : frame[0];
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	REQUIRE(argc == 2);
	long expected = atol(argv[1]) << 20;
	CHECK_EQ(getrlimit(RLIMIT_STACK, &limit), 0);
	CHECK(limit.rlim_cur >= (rlim_t)expected);
	long depth = expected - (1 << 20);
	CHECK(descend(depth) >= depth >> 17);
	return check_done();
}
