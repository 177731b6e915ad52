/* POSIX's getline() and getdelim(), which newlib has under reserved names only, and characters in and out of a
 * stream's buffer. newlib's getc() and putc() change the thread's cancellation state twice for each; what these do
 * not find in the buffer, or have no room for there, is left to fread() and fwrite(). */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/lock.h>

#define WEAK	__attribute__((weak))
#define INLINE	static inline __attribute__((always_inline))

WEAK ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream)
{
	return __getline(line, size, stream);
}

WEAK ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream)
{
	return __getdelim(line, size, delimiter, stream);
}

/* Whether a stream's functions take its lock: not after __fsetlocking(), and what sscanf() reads has none. */
INLINE int has_lock(FILE *stream)
{
	return !(stream->_flags2 & __SNLK) && !(stream->_flags & __SSTR);
}

/* Only of a stream that has been used: the standard ones have no lock before. */
INLINE void lock(FILE *stream)
{
	if (has_lock(stream))
		__lock_acquire_recursive(stream->_lock);
}

INLINE void unlock(FILE *stream)
{
	if (has_lock(stream))
		__lock_release_recursive(stream->_lock);
}

INLINE int has_byte(volatile FILE *stream)
{
	return stream->_r > 0;
}

INLINE int get(FILE *stream)
{
	int byte = EOF;
	if (has_byte(stream)) {
		lock(stream);
		if (has_byte(stream)) {
			stream->_r--;
			byte = *stream->_p++;
		}
		unlock(stream);
		if (byte != EOF)
			return byte;
	}
	unsigned char next;
	return fread(&next, 1, 1, stream) == 1 ? next : EOF;
}

int __srefill_r(struct _reent *, FILE *);

/* Takes bytes up to a line's end out of the buffer; returns how many of the `room`. */
INLINE size_t take_line(FILE *stream, char *to, size_t room, int *ended)
{
	size_t count = (size_t)stream->_r < room ? (size_t)stream->_r : room;
	const char *end = memchr(stream->_p, '\n', count);
	*ended = end != NULL;
	if (end)
		count = (size_t)(end - (const char *)stream->_p) + 1;
	memcpy(to, stream->_p, count);
	stream->_p += count;
	stream->_r -= (int)count;
	return count;
}

WEAK char *(fgets)(char *restrict text, int size, FILE *restrict stream)
{
	if (size <= 0)
		return NULL;
	size_t room = (size_t)size - 1, used = 0;
	int ended = room == 0;
	if (room > 0 && has_byte(stream)) {
		lock(stream);
		if (has_byte(stream))
			used = take_line(stream, text, room, &ended);
		unlock(stream);
	}
	if (!ended && used < room) {
		int state, failed = 0;
		/* Who is ended while he waits for input would leave the stream locked. */
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
		flockfile(stream);
		int error_before = stream->_flags & __SERR;
		while (!ended && used < room && !(failed = !has_byte(stream) && __srefill_r(_REENT, stream)))
			used += take_line(stream, text + used, room - used, &ended);
		failed = failed && (used == 0 || (!error_before && (stream->_flags & __SERR)));
		funlockfile(stream);
		pthread_setcancelstate(state, &state);
		if (failed)
			return NULL;
	}
	text[used] = 0;
	return text;
}

/* Whether a byte only goes into the buffer. What room there is for a line counts down from 0 to `_lbfsize`. */
INLINE int has_room(volatile FILE *stream, unsigned char byte)
{
	int left = stream->_w - 1;
	return left >= 0 || (left >= stream->_lbfsize && byte != '\n');
}

INLINE int put(int character, FILE *stream)
{
	unsigned char byte = (unsigned char)character;
	if (has_room(stream, byte)) {
		int done = 0;
		lock(stream);
		if (has_room(stream, byte)) {
			stream->_w--;
			*stream->_p++ = byte;
			done = 1;
		}
		unlock(stream);
		if (done)
			return byte;
	}
	return fwrite(&byte, 1, 1, stream) == 1 ? byte : EOF;
}

WEAK int (fgetc)(FILE *stream)
{
	return get(stream);
}

WEAK int (getc)(FILE *stream)
{
	return get(stream);
}

WEAK int (getchar)(void)
{
	return get(stdin);
}

WEAK int (fputc)(int character, FILE *stream)
{
	return put(character, stream);
}

WEAK int (putc)(int character, FILE *stream)
{
	return put(character, stream);
}

WEAK int (putchar)(int character)
{
	return put(character, stdout);
}
