/* Too much is refused with ENOMEM, whoever asks; what was got stays usable, and after giving it
 * back there is as much as before. */
#include "check.h"
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define PIECE (64 * 1024)

static void *volatile kept; /* keeps the compiler from optimising an allocation away */

/* Takes and uses pieces until there are no more. */
static size_t exhaust(void)
{
	struct piece {
		struct piece *next;
	} *list = NULL;
	size_t count = 0;
	for (;;) {
		errno = 0;
		struct piece *piece = malloc(PIECE);
		if (piece == NULL) {
			CHECK_EQ(errno, ENOMEM);
			break;
		}
		memset(piece, 0xa5, PIECE);
		piece->next = list;
		list = piece;
		count++;
	}
	/* The system still works: printing, threads' errno, other calls. */
	CHECK(kept == NULL);
	CHECK_EQ(getpid() > 0, 1);
	while (list != NULL) {
		struct piece *next = list->next;
		CHECK_EQ(((unsigned char *)list)[PIECE - 1], 0xa5);
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
		size_t first = exhaust();
		CHECK(first * PIECE > 4 << 20); /* most of it was usable */
		for (int round = 0; round < 3; round++) {
			size_t again = exhaust();
			CHECK(again >= first - first / 8);
		}
		/* Threads, too, are refused and then possible again. */
		pthread_t threads[16];
		for (int i = 0; i < 16; i++)
			REQUIRE(pthread_create(&threads[i], NULL, thread_body, NULL) == 0);
		for (int i = 0; i < 16; i++)
			CHECK_EQ(pthread_join(threads[i], NULL), 0);
	}
	return check_done();
}
