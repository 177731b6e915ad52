// Counts the words of all files under a folder, a thread for each processor, and prints the most frequent.
// Shows std::filesystem over a folder of the host, exceptions that leave a thread, and a parallel sort.
//
//     hermit-run --cpus 4 --mount ~/texts:/texts ./words /texts 10
#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <execution>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace fs = std::filesystem;
using Counts = std::unordered_map<std::string, long>;

// Adds a file's words, in lower case, to the counts. Throws if it cannot be read.
static void count(const fs::path &file, Counts &counts)
{
	std::ifstream in(file, std::ios::binary);
	if (!in)
		throw fs::filesystem_error("cannot read", file, std::error_code(errno, std::generic_category()));
	std::string word;
	for (std::istreambuf_iterator<char> c(in), end; c != end; ++c) {
		if (std::isalpha(static_cast<unsigned char>(*c))) {
			word += static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
		} else if (!word.empty()) {
			counts[word]++;
			word.clear();
		}
	}
	if (!word.empty())
		counts[word]++;
}

int main(int argc, char **argv)
try {
	std::size_t shown = 10;
	const auto is_number = [&](std::string_view text) {
		auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), shown);
		return error == std::errc() && end == text.data() + text.size();
	};
	if (argc < 2 || argc > 3 || (argc == 3 && !is_number(argv[2]))) {
		std::cerr << "usage: words FOLDER [HOW-MANY]\n";
		return 2;
	}
	std::vector<fs::path> files;
	for (const auto &entry : fs::recursive_directory_iterator(argv[1]))
		if (entry.is_regular_file())
			files.push_back(entry.path());

	std::atomic<std::size_t> next = 0;
	std::vector<std::future<Counts>> workers;
	for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++)
		workers.push_back(std::async(std::launch::async, [&] {
			Counts counts;
			for (std::size_t file; (file = next++) < files.size();)
				count(files[file], counts);
			return counts;
		}));
	Counts all;
	for (auto &worker : workers)
		for (const auto &[word, times] : worker.get())
			all[word] += times;

	std::vector<std::pair<std::string, long>> sorted(all.begin(), all.end());
	std::sort(std::execution::par, sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
		return a.second != b.second ? a.second > b.second : a.first < b.first;
	});
	long total = 0;
	for (const auto &[word, times] : sorted)
		total += times;
	std::cout << files.size() << " files, " << total << " words, " << sorted.size() << " different\n";
	for (std::size_t i = 0; i < std::min(shown, sorted.size()); i++)
		std::cout << sorted[i].second << ' ' << sorted[i].first << '\n';
	return 0;
} catch (const std::exception &e) {
	std::cerr << "words: " << e.what() << '\n';
	return 1;
}
