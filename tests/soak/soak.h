/* What the parts of the soak share: workers, their random numbers, and checks that end the program. */
#ifndef SOAK_H
#define SOAK_H

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "deadline.h"

struct worker {
	pthread_t thread;
	int number;
	unsigned long random;
	/* For the watchdog: how many actions, which one now, since when. */
	long steps;
	const char *action;
	long long since;
	/* Signals that came. */
	long signals;
};

extern __thread struct worker *self;
extern struct worker *workers;
extern int worker_count;
extern int stopping;

/* A number below `below`. */
unsigned rnd(unsigned below);
/* Nothing, a yield, some computing, or a short sleep. */
void dawdle(void);
/* Says what is wrong, with the seed, and ends the program. */
void wrong(const char *file, int line, const char *text, long long a, long long b) __attribute__((noreturn));

#define HOLDS(expr)                                             \
	do {                                                    \
		if (!(expr))                                    \
			wrong(__FILE__, __LINE__, #expr, 0, errno); \
	} while (0)
#define SAME(a, b)                                                  \
	do {                                                        \
		long long a_ = (long long)(a), b_ = (long long)(b); \
		if (a_ != b_)                                       \
			wrong(__FILE__, __LINE__, #a, a_, b_);      \
	} while (0)
/* A call that a signal may interrupt, until it is not. */
#define AGAIN(call)                                             \
	(__extension__({                                        \
		long long result_;                              \
		while ((result_ = (call)) == -1 && errno == EINTR) \
			;                                       \
		result_;                                        \
	}))

struct action {
	const char *name;
	void (*run)(void);
	/* How often it is chosen. */
	unsigned weight;
};

/* Each part: a list that ends with a null name, what comes before, and what must hold in the end. */
struct part {
	const struct action *actions;
	void (*begin)(void);
	void (*end)(void);
};
extern const struct part locks, threads, memory, files, signals, flow, objects;

#endif
