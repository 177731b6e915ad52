/* What is known of the heap (malloc.h), in the forms that Linux has for it, from mallinfo2(). */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>

int mallopt(int parameter, int value)
{
	(void)parameter, (void)value;
	return 0;
}

static int as_int(size_t value)
{
	return value > INT_MAX ? INT_MAX : (int)value;
}

struct mallinfo mallinfo(void)
{
	struct mallinfo2 all = mallinfo2();
	return (struct mallinfo){
		.arena = as_int(all.arena), .ordblks = as_int(all.ordblks), .hblks = as_int(all.hblks),
		.hblkhd = as_int(all.hblkhd), .uordblks = as_int(all.uordblks), .fordblks = as_int(all.fordblks),
	};
}

int malloc_info(int options, FILE *to)
{
	if (options != 0)
		return EINVAL;
	struct mallinfo2 all = mallinfo2();
	int written = fprintf(to,
		"<malloc version=\"1\">\n"
		"<heap nr=\"0\">\n"
		"<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n"
		"<system type=\"current\" size=\"%zu\"/>\n"
		"</heap>\n"
		"<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n"
		"<total type=\"mmap\" count=\"%zu\" size=\"%zu\"/>\n"
		"<system type=\"current\" size=\"%zu\"/>\n"
		"</malloc>\n",
		all.ordblks, all.fordblks, all.arena, all.ordblks, all.fordblks, all.hblks, all.hblkhd, all.arena);
	return written < 0 ? errno : 0;
}

void malloc_stats(void)
{
	struct mallinfo2 all = mallinfo2();
	fprintf(stderr, "system bytes     = %10zu\nin use bytes     = %10zu\n", all.arena + all.hblkhd,
		all.uordblks + all.hblkhd);
}
