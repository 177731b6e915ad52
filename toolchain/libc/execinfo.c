/* <execinfo.h>: the calls that led here, by the image's unwinding tables; names as far as dladdr() has them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

struct trace {
	void	**addresses;
	int	count, room;
	bool	self;
};

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *data) {
	struct trace *trace = data;
	void *address = (void *)_Unwind_GetIP(context);
	/* The first frame is backtrace()'s own. */
	if (trace->self)
		trace->self = false;
	else if (address) {
		if (trace->count == trace->room)
			return _URC_END_OF_STACK;
		trace->addresses[trace->count++] = address;
	}
	return _URC_NO_REASON;
}

int backtrace(void **addresses, int room) {
	struct trace trace = { .addresses = addresses, .room = room, .self = true };
	if (room > 0)
		_Unwind_Backtrace(note, &trace);
	return trace.count;
}

/* `PROGRAM(FUNCTION+OFFSET) [ADDRESS]`, with what is known. */
static int describe(char *line, size_t size, void *address) {
	Dl_info info;
	if (!dladdr(address, &info))
		return snprintf(line, size, "[%p]", address);
	if (!info.dli_sname)
		return snprintf(line, size, "%s() [%p]", info.dli_fname, address);
	return snprintf(line, size, "%s(%s+%#tx) [%p]", info.dli_fname, info.dli_sname,
		(char *)address - (char *)info.dli_saddr, address);
}

char **backtrace_symbols(void *const *addresses, int count) {
	size_t size = 0;
	for (int i = 0; i < count; i++)
		size += sizeof(char *) + describe(NULL, 0, addresses[i]) + 1;
	char **lines = malloc(size ? size : 1);
	char *at = (char *)(lines + count);
	for (int i = 0; lines && i < count; i++) {
		lines[i] = at;
		at += describe(at, (char *)lines + size - at, addresses[i]) + 1;
	}
	return lines;
}

void backtrace_symbols_fd(void *const *addresses, int count, int fd) {
	char line[512];
	for (int i = 0; i < count; i++) {
		int length = describe(line, sizeof line - 1, addresses[i]);
		if (length > (int)sizeof line - 2)
			length = sizeof line - 2;
		line[length] = '\n';
		if (write(fd, line, length + 1) < 0)
			return;
	}
}
