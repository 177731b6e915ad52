/* What programs read in /proc: processors, memory, and themselves. */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static char text[1 << 20];

static long slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	REQUIRE(fd >= 0);
	long used = 0, n;
	/* In small pieces: the text must hang together. */
	while ((n = read(fd, text + used, 100)) > 0)
		used += n;
	CHECK_EQ(n, 0);
	CHECK_EQ(close(fd), 0);
	text[used] = 0;
	return used;
}

static long value(const char *name)
{
	char *at = strstr(text, name);
	return at != NULL ? atol(at + strlen(name)) : -1;
}

static void *waits(void *lock)
{
	pthread_mutex_lock(lock);
	pthread_mutex_unlock(lock);
	return NULL;
}

int main(int argc, char **argv)
{
	struct stat s;
	CHECK(stat("/proc/cpuinfo", &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 0);
	CHECK(slurp("/proc/cpuinfo") > 100);
	int count = 0;
	for (char *at = text; (at = strstr(at, "processor\t:")) != NULL; at++)
		count++;
	CHECK_EQ(count, sysconf(_SC_NPROCESSORS_ONLN));
	CHECK(strstr(text, "vendor_id\t: ") && strstr(text, "cpu cores\t: ") && strstr(text, "cpu MHz\t\t: "));
	CHECK(strstr(text, " sse2 ") && strstr(text, " lm "));

	CHECK(slurp("/proc/meminfo") > 100);
	long total = value("MemTotal:"), free = value("MemFree:"), available = value("MemAvailable:");
	CHECK(total > 1000 && free > 0 && free <= total && available > 0 && available <= total);
	CHECK_EQ(total, sysconf(_SC_PHYS_PAGES) * (sysconf(_SC_PAGESIZE) / 1024));

	long used = slurp("/proc/self/cmdline");
	char *at = text;
	for (int i = 0; i < argc; i++) {
		CHECK(strcmp(at, argv[i]) == 0);
		at += strlen(at) + 1;
	}
	CHECK_EQ(at - text, used);
	CHECK(slurp("/proc/self/comm") > 1);
	CHECK(readlink("/proc/self/exe", text, sizeof text) > 1 && text[0] == '/');

	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_t threads[3];
	pthread_mutex_lock(&lock);
	slurp("/proc/self/status");
	long before = value("Threads:\t");
	CHECK(before >= 1);
	for (int i = 0; i < 3; i++)
		REQUIRE(pthread_create(&threads[i], NULL, waits, &lock) == 0);
	slurp("/proc/self/status");
	CHECK_EQ(value("Threads:\t"), before + 3);
	CHECK_EQ(value("\nPid:\t"), getpid());
	CHECK(value("VmRSS:\t") > 0 && value("VmSize:\t") >= value("VmRSS:\t"));
	CHECK(value("VmHWM:\t") >= value("VmRSS:\t") && value("VmPeak:\t") >= value("VmSize:\t"));
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	slurp("/proc/self/statm");
	CHECK(atol(text) > 0);

	int fds[2], found = 0;
	REQUIRE(pipe(fds) == 0);
	DIR *dir = opendir("/proc/self/fd");
	REQUIRE(dir != NULL);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		found += atoi(entry->d_name) == fds[0] || atoi(entry->d_name) == fds[1];
	CHECK_EQ(found, 2);
	CHECK_EQ(closedir(dir), 0);
	return check_done();
}
