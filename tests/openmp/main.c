/* OpenMP, construct by construct: each result is computed a second way. */
#include "check.h"
#include <omp.h>
#include <string.h>

static void parallel(void)
{
	int threads = omp_get_max_threads(), seen[256] = {0}, sum = 0;
	CHECK(!omp_in_parallel());
#pragma omp parallel reduction(+ : sum)
	{
		CHECK_EQ(omp_get_num_threads(), threads);
		CHECK(omp_in_parallel() || threads == 1);
		seen[omp_get_thread_num()]++;
		sum += 1;
	}
	CHECK_EQ(sum, threads);
	for (int i = 0; i < threads; i++)
		CHECK_EQ(seen[i], 1);
#pragma omp parallel num_threads(3)
	CHECK_EQ(omp_get_num_threads(), 3);
#pragma omp parallel if (0)
	CHECK_EQ(omp_get_num_threads(), 1);
	for (int round = 0; round < 300; round++) { /* many small regions of changing size */
		int count = 0;
#pragma omp parallel num_threads(1 + round % 7) reduction(+ : count)
		count++;
		CHECK_EQ(count, 1 + round % 7);
	}
}

enum { N = 10007 };
static int hits[N];

static void all_once(const char *schedule)
{
	for (int i = 0; i < N; i++)
		if (hits[i] != 1) {
			fprintf(stderr, "schedule %s: iteration %d ran %d times\n", schedule, i, hits[i]);
			CHECK(!"each iteration once");
			break;
		}
	memset(hits, 0, sizeof hits);
}

static void loops(void)
{
#define LOOP(text, clause)                          \
	_Pragma(#clause) for (int i = 0; i < N; i++) \
		hits[i]++;                          \
	all_once(text)
	LOOP("static", omp parallel for schedule(static));
	LOOP("static,7", omp parallel for schedule(static, 7));
	LOOP("dynamic", omp parallel for schedule(dynamic));
	LOOP("dynamic,13", omp parallel for schedule(dynamic, 13));
	LOOP("guided", omp parallel for schedule(guided));
	LOOP("auto", omp parallel for schedule(auto));
	LOOP("nonmonotonic", omp parallel for schedule(nonmonotonic : dynamic, 3));
	static const omp_sched_t kinds[] = {omp_sched_static, omp_sched_dynamic, omp_sched_guided, omp_sched_auto};
	for (int k = 0; k < 4; k++) {
		omp_set_schedule(kinds[k], 5);
		LOOP("runtime", omp parallel for schedule(runtime));
	}
	int grid[40][30] = {{0}};
#pragma omp parallel for collapse(2) schedule(dynamic, 3)
	for (int i = 0; i < 40; i++)
		for (int j = 0; j < 30; j++)
			grid[i][j] += i * j;
	for (int i = 0; i < 40; i++)
		for (int j = 0; j < 30; j++)
			CHECK_EQ(grid[i][j], i * j);
	int next = 0, last = -1;
#pragma omp parallel for ordered schedule(dynamic)
	for (int i = 0; i < 500; i++) {
#pragma omp ordered
		{
			CHECK_EQ(next, i);
			next++;
		}
	}
#pragma omp parallel for lastprivate(last)
	for (int i = 0; i < 777; i++)
		last = i;
	CHECK_EQ(last, 776);
	int wave[200];
	wave[0] = 1;
#pragma omp parallel for ordered(1) schedule(static, 1)
	for (int i = 1; i < 200; i++) {
#pragma omp ordered depend(sink : i - 1)
		wave[i] = wave[i - 1] + i;
#pragma omp ordered depend(source)
	}
	CHECK_EQ(wave[199], 1 + 199 * 200 / 2);
}

static void reductions(void)
{
	long sum = 0, product = 1, least = 1 << 30, most = -1;
	unsigned bits_or = 0, bits_and = ~0u, bits_xor = 0;
	double real = 0;
	int all = 1, any = 0, array[8] = {0};
#pragma omp parallel for reduction(+ : sum, real) reduction(min : least) reduction(max : most) \
	reduction(| : bits_or) reduction(& : bits_and) reduction(^ : bits_xor) reduction(&& : all) \
	reduction(|| : any) reduction(+ : array[:8])
	for (int i = 1; i <= 1000; i++) {
		sum += i;
		real += 0.5 * i;
		if (i < least)
			least = i;
		if (i > most)
			most = i;
		bits_or |= 1u << i % 20;
		bits_and &= ~(1u << i % 10);
		bits_xor ^= i;
		all = all && i > 0;
		any = any || i == 500;
		array[i % 8] += i;
	}
#pragma omp parallel for reduction(* : product)
	for (int i = 1; i <= 20; i++)
		product *= i;
	CHECK_EQ(sum, 500500);
	CHECK(real == 250250);
	CHECK(product == 2432902008176640000L);
	CHECK(least == 1 && most == 1000);
	CHECK_EQ(bits_or, 0xfffff);
	CHECK_EQ(bits_and, ~0x3ffu);
	CHECK_EQ(bits_xor, 1000);
	CHECK(all && any);
	int total = 0;
	for (int i = 0; i < 8; i++)
		total += array[i];
	CHECK_EQ(total, 500500);
#pragma omp declare reduction(longest : const char * : omp_out = strlen(omp_in) > strlen(omp_out) ? omp_in : omp_out) \
	initializer(omp_priv = "")
	static const char *const words[] = {"a", "ccc", "bb", "the longest of all", "dddd"};
	const char *longest = "";
#pragma omp parallel for reduction(longest : longest)
	for (int i = 0; i < 5; i++)
		longest = strlen(words[i]) > strlen(longest) ? words[i] : longest;
	CHECK(longest == words[3]);
}

static long fibonacci(int n)
{
	long a, b;
	if (n < 2)
		return n;
#pragma omp task shared(a) if (n > 10)
	a = fibonacci(n - 1);
#pragma omp task shared(b) if (n > 10)
	b = fibonacci(n - 2);
#pragma omp taskwait
	return a + b;
}

static void tasks(void)
{
	long result = 0;
#pragma omp parallel
#pragma omp single
	result = fibonacci(20);
	CHECK_EQ(result, 6765);

	int order[3] = {0}, value = 0;
#pragma omp parallel
#pragma omp single
	{
#pragma omp task depend(out : value)
		{
			order[0] = 1;
			value = 1;
		}
#pragma omp task depend(inout : value)
		{
			order[1] = order[0] + 1;
			value++;
		}
#pragma omp task depend(in : value)
		order[2] = order[1] + 1;
	}
	CHECK(order[2] == 3 && value == 2);

	int sum = 0;
#pragma omp parallel
#pragma omp single
#pragma omp taskloop grainsize(10)
	for (int i = 0; i < 1000; i++) {
#pragma omp atomic
		sum += i;
	}
	CHECK_EQ(sum, 499500);
	int grouped = 0;
#pragma omp parallel
#pragma omp single
	{
#pragma omp taskgroup
		for (int i = 0; i < 100; i++) {
#pragma omp task
			{
#pragma omp task
#pragma omp atomic
				grouped++;
			}
		}
		CHECK_EQ(grouped, 100); /* children of children too */
	}
}

static void synchronisation(void)
{
	int counter = 0, singles = 0, masters = 0, threads = omp_get_max_threads();
	omp_lock_t lock;
	omp_nest_lock_t nested;
	omp_init_lock(&lock);
	omp_init_nest_lock(&nested);
	int locked = 0, nest = 0, captured[256] = {0}, ticket = 0;
#pragma omp parallel
	{
		for (int i = 0; i < 200; i++) {
#pragma omp critical
			counter++;
			omp_set_lock(&lock);
			locked++;
			omp_unset_lock(&lock);
			omp_set_nest_lock(&nested);
			omp_set_nest_lock(&nested);
			nest++;
			omp_unset_nest_lock(&nested);
			omp_unset_nest_lock(&nested);
		}
#pragma omp single
		singles++;
#pragma omp master
		masters++;
		int mine;
#pragma omp atomic capture
		mine = ticket++;
		captured[mine]++;
#pragma omp barrier
		for (int i = 0; i < 50; i++) {
			int before = counter; /* nobody changes it between two barriers */
#pragma omp barrier
			CHECK_EQ(before, counter);
#pragma omp barrier
#pragma omp single
			counter++;
		}
	}
	CHECK_EQ(counter, threads * 200 + 50);
	CHECK_EQ(locked, threads * 200);
	CHECK_EQ(nest, threads * 200);
	CHECK(singles == 1 && masters == 1);
	for (int i = 0; i < threads; i++)
		CHECK_EQ(captured[i], 1);
	CHECK(omp_test_lock(&lock) == 1);
	CHECK(omp_test_lock(&lock) == 0);
	omp_unset_lock(&lock);
	omp_destroy_lock(&lock);
	omp_destroy_nest_lock(&nested);

	int copied = 0;
#pragma omp parallel
	{
		int own = 0;
#pragma omp single copyprivate(own)
		own = 42;
#pragma omp atomic
		copied += own == 42;
	}
	CHECK_EQ(copied, threads);
	int sections = 0;
#pragma omp parallel sections reduction(+ : sections)
	{
#pragma omp section
		sections += 1;
#pragma omp section
		sections += 10;
#pragma omp section
		sections += 100;
	}
	CHECK_EQ(sections, 111);
}

static int own;
#pragma omp threadprivate(own)

static void nesting_and_data(void)
{
	omp_set_max_active_levels(2);
	int inner = 0;
#pragma omp parallel num_threads(2) reduction(+ : inner)
	{
#pragma omp parallel num_threads(3) reduction(+ : inner)
		{
			CHECK_EQ(omp_get_level(), 2);
			CHECK_EQ(omp_get_team_size(1), 2);
			inner++;
		}
	}
	CHECK_EQ(inner, 6);
	omp_set_max_active_levels(1);

	own = 7;
#pragma omp parallel copyin(own)
	{
		CHECK_EQ(own, 7);
		own = omp_get_thread_num();
	}
#pragma omp parallel
	CHECK_EQ(own, omp_get_thread_num());
	int first = 5, priv = 1;
#pragma omp parallel firstprivate(first) private(priv)
	{
		priv = first++;
		CHECK_EQ(priv, 5);
	}
	CHECK(first == 5);
	float a[1000], b[1000];
	for (int i = 0; i < 1000; i++)
		a[i] = i;
#pragma omp parallel for simd
	for (int i = 0; i < 1000; i++)
		b[i] = a[i] * 2;
	CHECK(b[999] == 1998);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		CHECK_EQ(omp_get_max_threads(), atoi(argv[1]));
	double start = omp_get_wtime();
	parallel();
	loops();
	reductions();
	tasks();
	synchronisation();
	nesting_and_data();
	CHECK(omp_get_wtime() > start);
	CHECK(omp_get_wtick() > 0);
	return check_done();
}
