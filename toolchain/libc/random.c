/* random() and its family: additive feedback generators by the rules that the BSDs' documentation gives and
 * glibc follows, so that a seed gives the sequence that programs' reference outputs were made with. */
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* By type: the degree of the feedback polynomial, its second exponent, and the bytes of state it takes. */
static const struct { int degree, separation; size_t bytes; } types[] = {
	{ 0, 0, 8 }, { 7, 3, 32 }, { 15, 1, 64 }, { 31, 3, 128 }, { 63, 1, 256 } };

/* What is before the state: the type, and where the front of it is. */
static void keep(struct random_data *data) {
	int32_t *state = data->state;
	if (state)
		state[-1] = data->rand_type == 0 ? 0 : (data->rptr - state) * 5 + data->rand_type;
}

static int invalid(void) {
	errno = EINVAL;
	return -1;
}

int random_r(struct random_data *restrict data, int32_t *restrict result) {
	if (!data || !result)
		return invalid();
	int32_t *state = data->state;
	if (data->rand_type == 0) {
		state[0] = ((uint32_t)state[0] * 1103515245 + 12345) & 0x7fffffff;
		*result = state[0];
		return 0;
	}
	uint32_t value = *data->fptr = (uint32_t)*data->fptr + (uint32_t)*data->rptr;
	*result = value >> 1;
	if (++data->fptr >= data->end_ptr)
		data->fptr = state;
	if (++data->rptr >= data->end_ptr)
		data->rptr = state;
	return 0;
}

int srandom_r(unsigned int seed, struct random_data *data) {
	if (!data || data->rand_type < 0 || data->rand_type > 4)
		return -1;
	int32_t *state = data->state, word = seed ? seed : 1;
	state[0] = word;
	for (int i = 1; i < data->rand_deg; i++) {
		/* 16807 * word modulo 2^31 - 1, without overflow */
		int64_t high = word / 127773, low = word % 127773;
		word = 16807 * low - 2836 * high;
		if (word < 0)
			word += 2147483647;
		state[i] = word;
	}
	data->fptr = state + data->rand_sep;
	data->rptr = state;
	for (int i = 0; i < data->rand_deg * 10; i++) {
		int32_t dropped;
		random_r(data, &dropped);
	}
	return 0;
}

int initstate_r(unsigned int seed, char *restrict memory, size_t size, struct random_data *restrict data) {
	if (!data || !memory || size < types[0].bytes)
		return invalid();
	keep(data);
	int type = 4;
	while (size < types[type].bytes)
		type--;
	data->rand_type = type;
	data->rand_deg = types[type].degree;
	data->rand_sep = types[type].separation;
	data->state = (int32_t *)memory + 1;
	data->end_ptr = data->state + data->rand_deg;
	srandom_r(seed, data);
	keep(data);
	return 0;
}

int setstate_r(char *restrict memory, struct random_data *restrict data) {
	if (!memory || !data)
		return invalid();
	int32_t *state = (int32_t *)memory + 1;
	int type = state[-1] % 5, rear = state[-1] / 5;
	if (type < 0 || rear < 0 || (type > 0 && rear >= types[type].degree))
		return invalid();
	keep(data);
	data->rand_type = type;
	data->rand_deg = types[type].degree;
	data->rand_sep = types[type].separation;
	data->state = state;
	data->end_ptr = state + data->rand_deg;
	if (type > 0) {
		data->rptr = state + rear;
		data->fptr = state + (rear + data->rand_sep) % data->rand_deg;
	}
	return 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int32_t first_state[32];
static struct random_data shared;

/* With the lock held: the generator, seeded with 1 at first. */
static struct random_data *generator(void) {
	if (!shared.state)
		initstate_r(1, (char *)first_state, sizeof first_state, &shared);
	return &shared;
}

long random(void) {
	int32_t result;
	pthread_mutex_lock(&lock);
	random_r(generator(), &result);
	pthread_mutex_unlock(&lock);
	return result;
}

void srandom(unsigned int seed) {
	pthread_mutex_lock(&lock);
	srandom_r(seed, generator());
	pthread_mutex_unlock(&lock);
}

char *initstate(unsigned int seed, char *memory, size_t size) {
	pthread_mutex_lock(&lock);
	char *before = (char *)(generator()->state - 1);
	int result = initstate_r(seed, memory, size, &shared);
	pthread_mutex_unlock(&lock);
	return result < 0 ? NULL : before;
}

char *setstate(char *memory) {
	pthread_mutex_lock(&lock);
	char *before = (char *)(generator()->state - 1);
	int result = setstate_r(memory, &shared);
	pthread_mutex_unlock(&lock);
	return result < 0 ? NULL : before;
}

/* C's generator is the same one, as in glibc. */
int rand(void) {
	return random();
}

void srand(unsigned int seed) {
	srandom(seed);
}
