/* The drand48() family, with its own state and as glibc has it with the caller's. The generator is POSIX's:
 * 48 bits, x = a x + c. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MASK	((UINT64_C(1) << 48) - 1)

static void prepare(struct drand48_data *data) {
	if (!data->__init) {
		data->__a = 0x5deece66d;
		data->__c = 0xb;
		data->__init = 1;
	}
}

static uint64_t next(unsigned short words[3], struct drand48_data *data) {
	prepare(data);
	uint64_t x = words[0] | (uint64_t)words[1] << 16 | (uint64_t)words[2] << 32;
	x = (x * data->__a + data->__c) & MASK;
	words[0] = x;
	words[1] = x >> 16;
	words[2] = x >> 32;
	return x;
}

int erand48_r(unsigned short words[3], struct drand48_data *restrict data, double *restrict result) {
	*result = next(words, data) * 0x1p-48;
	return 0;
}

int nrand48_r(unsigned short words[3], struct drand48_data *restrict data, long *restrict result) {
	*result = next(words, data) >> 17;
	return 0;
}

int jrand48_r(unsigned short words[3], struct drand48_data *restrict data, long *restrict result) {
	*result = (int32_t)(next(words, data) >> 16);
	return 0;
}

int drand48_r(struct drand48_data *restrict data, double *restrict result) {
	return erand48_r(data->__x, data, result);
}

int lrand48_r(struct drand48_data *restrict data, long *restrict result) {
	return nrand48_r(data->__x, data, result);
}

int mrand48_r(struct drand48_data *restrict data, long *restrict result) {
	return jrand48_r(data->__x, data, result);
}

int srand48_r(long seed, struct drand48_data *data) {
	data->__x[0] = 0x330e;
	data->__x[1] = seed;
	data->__x[2] = seed >> 16;
	data->__init = 0;
	prepare(data);
	return 0;
}

int seed48_r(unsigned short words[3], struct drand48_data *data) {
	memcpy(data->__old_x, data->__x, sizeof data->__x);
	memcpy(data->__x, words, sizeof data->__x);
	data->__init = 0;
	prepare(data);
	return 0;
}

int lcong48_r(unsigned short words[7], struct drand48_data *data) {
	memcpy(data->__x, words, sizeof data->__x);
	data->__a = words[3] | (uint64_t)words[4] << 16 | (uint64_t)words[5] << 32;
	data->__c = words[6];
	data->__init = 1;
	return 0;
}

static struct drand48_data shared = { .__init = 1, .__a = 0x5deece66d, .__c = 0xb, .__x = { 0x330e, 0xabcd, 0x1234 } };

double drand48(void) {
	double result;
	drand48_r(&shared, &result);
	return result;
}

double erand48(unsigned short words[3]) {
	double result;
	erand48_r(words, &shared, &result);
	return result;
}

long lrand48(void) {
	long result;
	lrand48_r(&shared, &result);
	return result;
}

long nrand48(unsigned short words[3]) {
	long result;
	nrand48_r(words, &shared, &result);
	return result;
}

long mrand48(void) {
	long result;
	mrand48_r(&shared, &result);
	return result;
}

long jrand48(unsigned short words[3]) {
	long result;
	jrand48_r(words, &shared, &result);
	return result;
}

void srand48(long seed) {
	srand48_r(seed, &shared);
}

unsigned short *seed48(unsigned short words[3]) {
	seed48_r(words, &shared);
	return shared.__old_x;
}

void lcong48(unsigned short words[7]) {
	lcong48_r(words, &shared);
}
