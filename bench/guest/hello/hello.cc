#include <iostream>

int main()
{
	std::cout << "Hello from Hermit!\n";
}
