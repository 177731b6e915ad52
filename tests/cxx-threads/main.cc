// Threads of the C++ library, up to C++20: what each waits on, thread_local objects, call_once.
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <numeric>
#include <semaphore>
#include <shared_mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "check.h"

using namespace std::chrono_literals;

namespace {

std::mutex log_mutex;
std::string order;

struct Local {
	char name;
	explicit Local(char n) : name(n) {}
	~Local()
	{
		std::lock_guard lock(log_mutex);
		order += name;
	}
};

thread_local Local a('a');
thread_local Local b('b');

struct Late {
	// Made while the others are being destroyed.
	~Late();
};
thread_local Local c('c');
Late::~Late() { c.name = 'C'; }
thread_local Late late;

void locals()
{
	std::thread([] {
		a.name = 'A';
		b.name = 'B';
	}).join();
	// First made, last destroyed.
	CHECK(order.size() >= 2 && order.back() == 'A' && order[order.size() - 2] == 'B');
	order.clear();
	// In pthread_exit's order too: an object of a thread that never touched it is never made.
	std::thread([] {}).join();
	CHECK_EQ(order.size(), 0);
	std::thread([] { (void)&late; }).join();
	CHECK(order.find('C') != std::string::npos);
	order.clear();
}

std::atomic<int> made;

struct Slow {
	int value;
	Slow() : value(1)
	{
		std::this_thread::sleep_for(20ms);
		made++;
	}
};

Slow &slow()
{
	static Slow one;
	return one;
}

void guards()
{
	std::vector<std::thread> pool;
	std::atomic<int> sum{0};
	for (int i = 0; i < 8; i++)
		pool.emplace_back([&] { sum += slow().value; });
	for (auto &t : pool)
		t.join();
	CHECK_EQ(made.load(), 1);
	CHECK_EQ(sum.load(), 8);
}

void once()
{
	std::once_flag flag;
	int runs = 0;
	try {
		std::call_once(flag, [&] {
			runs++;
			throw std::runtime_error("again");
		});
		CHECK(false);
	} catch (const std::runtime_error &) {
	}
	std::vector<std::thread> pool;
	for (int i = 0; i < 4; i++)
		pool.emplace_back([&] { std::call_once(flag, [&] { runs++; }); });
	for (auto &t : pool)
		t.join();
	CHECK_EQ(runs, 2);
}

void locks()
{
	std::mutex m;
	std::condition_variable cv;
	bool ready = false;
	std::thread waker([&] {
		std::lock_guard lock(m);
		ready = true;
		cv.notify_one();
	});
	{
		std::unique_lock lock(m);
		CHECK(cv.wait_for(lock, 30s, [&] { return ready; }));
		auto begin = std::chrono::steady_clock::now();
		CHECK(!cv.wait_for(lock, 20ms, [] { return false; }));
		CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
	}
	waker.join();

	std::timed_mutex timed;
	timed.lock();
	std::thread([&] {
		CHECK(!timed.try_lock());
		CHECK(!timed.try_lock_for(10ms));
		CHECK(!timed.try_lock_until(std::chrono::system_clock::now() + 10ms));
	}).join();
	timed.unlock();

	std::recursive_mutex recursive;
	std::scoped_lock both(recursive, m);
	CHECK(recursive.try_lock());
	recursive.unlock();

	std::shared_timed_mutex shared;
	shared.lock_shared();
	std::thread([&] {
		CHECK(shared.try_lock_shared());
		shared.unlock_shared();
		CHECK(!shared.try_lock_for(10ms));
	}).join();
	shared.unlock_shared();

	// An error of the lock is an exception.
	std::unique_lock<std::mutex> none;
	try {
		none.lock();
		CHECK(false);
	} catch (const std::system_error &e) {
		CHECK(e.code() == std::errc::operation_not_permitted);
	}
}

void futures()
{
	std::packaged_task<int(int)> task([](int n) { return n * n; });
	auto result = task.get_future();
	std::thread(std::move(task), 12).join();
	CHECK_EQ(result.get(), 144);
	auto lazy = std::async(std::launch::deferred, [] { return std::this_thread::get_id(); });
	CHECK(lazy.wait_for(0s) == std::future_status::deferred);
	CHECK(lazy.get() == std::this_thread::get_id());
	std::promise<void> gate;
	auto open = gate.get_future().share();
	std::vector<std::future<int>> waiting;
	for (int i = 0; i < 4; i++)
		waiting.push_back(std::async(std::launch::async, [open, i] {
			open.wait();
			return i;
		}));
	CHECK(waiting[0].wait_for(5ms) == std::future_status::timeout);
	gate.set_value();
	int sum = 0;
	for (auto &f : waiting)
		sum += f.get();
	CHECK_EQ(sum, 6);
}

void cxx20()
{
	std::latch start(4);
	std::atomic<int> phases{0}, inside{0};
	std::barrier together(4, [&]() noexcept { phases++; });
	std::counting_semaphore<2> two(2);
	std::vector<std::jthread> pool;
	for (int i = 0; i < 4; i++)
		pool.emplace_back([&] {
			start.arrive_and_wait();
			for (int round = 0; round < 50; round++) {
				two.acquire();
				int now = ++inside;
				if (now > 2)
					CHECK(false);
				--inside;
				two.release();
				together.arrive_and_wait();
			}
		});
	pool.clear();
	CHECK_EQ(phases.load(), 50);
	CHECK(!std::counting_semaphore<1>(0).try_acquire_for(5ms));

	// Atomic wait and notify, of the size of a futex and of another.
	std::atomic<int> word{0};
	std::atomic<long> wide{0};
	std::jthread other([&] {
		word.wait(0);
		wide = 5;
		wide.notify_all();
	});
	word = 1;
	word.notify_one();
	wide.wait(0);
	CHECK_EQ(wide.load(), 5);
	other.join();

	std::jthread stopped([](std::stop_token stop) {
		std::mutex m;
		std::condition_variable_any cv;
		std::unique_lock lock(m);
		cv.wait(lock, stop, [] { return false; });
	});
	stopped.request_stop();
	stopped.join();
	std::atomic<double> sum{0};
	{
		std::jthread one([&] { sum.fetch_add(1.5); }), another([&] { sum.fetch_add(2); });
	}
	CHECK(sum.load() == 3.5);
	std::atomic<std::shared_ptr<int>> pointer(std::make_shared<int>(1));
	pointer.store(std::make_shared<int>(2));
	CHECK_EQ(*pointer.load(), 2);
}

void system()
{
	CHECK(std::thread::hardware_concurrency() >= 1);
	std::thread t([] {});
	CHECK(t.joinable());
	t.join();
	try {
		t.join();
		CHECK(false);
	} catch (const std::system_error &e) {
		CHECK(e.code() == std::errc::invalid_argument);
	}
	auto until = std::chrono::steady_clock::now() + 5ms;
	std::this_thread::sleep_until(until);
	CHECK(std::chrono::steady_clock::now() >= until);
}

} // namespace

int main()
{
	locals();
	guards();
	once();
	locks();
	futures();
	cxx20();
	system();
	return check_done();
}
