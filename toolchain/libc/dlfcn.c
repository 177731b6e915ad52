/* <dlfcn.h> for a static image: nothing can be loaded, but the image's own names can be looked up.
 *
 * A program that has this file in it has a note that says so, and gets the names from hermit-run as a file in
 * the form of Linux's /proc/kallsyms. Without them, after `strip` or another loader, names are not known. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__asm__(".pushsection .note.hermit, \"a\", @note\n"
	".align 4\n"
	".long 7, 0, 2\n"	/* name "Hermit", type 2: names are wanted */
	".asciz \"Hermit\"\n"
	".align 4\n"
	".popsection");

extern char __executable_start[], _end[];

struct symbol {
	uintptr_t	address;
	const char	*name;
	bool		global;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct symbol *symbols;
static size_t symbol_count;
static _Thread_local const char *error;

static void read_symbols(void) {
	int saved = errno, fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	struct stat file;
	char *text = NULL;
	if (fd >= 0 && fstat(fd, &file) == 0 && (text = malloc(file.st_size + 1))) {
		ssize_t size = read(fd, text, file.st_size);
		text[size > 0 ? size : 0] = 0;
		size_t lines = 0;
		for (const char *at = text; (at = strchr(at, '\n')); at++)
			lines++;
		symbols = malloc(lines * sizeof *symbols);
		for (char *line = text, *end; symbols && (end = strchr(line, '\n')); line = end + 1) {
			char *after;
			*end = 0;
			uintptr_t address = strtoul(line, &after, 16);
			if (end - after > 3)
				symbols[symbol_count++] = (struct symbol){ address, after + 3, after[1] < 'a' };
		}
	}
	if (fd >= 0)
		close(fd);
	errno = saved;
}

int dladdr(const void *address, Dl_info *info) {
	uintptr_t wanted = (uintptr_t)address;
	if (wanted < (uintptr_t)__executable_start || wanted >= (uintptr_t)_end)
		return 0;
	pthread_once(&once, read_symbols);
	*info = (Dl_info){ .dli_fname = program_invocation_name, .dli_fbase = __executable_start };
	size_t low = 0, high = symbol_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (symbols[middle].address <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0) {
		info->dli_sname = symbols[low - 1].name;
		info->dli_saddr = (void *)symbols[low - 1].address;
	}
	return 1;
}

/* Only the program itself, under no name, is there. */
void *dlopen(const char *file, int mode) {
	if (!file || !*file)
		return __executable_start;
	error = "a static image loads no shared objects";
	return NULL;
}

void *dlsym(void *restrict handle, const char *restrict name) {
	if (handle == RTLD_DEFAULT || handle == (void *)__executable_start) {
		pthread_once(&once, read_symbols);
		for (size_t i = 0; i < symbol_count; i++)
			if (symbols[i].global && strcmp(symbols[i].name, name) == 0)
				return (void *)symbols[i].address;
	}
	error = symbol_count ? "no such symbol in the program" : "the program's symbols are not known";
	return NULL;
}

int dlclose(void *handle) {
	if (handle == (void *)__executable_start)
		return 0;
	error = "not a handle of dlopen()";
	return -1;
}

char *dlerror(void) {
	const char *last = error;
	error = NULL;
	return (char *)last;
}
