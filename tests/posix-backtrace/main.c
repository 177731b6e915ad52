/* <execinfo.h> and <dlfcn.h>. */
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <unistd.h>
#include "check.h"

#define DEPTH 5

static void *calls[100];
static int count;

int exported = 17;

void innermost(void)
{
	count = backtrace(calls, 100);
}

void recursive(int depth)
{
	if (depth > 0)
		recursive(depth - 1);
	else
		innermost();
}

static void check_names(void)
{
	char **names = backtrace_symbols(calls, count);
	REQUIRE(names != NULL);
	CHECK(strstr(names[0], "innermost+0x") != NULL);
	int seen = 0;
	for (int i = 0; i < count; i++)
		seen += strstr(names[i], "recursive+0x") != NULL;
	CHECK_EQ(seen, DEPTH + 1);
	char address[32];
	snprintf(address, sizeof address, "[%p]", calls[0]);
	CHECK(strstr(names[0], address) != NULL);

	int fd = open("trace.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
	REQUIRE(fd >= 0);
	backtrace_symbols_fd(calls, count, fd);
	lseek(fd, 0, SEEK_SET);
	FILE *file = fdopen(fd, "r");
	char line[500];
	for (int i = 0; i < count; i++) {
		REQUIRE(fgets(line, sizeof line, file) != NULL);
		snprintf(address, sizeof address, "[%p]\n", calls[i]);
		CHECK(strstr(line, address) != NULL);
	}
	CHECK(fgets(line, sizeof line, file) == NULL);
	fclose(file);
	unlink("trace.txt");
	free(names);
}

int main(void)
{
	recursive(DEPTH);
	CHECK(count > DEPTH + 2 && count < 100);
	check_names();
	CHECK_EQ(backtrace(calls, 2), 2);
	CHECK_EQ(backtrace(calls, 0), 0);

	Dl_info info;
	memset(&info, 0, sizeof info);
	REQUIRE(dladdr((char *)recursive + 3, &info) != 0);
	CHECK(strstr(info.dli_fname, "posix-backtrace") != NULL && info.dli_fbase != NULL);
	void *self = dlopen(NULL, RTLD_NOW);
	REQUIRE(self != NULL);
	CHECK(info.dli_sname && strcmp(info.dli_sname, "recursive") == 0 && info.dli_saddr == (void *)recursive);
	CHECK(dladdr(&exported, &info) != 0 && info.dli_sname && strcmp(info.dli_sname, "exported") == 0);
	CHECK(dlsym(self, "recursive") == (void *)recursive);
	CHECK(dlsym(RTLD_DEFAULT, "exported") == &exported);
	CHECK(dlerror() == NULL);
	int local;
	CHECK_EQ(dladdr(&local, &info), 0);
	CHECK_EQ(dladdr(NULL, &info), 0);
	CHECK(dlsym(self, "there_is_no_such_name") == NULL);
	CHECK(dlerror() != NULL && dlerror() == NULL);
	CHECK(dlopen("/does/not/exist.so", RTLD_LAZY) == NULL);
	CHECK(dlerror() != NULL);
	CHECK_EQ(dlclose(self), 0);
	return check_done();
}
