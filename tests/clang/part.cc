#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#ifdef __linux__
#ifdef __hermit__
#error this is not Linux
#endif
#endif

// Each exception counts when it is caught as what it is.
extern "C" int exceptions()
{
	std::map<std::string, int> caught;
	try {
		std::string().at(1);
	} catch (const std::out_of_range &e) {
		caught["out of range"]++;
	}
	std::thread([&] {
		try {
			throw std::runtime_error("in a thread");
		} catch (const std::exception &e) {
			caught[e.what()]++;
		}
	}).join();
	static thread_local struct Local {
		int n = 1;
	} local;
	caught["local"] = local.n;
	return caught["out of range"] + caught["in a thread"] + caught["local"];
}
