#include <iostream>
#include <thread>

int main()
{
	std::thread([] { std::cout << "C++\n"; }).join();
}
