/* Objects that nothing refers to but their neighbours in a section of the program's own are in the image. */
#include "check.h"
#include "entry.h"

ENTRY(".ctest", MAGIC, first, 1);
ENTRY(".ctest", MAGIC, middle, 2);
ENTRY("own_entries", 0, one, 8);

extern struct entry __start_own_entries[], __stop_own_entries[];

int main(void)
{
	/* Which of its neighbours come before it is the linker's choice. */
	struct entry *entry = &middle;
	__asm__("" : "+r"(entry));
	while (entry[-1].magic == MAGIC)
		entry--;
	int sum = 0;
	for (; entry->magic == MAGIC; entry++)
		sum += entry->number;
	CHECK_EQ(sum, 7);

	sum = 0;
	for (entry = __start_own_entries; entry < __stop_own_entries; entry++)
		sum += entry->number;
	CHECK_EQ(sum, 24);
	return check_done();
}
