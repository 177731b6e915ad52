// std::filesystem: paths, walks, attributes, links, copies; its errors by exception and by error_code.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "check.h"

namespace fs = std::filesystem;

static std::string content(const fs::path &path)
{
	std::ifstream in(path);
	return {std::istreambuf_iterator<char>(in), {}};
}

static void write(const fs::path &path, const std::string &text)
{
	std::ofstream(path) << text;
}

int main()
{
	fs::path root = fs::temp_directory_path() / "cxx-filesystem";
	fs::remove_all(root);
	CHECK(fs::create_directories(root / "a/b/c"));
	CHECK(!fs::create_directories(root / "a/b/c"));
	write(root / "a/one.txt", "one");
	write(root / "a/b/two.txt", "two two");
	fs::create_symlink("one.txt", root / "a/link");
	CHECK(fs::is_symlink(root / "a/link") && fs::read_symlink(root / "a/link") == "one.txt");
	CHECK(fs::is_regular_file(root / "a/link") && content(root / "a/link") == "one");
	CHECK(fs::equivalent(root / "a/link", root / "a/one.txt"));
	CHECK_EQ(fs::file_size(root / "a/b/two.txt"), 7);

	std::set<std::string> seen;
	for (const auto &entry : fs::recursive_directory_iterator(root))
		seen.insert(entry.path().lexically_relative(root).generic_string());
	CHECK(seen == (std::set<std::string>{"a", "a/b", "a/b/c", "a/b/two.txt", "a/link", "a/one.txt"}));
	int direct = 0;
	for (const auto &entry : fs::directory_iterator(root / "a"))
		direct += entry.is_directory() ? 10 : 1;
	CHECK_EQ(direct, 12);

	CHECK(fs::copy_file(root / "a/one.txt", root / "copy"));
	CHECK(content(root / "copy") == "one");
	std::error_code error;
	CHECK(!fs::copy_file(root / "a/b/two.txt", root / "copy", error) && error == std::errc::file_exists);
	CHECK(fs::copy_file(root / "a/b/two.txt", root / "copy", fs::copy_options::overwrite_existing));
	CHECK(content(root / "copy") == "two two");
	fs::copy(root / "a", root / "tree", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
	CHECK(content(root / "tree/b/two.txt") == "two two" && fs::is_symlink(root / "tree/link"));

	fs::rename(root / "copy", root / "a/b/c/moved");
	CHECK(!fs::exists(root / "copy") && content(root / "a/b/c/moved") == "two two");
	fs::resize_file(root / "a/b/c/moved", 3);
	CHECK(content(root / "a/b/c/moved") == "two");
	fs::create_hard_link(root / "a/one.txt", root / "hard");
	CHECK_EQ(fs::hard_link_count(root / "hard"), 2);
	fs::permissions(root / "hard", fs::perms::owner_read);
	CHECK(fs::status(root / "a/one.txt").permissions() == fs::perms::owner_read);
	auto then = fs::file_time_type::clock::now() - std::chrono::hours(48);
	fs::last_write_time(root / "a/b/two.txt", then);
	CHECK(std::chrono::abs(fs::last_write_time(root / "a/b/two.txt") - then) < std::chrono::seconds(2));

	fs::path before = fs::current_path();
	fs::current_path(root / "a");
	CHECK(fs::canonical("b/../link") == fs::canonical(root / "a/one.txt"));
	CHECK(fs::absolute("b") == fs::current_path() / "b");
	CHECK(fs::relative(root / "tree", ".") == "../tree");
	fs::current_path(before);
	CHECK(fs::space(root).capacity > 0);

	try {
		fs::file_size(root / "none");
		CHECK(false);
	} catch (const fs::filesystem_error &e) {
		CHECK(e.code() == std::errc::no_such_file_or_directory && e.path1() == root / "none");
	}
	CHECK(!fs::remove(root / "none"));
	CHECK(!fs::remove(root / "a", error) && error == std::errc::directory_not_empty);
	CHECK(!fs::exists(root / "none", error) && !error);
	CHECK(fs::path("/a/b.tar.gz").stem() == "b.tar" && fs::path("a//b/").parent_path() == "a//b");
	CHECK_EQ(fs::remove_all(root), 15);
	CHECK(!fs::exists(root));
	return check_done();
}
