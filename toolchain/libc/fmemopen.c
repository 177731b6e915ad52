/* fmemopen() (POSIX.1-2017): newlib's writes over a byte while a program is in the middle of its buffer, and refuses
 * buffers of its own for reading or writing alone, and those of no size. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct region {
	char	*bytes;
	size_t	size, end, position;	/* of the buffer, of its contents, of the next read or write */
	bool	appends, updates;
	char	own[];			/* where the caller has no buffer */
};

static ssize_t take(void *cookie, char *to, size_t count) {
	struct region *region = cookie;
	size_t left = region->position < region->end ? region->end - region->position : 0;
	if (count > left)
		count = left;
	memcpy(to, region->bytes + region->position, count);
	region->position += count;
	return count;
}

static ssize_t put(void *cookie, const char *from, size_t count) {
	struct region *region = cookie;
	if (region->appends)
		region->position = region->end;
	size_t room = region->size - region->position;
	if (count > room)
		count = room;
	if (!count) {
		errno = ENOSPC;
		return -1;
	}
	if (region->position > region->end)
		memset(region->bytes + region->end, 0, region->position - region->end);
	memcpy(region->bytes + region->position, from, count);
	region->position += count;
	if (region->position > region->end) {
		region->end = region->position;
		/* A stream that is read, too, keeps its last byte; one that is only written ends its text. */
		if (region->end < region->size)
			region->bytes[region->end] = 0;
		else if (!region->updates && !region->appends)
			region->bytes[region->size - 1] = 0;
	}
	return count;
}

static int seek(void *cookie, off_t *offset, int whence) {
	struct region *region = cookie;
	size_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? region->position : region->end;
	if (*offset < -(off_t)base || *offset > (off_t)(region->size - base)) {
		errno = EINVAL;
		return -1;
	}
	*offset = region->position = base + *offset;
	return 0;
}

static int finish(void *cookie) {
	free(cookie);
	return 0;
}

FILE *fmemopen(void *restrict buffer, size_t size, const char *restrict mode) {
	struct region *region = calloc(1, sizeof *region + (buffer ? 0 : size));
	if (!region)
		return NULL;
	region->bytes = buffer ? buffer : region->own;
	region->size = size;
	region->appends = *mode == 'a';
	region->updates = strchr(mode, '+') != NULL;
	FILE *stream = fopencookie(region, mode, (cookie_io_functions_t){ take, put, seek, finish });
	if (!stream) {
		free(region);
		return NULL;
	}
	if (*mode == 'w' && size)
		region->bytes[0] = 0;
	region->end = *mode == 'r' ? size : *mode == 'a' ? strnlen(region->bytes, size) : 0;
	region->position = region->appends ? region->end : 0;
	return stream;
}
