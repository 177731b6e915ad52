/* malloc and free in many threads at once: blocks never overlap, may be freed by another thread,
 * and a thread that ends leaves nothing behind. */
#include "check.h"
#include <pthread.h>
#include <stdint.h>

#define THREADS 8
#define SLOTS 2000

static struct block {
	size_t size;
	unsigned char seed;
} *_Atomic shared[SLOTS];

static struct block *make(size_t size, unsigned char seed)
{
	struct block *block = malloc(sizeof *block + size);
	if (block == NULL)
		return NULL;
	block->size = size;
	block->seed = seed;
	memset(block + 1, seed, size);
	return block;
}

static void check_and_free(struct block *block)
{
	if (block == NULL)
		return;
	unsigned char *bytes = (unsigned char *)(block + 1);
	for (size_t i = 0; i < block->size; i += 1 + block->size / 64)
		if (bytes[i] != block->seed) {
			CHECK(!"a block keeps what was written to it");
			break;
		}
	free(block);
}

static void *body(void *argument)
{
	unsigned state = (unsigned)(long)argument * 7919 + 1;
	for (int i = 0; i < 20000; i++) {
		state = state * 1664525 + 1013904223;
		size_t size = 1u << (state >> 28 & 15);
		size += state >> 8 & (size - 1);
		struct block *fresh = make(size, (unsigned char)state);
		CHECK(fresh != NULL);
		/* Whoever put a block there, this thread frees it. */
		check_and_free(__atomic_exchange_n(&shared[state % SLOTS], fresh, __ATOMIC_ACQ_REL));
		if (i % 64 == 0) {
			void *grown = realloc(malloc(10), size * 3);
			CHECK(grown != NULL);
			free(grown);
		}
	}
	return NULL;
}

int main(void)
{
	for (int round = 0; round < 3; round++) {
		pthread_t threads[THREADS];
		for (long i = 0; i < THREADS; i++)
			REQUIRE(pthread_create(&threads[i], NULL, body, (void *)(i + round * THREADS)) == 0);
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
	}
	for (int i = 0; i < SLOTS; i++)
		check_and_free(shared[i]);
	return check_done();
}
