// Atomic objects of sixteen bytes and more, which are functions of libatomic.
#include <atomic>
#include <thread>
#include <vector>

#include "check.h"

namespace {

struct Pair {
	long first, second;
};

struct Wide {
	long values[5];
};

std::atomic<Pair> pair;
std::atomic<Wide> wide;

void count(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		Pair seen = pair.load();
		CHECK(seen.second == 2 * seen.first);
		while (!pair.compare_exchange_weak(seen, {seen.first + 1, seen.second + 2})) {
		}
		Wide all = wide.load(), next;
		do {
			next = all;
			for (long &value : next.values)
				value++;
		} while (!wide.compare_exchange_weak(all, next));
	}
}

} // namespace

int main()
{
	std::vector<std::thread> threads;
	for (int i = 0; i < 4; i++)
		threads.emplace_back(count, 5000);
	for (auto &thread : threads)
		thread.join();
	CHECK_EQ(pair.load().first, 20000);
	CHECK_EQ(pair.load().second, 40000);
	Wide end = wide.load();
	for (long value : end.values)
		CHECK_EQ(value, 20000);
	return check_done();
}
