#include <cstdio>
#include <stdexcept>

int main()
{
	try {
		throw std::runtime_error("Hello from Hermit!");
	} catch (const std::exception &e) {
		std::puts(e.what());
	}
}
