/* What OpenMP's constructs cost, by the method of the EPCC microbenchmarks (J. M. Bull, "Measuring
 * Synchronisation and Scheduling Overheads in OpenMP", EWOMP 1999): a piece of work is done with
 * and without the construct around it, and the difference is the overhead. argv[2]: threads,
 * argv[3]: a word for the measures' names. */
#include "measure.h"
#include <omp.h>

static int delay_length;
static int inner;
static const char *label;
static volatile double sink;

/* Work of about a microsecond that no compiler can move. */
static void delay(int length)
{
	float a = 0;
	for (int i = 0; i < length; i++) {
		a += i;
		__asm__ volatile("" : "+x"(a));
	}
	if (a < 0)
		sink = a;
}

static double median_of(double (*once)(void))
{
	enum { TIMES = 11 };
	double values[TIMES];
	once();
	for (int i = 0; i < TIMES; i++) {
		double value = once();
		int at = i;
		while (at > 0 && values[at - 1] > value) {
			values[at] = values[at - 1];
			at--;
		}
		values[at] = value;
	}
	return values[TIMES / 2];
}

#define TIMED(work)                                                                                 \
	({                                                                                          \
		uint64_t start_ = measure_now();                                                    \
		work;                                                                               \
		(double)(measure_now() - start_) / inner;                                           \
	})

static double reference(void)
{
	return TIMED(for (int j = 0; j < inner; j++) delay(delay_length));
}

static double parallel(void)
{
	return TIMED(for (int j = 0; j < inner; j++) {
		_Pragma("omp parallel") delay(delay_length);
	});
}

static double for_loop(void)
{
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner; j++) {
		_Pragma("omp for") for (int i = 0; i < omp_get_num_threads(); i++) delay(delay_length);
	});
}

static double barrier(void)
{
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner; j++) {
		delay(delay_length);
		_Pragma("omp barrier");
	});
}

static double single(void)
{
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner; j++) {
		_Pragma("omp single") delay(delay_length);
	});
}

static double reduction(void)
{
	int sum = 0;
	double value = TIMED(for (int j = 0; j < inner; j++) {
		_Pragma("omp parallel reduction(+ : sum)")
		{
			delay(delay_length);
			sum += 1;
		}
	});
	sink = sum;
	return value;
}

static double critical(void)
{
	int threads = omp_get_max_threads();
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner / threads; j++) {
		_Pragma("omp critical") delay(delay_length);
	});
}

static omp_lock_t a_lock;

static double lock(void)
{
	int threads = omp_get_max_threads();
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner / threads; j++) {
		omp_set_lock(&a_lock);
		delay(delay_length);
		omp_unset_lock(&a_lock);
	});
}

static double ordered(void)
{
	return TIMED(_Pragma("omp parallel for ordered schedule(static, 1)") for (int j = 0; j < inner; j++) {
		_Pragma("omp ordered") delay(delay_length);
	});
}

static double atomic_reference(void)
{
	return TIMED(for (int j = 0; j < inner; j++) {
		sink += 1.0;
	});
}

static double atomic(void)
{
	static double sum;
	int threads = omp_get_max_threads();
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner / threads; j++) {
		_Pragma("omp atomic") sum += 1.0;
	});
}

static double task(void)
{
	return TIMED(_Pragma("omp parallel") for (int j = 0; j < inner; j++) {
		_Pragma("omp task") delay(delay_length);
	});
}

static void report(const char *construct, double overhead)
{
	char name[96];
	snprintf(name, sizeof name, "%s, %s", construct, label);
	for (char *c = name; *c; c++) /* a kernel's command line has no room for blanks */
		if (*c == '-')
			*c = ' ';
	measure_report(name, overhead > 0 ? overhead : 0);
}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	int threads = argc > 2 ? atoi(argv[2]) : 2;
	label = argc > 3 ? argv[3] : "team";
	omp_set_dynamic(0);
	omp_set_num_threads(threads);
	omp_init_lock(&a_lock);
	inner = 1024;
	delay_length = 1;
	while (!measure_icount && median_of(reference) < 300) /* 0.3 microseconds */
		delay_length *= 2;
	if (measure_icount)
		delay_length = 64;
	double base = median_of(reference);
	/* A team with more threads than cores is slow: fewer rounds, or it takes minutes. */
	if (threads > omp_get_num_procs())
		inner = 128;
	report("parallel", median_of(parallel) - base);
	report("for", median_of(for_loop) - base);
	report("barrier", median_of(barrier) - base);
	report("single", median_of(single) - base);
	report("reduction", median_of(reduction) - base);
	report("critical", median_of(critical) - base);
	report("lock", median_of(lock) - base);
	report("ordered", median_of(ordered) - base);
	report("atomic", median_of(atomic) - median_of(atomic_reference));
	report("task", median_of(task) - base);
	return 0;
}
