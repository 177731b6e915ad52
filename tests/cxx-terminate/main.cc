// How a program ends whose exception nobody catches: the message names type and text.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

struct Custom {};

static void quiet() noexcept
{
	throw 1;
}

int main(int, char **args)
{
	std::string how = args[1];
	if (how == "main")
		throw std::runtime_error("nobody home");
	if (how == "thread")
		std::thread([] { throw Custom(); }).join();
	if (how == "noexcept")
		quiet();
	if (how == "joinable")
		std::thread t([] {});
	if (how == "handler") {
		std::set_terminate([] {
			std::fputs("own handler\n", stderr);
			std::_Exit(9);
		});
		throw 1;
	}
	return 0;
}
