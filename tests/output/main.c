/* A lot of output: 8 MiB in pieces of all sizes and by several threads at once, nothing lost. */
#include "check.h"
#include <pthread.h>
#include <unistd.h>

/* Each thread writes lines of its own letter; a write of up to PIPE_BUF bytes is whole. */
static void *writer(void *argument)
{
	char line[64];
	memset(line, (int)(long)argument, sizeof line);
	line[sizeof line - 1] = '\n';
	for (int i = 0; i < 500; i++)
		CHECK_EQ(write(1, line, sizeof line), sizeof line);
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "threads") == 0) {
		pthread_t threads[4];
		for (long i = 0; i < 4; i++)
			REQUIRE(pthread_create(&threads[i], NULL, writer, (void *)('a' + i)) == 0);
		for (int i = 0; i < 4; i++)
			pthread_join(threads[i], NULL);
		return check_done();
	}
	/* The bytes are those of a counter, so that the length and a few places tell everything. */
	static unsigned char buffer[70000];
	size_t total = 0, target = 8 << 20, piece = 1;
	while (total < target) {
		size_t count = piece < target - total ? piece : target - total;
		for (size_t i = 0; i < count; i++)
			buffer[i] = (unsigned char)((total + i) >> 8 ^ (total + i));
		for (size_t done = 0; done < count;) {
			ssize_t part = write(1, buffer + done, count - done);
			REQUIRE(part > 0);
			done += part;
		}
		total += count;
		piece = piece * 5 % 69997 + 1;
	}
	return check_done();
}
