/* Producers and consumers over a bounded queue: mutex, condition variables, and waits that end at
 * a deadline.
 *
 * usage: threads [PRODUCERS [CONSUMERS [ITEMS]]]
 *
 * Every producer puts in ITEMS numbers. A consumer that finds nothing for 200 ms looks whether the
 * producers have finished, instead of being told. The sum of what came out must be the sum of what
 * went in. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CAPACITY 16

static struct {
	pthread_mutex_t lock;
	pthread_cond_t not_empty, not_full;
	long items[CAPACITY];
	unsigned first, used;
	int producers; /* still at work */
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER,
	   .not_empty = PTHREAD_COND_INITIALIZER,
	   .not_full = PTHREAD_COND_INITIALIZER};

static long items_each;

static struct timespec deadline_in(long milliseconds)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += milliseconds / 1000;
	t.tv_nsec += milliseconds % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static void *producer(void *argument)
{
	long number = (long)argument;
	for (long i = 0; i < items_each; i++) {
		pthread_mutex_lock(&queue.lock);
		while (queue.used == CAPACITY)
			pthread_cond_wait(&queue.not_full, &queue.lock);
		queue.items[(queue.first + queue.used++) % CAPACITY] = number * items_each + i;
		pthread_cond_signal(&queue.not_empty);
		pthread_mutex_unlock(&queue.lock);
	}
	pthread_mutex_lock(&queue.lock);
	queue.producers--;
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

struct total {
	long count, sum, timeouts;
};

static void *consumer(void *argument)
{
	struct total *total = argument;
	pthread_mutex_lock(&queue.lock);
	for (;;) {
		int result = 0;
		struct timespec deadline = deadline_in(200);
		while (queue.used == 0 && result == 0)
			result = pthread_cond_timedwait(&queue.not_empty, &queue.lock, &deadline);
		if (queue.used > 0) {
			total->sum += queue.items[queue.first++ % CAPACITY];
			total->count++;
			queue.used--;
			pthread_cond_signal(&queue.not_full);
			continue;
		}
		if (result != ETIMEDOUT)
			break; /* no other error is possible here: a wrong count will tell */
		total->timeouts++;
		if (queue.producers == 0)
			break;
	}
	pthread_mutex_unlock(&queue.lock);
	return total;
}

int main(int argc, char **argv)
{
	int producers = argc > 1 ? atoi(argv[1]) : 3;
	int consumers = argc > 2 ? atoi(argv[2]) : 2;
	items_each = argc > 3 ? atol(argv[3]) : 10000;
	if (producers < 1 || consumers < 1 || items_each < 0) {
		fprintf(stderr, "usage: threads [PRODUCERS [CONSUMERS [ITEMS]]]\n");
		return 2;
	}

	pthread_t *threads = calloc(producers + consumers, sizeof *threads);
	struct total *totals = calloc(consumers, sizeof *totals);
	if (threads == NULL || totals == NULL)
		return 1;
	queue.producers = producers;
	for (long i = 0; i < producers + consumers; i++) {
		int error = i < producers ? pthread_create(&threads[i], NULL, producer, (void *)i)
					  : pthread_create(&threads[i], NULL, consumer, &totals[i - producers]);
		if (error != 0) {
			fprintf(stderr, "threads: pthread_create: error %d\n", error);
			return 1;
		}
	}
	struct total all = {0};
	for (int i = 0; i < producers + consumers; i++) {
		pthread_join(threads[i], NULL);
		if (i >= producers) {
			all.count += totals[i - producers].count;
			all.sum += totals[i - producers].sum;
			all.timeouts += totals[i - producers].timeouts;
		}
	}
	long count = producers * items_each, sum = count * (count - 1) / 2;
	printf("%d producers, %d consumers: %ld items, sum %ld\n", producers, consumers, all.count, all.sum);
	int good = all.count == count && all.sum == sum && all.timeouts >= consumers;
	puts(good ? "correct" : "WRONG");
	free(threads);
	free(totals);
	return good ? 0 : 1;
}
