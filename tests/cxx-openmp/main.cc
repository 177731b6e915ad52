// OpenMP in C++: reductions over classes, tasks, exceptions that stay inside a region, thread-private
// objects with destructors.
#include <algorithm>
#include <numeric>
#include <omp.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "check.h"

namespace {

struct Range {
	int low = 1 << 30, high = -1;
	void take(int n) { low = std::min(low, n), high = std::max(high, n); }
};

#pragma omp declare reduction(widen : Range : omp_out.take(omp_in.low), omp_out.take(omp_in.high))

long fib(int n)
{
	if (n < 2)
		return n;
	long a, b;
#pragma omp task shared(a) if (n > 10)
	a = fib(n - 1);
#pragma omp task shared(b) if (n > 10)
	b = fib(n - 2);
#pragma omp taskwait
	return a + b;
}

} // namespace

int main()
{
	Range range;
	std::vector<int> numbers(10000);
	std::iota(numbers.begin(), numbers.end(), 5);
	double sum = 0;
#pragma omp parallel for reduction(widen : range) reduction(+ : sum)
	for (auto i = numbers.begin(); i < numbers.end(); ++i) {
		range.take(*i);
		sum += *i;
	}
	CHECK_EQ(range.low, 5);
	CHECK_EQ(range.high, 10004);
	CHECK(sum == 10000 * (5 + 10004) / 2.0);

	long result = 0;
#pragma omp parallel
#pragma omp single
	result = fib(20);
	CHECK_EQ(result, 6765);

	int caught = 0, threads = 0;
#pragma omp parallel num_threads(4) reduction(+ : caught)
	{
#pragma omp single
		threads = omp_get_num_threads();
		for (int i = 0; i < 100; i++) {
			try {
				throw std::runtime_error(std::to_string(omp_get_thread_num()));
			} catch (const std::exception &e) {
				caught += e.what() == std::to_string(omp_get_thread_num());
			}
		}
	}
	CHECK_EQ(caught, 100 * threads);

	std::vector<std::string> words(100);
#pragma omp parallel for schedule(dynamic) ordered
	for (int i = 0; i < 100; i++) {
		std::string word = std::to_string(i);
#pragma omp ordered
		words[i] = i ? words[i - 1].substr(0, 5) + word : word;
	}
	CHECK(words[99] == "0123499");
#pragma omp parallel
#pragma omp single
#pragma omp taskloop grainsize(8)
	for (int i = 0; i < 100; i++)
		words[i] = std::to_string(i * i);
	CHECK(words[99] == "9801");
	return check_done();
}
