/* Objects that nothing refers to but their neighbours in a section of the program's own are in the image. */
#include <stdint.h>
#include "check.h"

/* The form that test frameworks have: "ctest.h" in a section whose name is no identifier of C, others with
 * the linker's __start_ and __stop_ symbols. */
struct entry {
	uint64_t magic;
	int number;
};
#define MAGIC 0x6d61676963ULL
#define ENTRY(section_, magic_, name, number_)                                                                       \
	static struct entry name __attribute__((used, section(section_), aligned(16))) = { magic_, number_ }

ENTRY(".ctest", MAGIC, first, 1);
ENTRY(".ctest", MAGIC, middle, 2);
ENTRY(".ctest", MAGIC, last, 4);
ENTRY("own_entries", 0, one, 8);
ENTRY("own_entries", 0, two, 16);

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
