/* Tables of file systems, of lines like those of fstab(5). */
#include <mntent.h>
#include <stdlib.h>
#include <string.h>

/* In a field these are a backslash and three octal digits. */
#define SPECIAL " \t\n\\"

FILE *setmntent(const char *file, const char *mode) {
	return fopen(file, mode);
}

int endmntent(FILE *table) {
	if (table)
		fclose(table);
	return 1;
}

static int octal(const char *digits) {
	int value = 0;
	for (int i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return -1;
		value = value * 8 + (digits[i] - '0');
	}
	return value;
}

/* Cuts the next field off a line, in place; an empty one at the end. */
static char *field(char **line) {
	char *start = *line + strspn(*line, " \t"), *to = start, *from = start;
	while (*from && *from != ' ' && *from != '\t') {
		int c = *from == '\\' ? octal(from + 1) : -1;
		*to++ = c < 0 ? *from : c;
		from += c < 0 ? 1 : 4;
	}
	*line = from + (*from != '\0');
	*to = '\0';
	return start;
}

struct mntent *getmntent_r(FILE *restrict table, struct mntent *restrict entry, char *restrict line, int size) {
	while (fgets(line, size, table)) {
		char *end = strchr(line, '\n');
		if (end) {
			*end = '\0';
		} else {
			/* What does not fit is lost. */
			for (int c; (c = getc(table)) != EOF && c != '\n';)
				;
		}
		char *rest = line + strspn(line, " \t");
		if (*rest == '\0' || *rest == '#')
			continue;
		entry->mnt_fsname = field(&rest);
		entry->mnt_dir = field(&rest);
		entry->mnt_type = field(&rest);
		entry->mnt_opts = field(&rest);
		entry->mnt_freq = atoi(field(&rest));
		entry->mnt_passno = atoi(field(&rest));
		return entry;
	}
	return NULL;
}

struct mntent *getmntent(FILE *table) {
	static struct mntent entry;
	static char line[4096];
	return getmntent_r(table, &entry, line, sizeof line);
}

static void put(FILE *table, const char *text, char end) {
	for (; *text; text++) {
		if (strchr(SPECIAL, *text))
			fprintf(table, "\\%03o", (unsigned char)*text);
		else
			putc(*text, table);
	}
	putc(end, table);
}

int addmntent(FILE *restrict table, const struct mntent *restrict entry) {
	if (fseek(table, 0, SEEK_END))
		return 1;
	put(table, entry->mnt_fsname, ' ');
	put(table, entry->mnt_dir, ' ');
	put(table, entry->mnt_type, ' ');
	put(table, entry->mnt_opts, ' ');
	fprintf(table, "%d %d\n", entry->mnt_freq, entry->mnt_passno);
	return fflush(table) != 0;
}

char *hasmntopt(const struct mntent *entry, const char *option) {
	size_t length = strlen(option);
	for (char *at = entry->mnt_opts; *at; at += *at == ',') {
		size_t own = strcspn(at, ",");
		if (strncmp(at, option, length) == 0 && (own == length || (own > length && at[length] == '=')))
			return at;
		at += own;
	}
	return NULL;
}
