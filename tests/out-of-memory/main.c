/* Too much is refused with ENOMEM, whoever asks; what was got stays usable, and after giving it
 * back there is as much as before. */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static void *volatile kept; /* keeps the compiler from optimising an allocation away */

/* Takes and uses pieces until there are no more. */
static size_t exhaust(size_t piece_size)
{
	struct piece {
		struct piece *next;
	} *list = NULL;
	size_t count = 0;
	for (;;) {
		errno = 0;
		struct piece *piece = malloc(piece_size);
		if (piece == NULL) {
			CHECK_EQ(errno, ENOMEM);
			break;
		}
		memset(piece, 0xa5, piece_size);
		piece->next = list;
		list = piece;
		count++;
	}
	/* The system still works: printing, threads' errno, other calls. */
	CHECK(kept == NULL);
	CHECK_EQ(getpid() > 0, 1);
	while (list != NULL) {
		struct piece *next = list->next;
		CHECK_EQ(((unsigned char *)list)[piece_size - 1], 0xa5);
		free(list);
		list = next;
	}
	return count;
}

static void *thread_body(void *argument)
{
	return argument;
}

int main(int argc, char **argv)
{
	volatile size_t huge = (size_t)1 << 46;
	errno = 0;
	CHECK((kept = malloc(huge)) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK((kept = calloc(huge, 1)) == NULL && errno == ENOMEM);
	void *small = malloc(100);
	errno = 0;
	CHECK((kept = realloc(small, huge)) == NULL && errno == ENOMEM);
	free(small); /* a failed realloc left it alone */
	kept = NULL;
	CHECK_ERRNO((intptr_t)sbrk(huge), ENOMEM);
	CHECK_ERRNO((intptr_t)mmap(NULL, (size_t)1 << 47, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
	void *p = NULL;
	CHECK_EQ(posix_memalign(&p, 64, huge), ENOMEM);
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, huge) == 0) {
		pthread_t thread;
		CHECK_EQ(pthread_create(&thread, &attributes, thread_body, NULL), EAGAIN);
	}

	if (argc > 1 && strcmp(argv[1], "exhaust") == 0) {
		static const size_t sizes[] = {64 << 10, 5000, 1 << 20, 64 << 10, 17 << 20, 64 << 10, 100, 64 << 10};
		size_t first = exhaust(sizes[0]) * sizes[0];
		CHECK(first > 4 << 20); /* most of it was usable */
		for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			size_t again = exhaust(sizes[i]) * sizes[i];
			CHECK(again >= first - first / 8 || (sizes[i] != sizes[0] && again + sizes[i] >= first / 2));
		}
		/* What malloc keeps for itself is there for others. */
		void *mapping = mmap(NULL, first / 4 * 3, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(mapping != MAP_FAILED);
		CHECK_EQ(munmap(mapping, first / 4 * 3), 0);
		CHECK(exhaust(sizes[0]) * sizes[0] >= first - first / 8);
		for (int way = 0; way < 3; way++) {
			exhaust(5000);
			int file = open("/tmp/large", O_RDWR | O_CREAT, 0600);
			static char bytes[1 << 20];
			struct iovec part = { bytes, sizeof bytes };
			for (size_t written = 0; written < first / 4 * 3;) {
				ssize_t count = way == 0 ? write(file, bytes, sizeof bytes) : way == 1 ? writev(file, &part, 1)
					: pwritev(file, &part, 1, (off_t)written);
				REQUIRE(count > 0);
				written += count;
			}
			close(file);
			CHECK_EQ(unlink("/tmp/large"), 0);
			CHECK(exhaust(sizes[0]) * sizes[0] >= first - first / 8);
		}
		void *huge_block = kept = malloc(first / 4 * 3);
		CHECK(huge_block != NULL);
		free(huge_block);
		kept = NULL;
		/* Threads, too, are refused and then possible again. */
		pthread_t threads[16];
		for (int i = 0; i < 16; i++)
			REQUIRE(pthread_create(&threads[i], NULL, thread_body, NULL) == 0);
		for (int i = 0; i < 16; i++)
			CHECK_EQ(pthread_join(threads[i], NULL), 0);
	}
	return check_done();
}
