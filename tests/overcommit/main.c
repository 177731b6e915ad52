/* Memory is backed when it is touched, so a program may ask for more than there is. If it then
 * touches more, it ends with SIGBUS and a message about memory. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(void)
{
	size_t size = (size_t)1 << 30;
	volatile char *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED) {
		puts("refused at once");
		return 7;
	}
	puts("mapped");
	fflush(stdout);
	for (size_t i = 0; i < size; i += 4096)
		memory[i] = 1;
	puts("survived");
	return 0;
}
