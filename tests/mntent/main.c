/* mntent.h: a table of the program's own, and that of the machine. */
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

static void own_table(void)
{
	FILE *table = setmntent("table", "w+");
	REQUIRE(table != NULL);
	struct mntent one = {"a\tdevice", "/with space\\and", "type", "rw,size=5,nosuid", 1, 2};
	struct mntent two = {"b", "/b", "none", "ro", 0, 0};
	CHECK_EQ(addmntent(table, &one), 0);
	fputs("# a comment\n\n  \t\n", table);
	CHECK_EQ(addmntent(table, &two), 0);
	fputs("short /only", table);
	rewind(table);

	struct mntent *found = getmntent(table);
	REQUIRE(found != NULL);
	CHECK(strcmp(found->mnt_fsname, one.mnt_fsname) == 0 && strcmp(found->mnt_dir, one.mnt_dir) == 0);
	CHECK(strcmp(found->mnt_type, "type") == 0 && strcmp(found->mnt_opts, one.mnt_opts) == 0);
	CHECK(found->mnt_freq == 1 && found->mnt_passno == 2);
	CHECK(hasmntopt(found, "size") == found->mnt_opts + 3 && hasmntopt(found, "nosuid") == found->mnt_opts + 10);
	CHECK(hasmntopt(found, "suid") == NULL && hasmntopt(found, "siz") == NULL && hasmntopt(found, "rw") == found->mnt_opts);

	struct mntent other;
	char line[100];
	CHECK(getmntent_r(table, &other, line, sizeof line) == &other && strcmp(other.mnt_dir, "/b") == 0);
	CHECK(getmntent_r(table, &other, line, sizeof line) == &other && strcmp(other.mnt_dir, "/only") == 0);
	CHECK(*other.mnt_type == '\0' && other.mnt_freq == 0);
	CHECK(getmntent_r(table, &other, line, sizeof line) == NULL);
	CHECK_EQ(endmntent(table), 1);
	CHECK(setmntent("no/such/table", "r") == NULL);
}

static int times_listed(const char *folder)
{
	FILE *table = setmntent("/proc/mounts", "r");
	REQUIRE(table != NULL);
	int count = 0;
	for (struct mntent *entry; (entry = getmntent(table)) != NULL;) {
		if (strcmp(entry->mnt_dir, folder) == 0) {
			CHECK(hasmntopt(entry, "rw") || hasmntopt(entry, "ro"));
			count++;
		}
	}
	endmntent(table);
	return count;
}

int main(int argc, char **argv)
{
	own_table();
	CHECK(times_listed("/") >= 1);
	for (int i = 1; i < argc; i++)
		CHECK_EQ(times_listed(argv[i]), 1);
	return check_done();
}
