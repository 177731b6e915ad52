/* Each line is an entry of a walk through a small tree, with what it is. */
#include "check.h"
#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const infos[] = { "?", "D", "DC", "DEFAULT", "DNR", "DOT", "DP", "ERR", "F", "INIT", "NS", "NSOK", "SL", "SLNONE", "W" };

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void show(const FTSENT *entry)
{
	printf("%-6s %2d %s [%s] %d %d", infos[entry->fts_info], entry->fts_level, entry->fts_path, entry->fts_name, entry->fts_pathlen,
	       entry->fts_namelen);
	if (entry->fts_info == FTS_F)
		printf(" %lld", (long long)entry->fts_statp->st_size);
	if (entry->fts_info == FTS_DC)
		printf(" around: %s", entry->fts_cycle->fts_name);
	if (entry->fts_info == FTS_NS)
		printf(" %s", entry->fts_errno == ENOENT ? "ENOENT" : "?");
	puts("");
}

static void walk(const char *title, char *const *paths, int options)
{
	printf("%s:\n", title);
	FTS *fts = fts_open(paths, options, by_name);
	if (!CHECK(fts != NULL))
		return;
	FTSENT *entry;
	int files = 0;
	while ((entry = fts_read(fts))) {
		show(entry);
		files++;
		/* What it is opened by, is there. */
		struct stat status;
		if (entry->fts_info == FTS_F)
			CHECK(stat(entry->fts_accpath, &status) == 0 && S_ISREG(status.st_mode));
		entry->fts_number = files;
		if (entry->fts_info == FTS_D && entry->fts_level > 0)
			CHECK(entry->fts_parent->fts_number > 0);
	}
	CHECK_EQ(errno, 0);
	CHECK(fts_read(fts) == NULL);
	CHECK_EQ(fts_close(fts), 0);
}

static void make(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0644);
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Instructions for what was told, and for what was not yet. */
static void instructions(void)
{
	puts("instructions:");
	FTS *fts = fts_open((char *[]){ "tree", NULL }, FTS_PHYSICAL, by_name);
	REQUIRE(fts != NULL);
	FTSENT *entry, *children = fts_children(fts, 0);
	CHECK(children != NULL && strcmp(children->fts_name, "tree") == 0 && children->fts_link == NULL);
	int again = 0;
	while ((entry = fts_read(fts))) {
		show(entry);
		if (entry->fts_info == FTS_D && strcmp(entry->fts_name, "tree") == 0) {
			for (children = fts_children(fts, 0); children; children = children->fts_link) {
				printf("child %s %s\n", children->fts_name, infos[children->fts_info]);
				if (strcmp(children->fts_name, "b") == 0)
					CHECK_EQ(fts_set(fts, children, FTS_SKIP), 0);
				if (strcmp(children->fts_name, "link") == 0)
					CHECK_EQ(fts_set(fts, children, FTS_FOLLOW), 0);
			}
			errno = 0;
			CHECK(fts_children(fts, 77) == NULL && errno == EINVAL);
		}
		if (strcmp(entry->fts_name, "empty") == 0 && entry->fts_info == FTS_D)
			CHECK_EQ(fts_set(fts, entry, FTS_SKIP), 0);
		if (strcmp(entry->fts_name, "nowhere") == 0 && entry->fts_info == FTS_SL)
			CHECK_EQ(fts_set(fts, entry, FTS_FOLLOW), 0);
		if (strcmp(entry->fts_name, "a") == 0 && entry->fts_info == FTS_D && again++ == 0)
			CHECK_EQ(fts_set(fts, entry, FTS_AGAIN), 0);
	}
	errno = 0;
	CHECK(fts_set(fts, children, 99) != 0 && errno == EINVAL);
	CHECK_EQ(fts_close(fts), 0);
	/* Closed on the way. */
	fts = fts_open((char *[]){ "tree", "tree/a", NULL }, FTS_PHYSICAL, by_name);
	for (int i = 0; i < 4; i++)
		CHECK((entry = fts_read(fts)) != NULL);
	CHECK_EQ(fts_close(fts), 0);
	fts = fts_open((char *[]){ "tree", "tree/a", NULL }, FTS_PHYSICAL, NULL);
	CHECK_EQ(fts_close(fts), 0);
}

int main(void)
{
	char place[] = "/tmp/fts-XXXXXX";
	REQUIRE(mkdtemp(place) != NULL);
	REQUIRE(chdir(place) == 0);
	static const char *const folders[] = { "tree", "tree/a", "tree/a/deep", "tree/b", "tree/empty" };
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		REQUIRE(mkdir(folders[i], 0755) == 0);
	make("tree/file", "12345");
	make("tree/a/one", "1");
	make("tree/a/deep/two", "22");
	make("tree/b/three", "333");
	REQUIRE(symlink("a", "tree/link") == 0);
	REQUIRE(symlink("nothing", "tree/nowhere") == 0);
	REQUIRE(symlink("..", "tree/a/up") == 0);
	REQUIRE(mkfifo("tree/fifo", 0644) == 0);

	walk("physical", (char *[]){ "tree", NULL }, FTS_PHYSICAL | FTS_NOCHDIR);
	walk("where it is", (char *[]){ "tree", NULL }, FTS_PHYSICAL);
	walk("logical", (char *[]){ "tree", NULL }, FTS_LOGICAL | FTS_NOCHDIR);
	walk("dots", (char *[]){ "tree/b", NULL }, FTS_PHYSICAL | FTS_SEEDOT | FTS_NOCHDIR);
	walk("one device", (char *[]){ "tree/a", NULL }, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR);
	walk("arguments", (char *[]){ "tree/link", "tree/file", "none", "./tree/b", "tree/nowhere", NULL }, FTS_PHYSICAL | FTS_NOCHDIR);
	walk("followed", (char *[]){ "tree/link", "tree/nowhere", NULL }, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR);
	instructions();

	errno = 0;
	CHECK(fts_open((char *[]){ "tree", NULL }, 0x8000, NULL) == NULL && errno == EINVAL);
	errno = 0;
	CHECK(fts_open((char *[]){ "", NULL }, FTS_PHYSICAL, NULL) == NULL && errno == ENOENT);

#ifdef __hermit__	/* The GNU library crashes. */
	FTS *nothing = fts_open((char *[]){ NULL }, FTS_PHYSICAL, NULL);
	CHECK(nothing != NULL && fts_read(nothing) == NULL && fts_close(nothing) == 0);
#endif

	/* A tree is taken away in the order of a walk. */
	FTS *fts = fts_open((char *[]){ place, NULL }, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	REQUIRE(fts != NULL);
	REQUIRE(chdir("/") == 0);
	int left = 0;
	for (FTSENT *entry; (entry = fts_read(fts));)
		if (entry->fts_info == FTS_DP)
			CHECK_EQ(rmdir(entry->fts_accpath), 0);
		else if (entry->fts_info != FTS_D)
			CHECK_EQ(unlink(entry->fts_accpath), 0), left++;
	CHECK_EQ(left, 8);
	CHECK_EQ(fts_close(fts), 0);
	CHECK(access(place, F_OK) < 0 && errno == ENOENT);
	return check_done();
}
