// A walk through the C++ library, by what its parts ask of the system below.
#include <algorithm>
#include <any>
#include <bitset>
#include <charconv>
#include <chrono>
#include <cmath>
#include <complex>
#include <coroutine>
#include <deque>
#include <execution>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
#include <list>
#include <locale>
#include <map>
#include <memory_resource>
#include <numbers>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <regex>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <valarray>
#include <variant>
#include <vector>

#include "check.h"

using namespace std::literals;

namespace {

void mathematics()
{
	CHECK(std::hypot(3.0, 4.0) == 5.0);
	CHECK(std::hypot(2.0, 3.0, 6.0) == 7.0);
	CHECK_EQ(std::lround(-2.5), -3);
	CHECK_EQ(std::llrint(2.5), 2);
	CHECK(std::fma(2.0, 3.0, 4.0) == 10.0);
	CHECK(std::remainder(5.0, 3.0) == -1.0);
	CHECK(std::cbrt(27.0) == 3.0);
	CHECK(std::log2(8.0f) == 3.0f);
	CHECK(std::fabs(std::tgamma(5.0L) - 24) < 1e-15L);
	CHECK(std::fabs(std::erf(1.0L) - 0.842700792949714869341220635082609L) < 1e-18L);
	CHECK(std::nextafter(1.0L, 2.0L) - 1 == std::numeric_limits<long double>::epsilon());
	CHECK(std::isnan(std::nan("")) && std::signbit(-0.0) && std::isinf(HUGE_VALL));
	CHECK(std::fpclassify(std::numeric_limits<double>::denorm_min()) == FP_SUBNORMAL);
	CHECK(std::lerp(1.0, 3.0, 0.5) == 2.0);
	CHECK(std::fabs(std::riemann_zeta(2.0) - std::numbers::pi * std::numbers::pi / 6) < 1e-12);
	CHECK(std::fabs(std::cyl_bessel_j(0, 1.0) - 0.76519768655796655) < 1e-14);
	std::complex<double> i(0, 1);
	CHECK(std::abs(std::exp(i * std::numbers::pi) + 1.0) < 1e-15);
	CHECK(std::abs(std::asin(std::complex<long double>(2, 1)) -
		       std::complex<long double>(1.0634400235777521L, 1.4693517443681853L)) < 1e-15L);
	CHECK(std::abs(std::pow(std::complex<float>(1, 1), 2.0f) - std::complex<float>(0, 2)) < 1e-6f);
	std::valarray<double> v{1, 4, 9};
	CHECK(std::sqrt(v).sum() == 6);
}

void text()
{
	std::ostringstream out;
	out << std::setw(8) << std::setfill('.') << std::fixed << std::setprecision(3) << 3.14159
	    << std::hex << std::showbase << 255 << std::boolalpha << true << std::put_money("5");
	CHECK(out.str().find("...3.1420xfftrue") == 0);
	std::istringstream in("12 0x1f 2.5e3 word\nrest of line");
	int a, b;
	double d;
	std::string word, rest;
	in >> a >> std::hex >> b >> d >> word;
	in.ignore();
	std::getline(in, rest);
	CHECK(a == 12 && b == 31 && d == 2500 && word == "word" && rest == "rest of line");
	in.clear();
	in.exceptions(std::ios::failbit);
	try {
		in >> a;
		CHECK(false);
	} catch (const std::ios_base::failure &) {
	}

	char buffer[64];
	for (double x : {0.1, 1e300, 5e-324, 123456.789, -0.0}) {
		auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, x);
		double back = 1;
		CHECK(error == std::errc() && std::from_chars(buffer, end, back).ptr == end);
		CHECK(back == x && std::signbit(back) == std::signbit(x));
	}
	*std::to_chars(buffer, buffer + 64, 0.1).ptr = 0;
	CHECK(buffer == "0.1"sv);
	*std::to_chars(buffer, buffer + 64, 1.0L / 3, std::chars_format::scientific, 5).ptr = 0;
	CHECK(buffer == "3.33333e-01"sv);
	int number;
	CHECK(std::from_chars("99999999999", "99999999999" + 11, number).ec == std::errc::result_out_of_range);
	CHECK(std::stod("1e3") == 1000 && std::to_string(-7) == "-7" && std::stoull("ff", nullptr, 16) == 255);
	try {
		std::stoi("x");
		CHECK(false);
	} catch (const std::invalid_argument &) {
	}

	std::regex pair(R"((\w+)\s*=\s*(\d+))");
	std::string settings = "alpha = 1, beta=22; gamma=x";
	std::map<std::string, int> found;
	for (std::sregex_iterator m(settings.begin(), settings.end(), pair), end; m != end; ++m)
		found[(*m)[1]] = std::stoi((*m)[2]);
	CHECK(found.size() == 2 && found["beta"] == 22);
	CHECK(std::regex_replace("a-b-c"s, std::regex("-"), "+") == "a+b+c");
	try {
		std::regex("(");
		CHECK(false);
	} catch (const std::regex_error &) {
	}
	std::wostringstream wide;
	wide << L"w" << 1;
	CHECK(wide.str() == L"w1");
	CHECK(std::locale().name() == "C" && std::use_facet<std::ctype<char>>(std::locale()).toupper('a') == 'A');
	try {
		std::locale("no_SUCH.locale");
		CHECK(false);
	} catch (const std::runtime_error &) {
	}
	std::istringstream date("2024-02-29 12:30:00");
	std::tm tm{};
	date >> std::get_time(&tm, "%Y-%m-%d %H:%M:%S");
	CHECK(!date.fail() && tm.tm_year == 124 && tm.tm_mon == 1 && tm.tm_mday == 29);
	std::ostringstream dated;
	dated << std::put_time(&tm, "%d.%m.%Y");
	CHECK(dated.str() == "29.02.2024");
}

void files()
{
	const char *name = "cxx-library.txt";
	{
		std::ofstream out(name);
		for (int i = 0; i < 2000; i++)
			out << i << '\n';
		CHECK(out.good());
	}
	std::fstream file(name, std::ios::in | std::ios::out);
	file.seekg(0, std::ios::end);
	CHECK_EQ(file.tellg(), 10 + 180 + 2700 + 4000 + 2000);
	file.seekp(0);
	file << 'X';
	file.seekg(0);
	std::string line;
	int lines = 0;
	while (std::getline(file, line))
		if (lines++ == 0)
			CHECK(line == "X");
	CHECK_EQ(lines, 2000);
	file.close();
	CHECK(!std::ifstream("no-such-file").is_open());
	CHECK_EQ(std::remove(name), 0);
	std::cout << "to cout" << std::endl;
	std::cerr << "to cerr\n";
	std::string from;
	CHECK(!(std::cin >> from));
}

void times()
{
	using namespace std::chrono;
	auto begin = steady_clock::now();
	CHECK(steady_clock::now() >= begin);
	CHECK(system_clock::now() > sys_days(2020y / January / 1));
	CHECK((sys_days(2024y / March / 1) - sys_days(2024y / February / 28)).count() == 2);
	CHECK(duration_cast<milliseconds>(90min) == 5400s);
	CHECK(weekday(sys_days(2024y / February / 29)) == Thursday);
	std::time_t zero = system_clock::to_time_t(system_clock::time_point());
	CHECK_EQ(zero, 0);
}

void randomness()
{
	std::mt19937_64 engine;
	engine.discard(9999);
	CHECK(engine() == 9981545732273789042u); // [rand.predef]
	std::random_device device;
	CHECK(device() != device() || device() != device());
	std::normal_distribution<> normal(10, 2);
	double sum = 0;
	for (int i = 0; i < 10000; i++)
		sum += normal(engine);
	CHECK(std::fabs(sum / 10000 - 10) < 0.2);
}

void containers()
{
	std::vector<int> numbers(100000);
	std::iota(numbers.begin(), numbers.end(), 0);
	std::shuffle(numbers.begin(), numbers.end(), std::minstd_rand());
	std::sort(std::execution::par, numbers.begin(), numbers.end());
	CHECK(std::is_sorted(numbers.begin(), numbers.end()));
	CHECK(std::reduce(std::execution::par_unseq, numbers.begin(), numbers.end(), 0L) == 4999950000L);
	CHECK(std::transform_reduce(std::execution::par, numbers.begin(), numbers.end(), 0L, std::plus<>(),
				    [](int n) { return n % 2; }) == 50000);
	auto even = numbers | std::views::filter([](int n) { return n % 2 == 0; }) | std::views::take(3);
	CHECK(std::ranges::equal(even, std::array{0, 2, 4}));
	std::array<std::byte, 4096> space;
	std::pmr::monotonic_buffer_resource pool(space.data(), space.size(), std::pmr::null_memory_resource());
	std::pmr::vector<std::pmr::string> words(&pool);
	words.emplace_back("a word that is too long to be kept in place");
	CHECK(words[0].get_allocator().resource() == &pool);
	try {
		words.resize(1000);
		CHECK(false);
	} catch (const std::bad_alloc &) {
	}
	std::pmr::synchronized_pool_resource shared;
	std::pmr::list<int> list({1, 2, 3}, &shared);
	std::unordered_map<std::string, int> counts;
	for (int i = 0; i < 1000; i++)
		counts[std::to_string(i % 10)]++;
	CHECK(counts.size() == 10 && counts["3"] == 100);
	std::variant<int, std::string> either = "text";
	CHECK(std::visit([](auto &&x) { return sizeof x; }, either) == sizeof(std::string));
	try {
		(void)std::get<int>(either);
		CHECK(false);
	} catch (const std::bad_variant_access &) {
	}
	std::any any = 5;
	CHECK(std::any_cast<int>(any) == 5 && !std::any_cast<long>(&any));
	std::optional<int> empty;
	try {
		(void)empty.value();
		CHECK(false);
	} catch (const std::bad_optional_access &) {
	}
	struct alignas(256) Wide { char c; };
	auto wide = std::make_unique<Wide>();
	CHECK(reinterpret_cast<std::uintptr_t>(wide.get()) % 256 == 0);
	CHECK(std::error_code(ENOENT, std::generic_category()) == std::errc::no_such_file_or_directory);
	CHECK(std::system_category().message(EACCES) == "Permission denied");
}

struct Generator {
	struct promise_type {
		int value;
		Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
		std::suspend_always initial_suspend() noexcept { return {}; }
		std::suspend_always final_suspend() noexcept { return {}; }
		std::suspend_always yield_value(int v) { value = v; return {}; }
		void unhandled_exception() { throw; }
		void return_void() {}
	};
	std::coroutine_handle<promise_type> handle;
	~Generator() { handle.destroy(); }
	int next() { handle.resume(); return handle.promise().value; }
};

Generator squares()
{
	for (int i = 1; i < 4; i++)
		co_yield i * i;
	throw std::runtime_error("no more");
}

void coroutines()
{
	auto g = squares();
	CHECK(g.next() == 1 && g.next() == 4 && g.next() == 9);
	try {
		g.next();
		CHECK(false);
	} catch (const std::runtime_error &) {
	}
	CHECK(g.handle.done());
}

} // namespace

int main()
{
	mathematics();
	text();
	files();
	times();
	randomness();
	containers();
	coroutines();
	return check_done();
}
