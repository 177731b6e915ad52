/* mallinfo2(), mallinfo(), malloc_info(): what is taken and given back shows. glibc counts what it hands out differently, and
 * so the figures here have room for what a block costs. */
#include "check.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 1000, SIZE = 1000, LARGE = 64 << 20 };
static void *blocks[COUNT];

int main(void)
{
	struct mallinfo2 before = mallinfo2();
	for (int i = 0; i < COUNT; i++)
		REQUIRE(blocks[i] = malloc(SIZE));
	struct mallinfo2 full = mallinfo2();
	size_t taken = full.uordblks - before.uordblks;
	CHECK(taken >= COUNT * SIZE && taken < 2 * COUNT * SIZE);
	CHECK(full.arena >= full.uordblks && full.arena == full.uordblks + full.fordblks);
	CHECK_EQ(mallinfo().uordblks, mallinfo2().uordblks);
	for (int i = 0; i < COUNT; i += 2)
		free(blocks[i]);
	struct mallinfo2 half = mallinfo2();
	CHECK(full.uordblks - half.uordblks >= taken / 3 && half.fordblks > full.fordblks && half.ordblks > 0);
	for (int i = 1; i < COUNT; i += 2)
		free(blocks[i]);
	CHECK(mallinfo2().uordblks < before.uordblks + COUNT * SIZE / 10);
	void *large = malloc(LARGE);
	REQUIRE(large);
	struct mallinfo2 with = mallinfo2();
	CHECK(with.hblks == before.hblks + 1 && with.hblkhd >= before.hblkhd + LARGE);
	free(large);
	CHECK_EQ(mallinfo2().hblks, before.hblks);

	char text[4000] = "";
	FILE *to = fmemopen(text, sizeof text, "w");
	REQUIRE(to);
	CHECK_RC(malloc_info(1, to), EINVAL);
	CHECK_RC(malloc_info(0, to), 0);
	fclose(to);
	CHECK(strncmp(text, "<malloc version=\"1\">\n", 21) == 0 && strstr(text, "<system type=\"current\" size=\""));
	CHECK(strcmp(text + strlen(text) - 10, "</malloc>\n") == 0);
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	malloc_stats();
	return check_done();
}
