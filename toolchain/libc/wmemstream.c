/* open_wmemstream(): newlib's keeps the bytes that its streams make of wide characters. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct memory {
	wchar_t		**text;		/* where the caller learns of it */
	size_t		*size;
	size_t		position, end, room;
	mbstate_t	state;
};

static ssize_t put(void *cookie, const char *bytes, size_t count) {
	struct memory *memory = cookie;
	size_t taken = 0;
	while (taken < count) {
		wchar_t wide;
		size_t length = mbrtowc(&wide, bytes + taken, count - taken, &memory->state);
		if (length == (size_t)-1)
			return -1;
		if (length == (size_t)-2)
			break;
		if (memory->position + 2 > memory->room) {
			size_t room = 2 * (memory->position + 2);
			wchar_t *larger = realloc(*memory->text, room * sizeof *larger);
			if (!larger)
				return -1;
			*memory->text = larger;
			wmemset(larger + memory->room, 0, room - memory->room);
			memory->room = room;
		}
		(*memory->text)[memory->position++] = wide;
		if (memory->position > memory->end) {
			memory->end = memory->position;
			(*memory->text)[memory->end] = 0;
		}
		taken += length ? length : 1;
	}
	*memory->size = memory->position < memory->end ? memory->position : memory->end;
	return count;
}

static int seek(void *cookie, off_t *offset, int whence) {
	struct memory *memory = cookie;
	off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)memory->position : (off_t)memory->end;
	if (base + *offset < 0 || base + *offset > (off_t)(SIZE_MAX / sizeof(wchar_t) / 4)) {
		errno = EINVAL;
		return -1;
	}
	*offset = memory->position = base + *offset;
	*memory->size = memory->position < memory->end ? memory->position : memory->end;
	return 0;
}

static int finish(void *cookie) {
	free(cookie);
	return 0;
}

FILE *open_wmemstream(wchar_t **text, size_t *size) {
	struct memory *memory = calloc(1, sizeof *memory);
	wchar_t *buffer = calloc(16, sizeof *buffer);
	FILE *stream = memory && buffer ?
		fopencookie(memory, "w", (cookie_io_functions_t){ NULL, put, seek, finish }) : NULL;
	if (!stream) {
		free(memory);
		free(buffer);
		return NULL;
	}
	memory->text = text;
	memory->size = size;
	memory->room = 16;
	*text = buffer;
	*size = 0;
	fwide(stream, 1);
	return stream;
}
