/* Generators on top of makecontext and swapcontext: a function that gives one value after another
 * to its caller and keeps its place in between.
 *
 * usage: contexts [COUNT]
 *
 * One generator walks through a binary tree by recursion, a second one runs beside it and counts
 * prime numbers with floating point, so that both stacks and the FPU's state must survive. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

struct generator {
	ucontext_t inside, outside;
	void (*body)(struct generator *);
	void *argument;
	long value;
	int finished;
	char *stack;
};

static void yield_value(struct generator *g, long value)
{
	g->value = value;
	swapcontext(&g->inside, &g->outside);
}

/* makecontext passes ints only: a pointer travels in two halves. */
static void enter(unsigned high, unsigned low)
{
	struct generator *g = (struct generator *)(((unsigned long)high << 32) | low);
	g->body(g);
	g->finished = 1;
	/* Returning continues at uc_link, the caller of next(). */
}

static int generator_start(struct generator *g, void (*body)(struct generator *), void *argument)
{
	enum { STACK = 64 * 1024 };
	*g = (struct generator){.body = body, .argument = argument, .stack = malloc(STACK)};
	if (g->stack == NULL || getcontext(&g->inside) != 0)
		return -1;
	g->inside.uc_stack.ss_sp = g->stack;
	g->inside.uc_stack.ss_size = STACK;
	g->inside.uc_link = &g->outside;
	unsigned long address = (unsigned long)g;
	makecontext(&g->inside, (void (*)(void))enter, 2, (unsigned)(address >> 32), (unsigned)address);
	return 0;
}

/* 1 and a value, or 0 at the end. */
static int next(struct generator *g, long *value)
{
	if (g->finished)
		return 0;
	swapcontext(&g->outside, &g->inside);
	*value = g->value;
	return !g->finished;
}

struct node {
	long key;
	struct node *left, *right;
};

static struct node *insert(struct node *tree, struct node *leaf)
{
	if (tree == NULL)
		return leaf;
	if (leaf->key < tree->key)
		tree->left = insert(tree->left, leaf);
	else
		tree->right = insert(tree->right, leaf);
	return tree;
}

static void walk(struct generator *g, const struct node *tree)
{
	if (tree != NULL) {
		walk(g, tree->left);
		yield_value(g, tree->key);
		walk(g, tree->right);
	}
}

static void in_order(struct generator *g)
{
	walk(g, g->argument);
}

static void primes(struct generator *g)
{
	for (double n = 2;; n += 1) {
		double divisor = 2;
		while (divisor <= sqrt(n) && fmod(n, divisor) != 0)
			divisor += 1;
		if (divisor > sqrt(n))
			yield_value(g, (long)n);
	}
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 1000;
	if (count < 1 || count > 1000000) {
		fprintf(stderr, "usage: contexts [COUNT]\n");
		return 2;
	}
	struct node *nodes = calloc(count, sizeof *nodes), *tree = NULL;
	if (nodes == NULL)
		return 1;
	unsigned long random = 1;
	for (long i = 0; i < count; i++) {
		random = random * 6364136223846793005UL + 1442695040888963407UL;
		nodes[i].key = (long)(random >> 40);
		tree = insert(tree, &nodes[i]);
	}

	struct generator keys, numbers;
	if (generator_start(&keys, in_order, tree) != 0 || generator_start(&numbers, primes, NULL) != 0) {
		perror("contexts");
		return 1;
	}
	long key, prime = 0, seen = 0, last = -1, sum = 0;
	int sorted = 1;
	while (next(&keys, &key) && next(&numbers, &prime)) {
		sorted &= last <= key;
		last = key;
		sum += prime;
		seen++;
	}
	printf("%ld keys, %s; prime number %ld is %ld, their sum %ld\n", seen,
	       sorted && seen == count ? "sorted" : "WRONG", seen, prime, sum);
	free(keys.stack);
	free(numbers.stack);
	free(nodes);
	return sorted && seen == count ? 0 : 1;
}
