/* The form that test frameworks have: "ctest.h" in a section whose name is no identifier of C, others with
 * the linker's __start_ and __stop_ symbols. */
#include <stdint.h>

struct entry {
	uint64_t magic;
	int number;
};
#define MAGIC 0x6d61676963ULL
#define ENTRY(section_, magic_, name, number_)                                                                       \
	static struct entry name __attribute__((used, section(section_), aligned(16))) = { magic_, number_ }
