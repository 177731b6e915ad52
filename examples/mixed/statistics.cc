#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <vector>

static double middle(std::span<const double> values)
{
	if (values.empty())
		throw std::invalid_argument("no values have no median");
	std::vector<double> sorted(values.size());
#pragma omp parallel for
	for (std::size_t i = 0; i < values.size(); i++)
		sorted[i] = values[i];
	auto at = sorted.begin() + sorted.size() / 2;
	std::nth_element(sorted.begin(), at, sorted.end());
	return *at;
}

extern "C" int median(const double *values, int n, double *result, char *reason, std::size_t size)
try {
	*result = middle({values, static_cast<std::size_t>(n)});
	return 0;
} catch (const std::exception &e) {
	std::snprintf(reason, size, "%s", e.what());
	return -1;
}
