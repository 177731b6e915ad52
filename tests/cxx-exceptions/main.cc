// Exceptions: through frames with destructors, across threads, nested, rethrown, out of C callbacks;
// RTTI that they stand on.
#include <atomic>
#include <cstdlib>
#include <exception>
#include <future>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

#include "check.h"

namespace {

std::atomic<int> alive;

struct Counted {
	Counted() { ++alive; }
	Counted(const Counted &) { ++alive; }
	~Counted() { --alive; }
};

struct Base { virtual ~Base() = default; };
struct Left : virtual Base {};
struct Right : virtual Base {};
struct Both : Left, Right {};

[[gnu::noinline]] int descend(int depth)
{
	Counted here;
	if (depth == 0)
		throw std::out_of_range("bottom");
	return descend(depth - 1) + 1;
}

void frames()
{
	for (int depth : {0, 1, 100}) {
		try {
			descend(depth);
			CHECK(false);
		} catch (const std::logic_error &e) {
			CHECK(e.what() == std::string("bottom"));
		}
		CHECK_EQ(alive.load(), 0);
	}
	// A handler of another type is passed over, and a constructor that throws leaves no object.
	struct Thrower : Counted {
		Thrower() { throw 7; }
	};
	try {
		try {
			Thrower t;
		} catch (const std::exception &) {
			CHECK(false);
		}
	} catch (int n) {
		CHECK_EQ(n, 7);
	}
	CHECK_EQ(alive.load(), 0);
}

void nested()
{
	try {
		try {
			throw std::runtime_error("inner");
		} catch (...) {
			CHECK_EQ(std::uncaught_exceptions(), 0);
			std::throw_with_nested(std::runtime_error("outer"));
		}
	} catch (const std::exception &outer) {
		CHECK(outer.what() == std::string("outer"));
		try {
			std::rethrow_if_nested(outer);
			CHECK(false);
		} catch (const std::exception &inner) {
			CHECK(inner.what() == std::string("inner"));
		}
	}
	struct Observer {
		int &seen;
		~Observer() { seen = std::uncaught_exceptions(); }
	};
	int seen = 0;
	try {
		Observer o{seen};
		throw 1;
	} catch (int) {
	}
	CHECK_EQ(seen, 1);
}

void rtti()
{
	std::unique_ptr<Base> both = std::make_unique<Both>();
	CHECK(dynamic_cast<Left *>(both.get()) != nullptr);
	CHECK(dynamic_cast<Right *>(dynamic_cast<Left *>(both.get())) != nullptr);
	CHECK(typeid(*both) == typeid(Both));
	Base plain;
	Base *p = &plain;
	CHECK(dynamic_cast<Both *>(p) == nullptr);
	try {
		(void)dynamic_cast<Both &>(*p);
		CHECK(false);
	} catch (const std::bad_cast &) {
	}
	Base *null = nullptr;
	try {
		(void)typeid(*null).name();
		CHECK(false);
	} catch (const std::bad_typeid &) {
	}
	// Caught by a virtual base that both sides share.
	try {
		throw Both();
	} catch (Base &) {
	}
}

void threads()
{
	std::vector<std::thread> pool;
	std::vector<std::exception_ptr> caught(8);
	for (int i = 0; i < 8; i++)
		pool.emplace_back([&caught, i] {
			for (int round = 0; round < 200; round++) {
				try {
					descend(i);
				} catch (...) {
					caught[i] = std::current_exception();
				}
			}
			try {
				throw std::runtime_error("thread " + std::to_string(i));
			} catch (...) {
				caught[i] = std::current_exception();
			}
		});
	for (auto &t : pool)
		t.join();
	for (int i = 0; i < 8; i++) {
		try {
			std::rethrow_exception(caught[i]);
		} catch (const std::runtime_error &e) {
			CHECK(e.what() == "thread " + std::to_string(i));
		}
	}
	auto future = std::async(std::launch::async, []() -> int { throw std::domain_error("later"); });
	try {
		future.get();
		CHECK(false);
	} catch (const std::domain_error &e) {
		CHECK(e.what() == std::string("later"));
	}
	std::promise<int> promise;
	auto broken = promise.get_future();
	{ std::promise<int> gone(std::move(promise)); }
	try {
		broken.get();
		CHECK(false);
	} catch (const std::future_error &e) {
		CHECK(e.code() == std::future_errc::broken_promise);
	}
}

int throwing(const void *, const void *)
{
	throw 3;
}

void library()
{
	// Through C frames: qsort has tables to unwind it by.
	int numbers[] = {2, 1, 3};
	try {
		std::qsort(numbers, 3, sizeof *numbers, throwing);
		CHECK(false);
	} catch (int n) {
		CHECK_EQ(n, 3);
	}
	volatile std::size_t huge = std::numeric_limits<std::size_t>::max() / 4;
	try {
		delete[] new char[huge];
		CHECK(false);
	} catch (const std::bad_alloc &) {
	}
	CHECK(new (std::nothrow) char[huge] == nullptr);
	volatile int negative = -1;
	try {
		delete[] new int[negative];
		CHECK(false);
	} catch (const std::bad_array_new_length &) {
	}
	try {
		std::vector<int>().at(1);
		CHECK(false);
	} catch (const std::out_of_range &) {
	}
	try {
		std::string(huge * 3, 'x');
		CHECK(false);
	} catch (const std::length_error &) {
	}
}

// A static whose initialisation throws is initialised at the next call.
int guarded(bool fail)
{
	static Counted first;
	static int value = fail ? throw std::runtime_error("not yet") : 42;
	return value;
}

void guards()
{
	try {
		guarded(true);
		CHECK(false);
	} catch (const std::runtime_error &) {
	}
	CHECK_EQ(guarded(false), 42);
	CHECK_EQ(guarded(true), 42);
	CHECK_EQ(alive.load(), 1);
}

} // namespace

int main()
{
	frames();
	nested();
	rtti();
	threads();
	library();
	guards();
	return check_done();
}
