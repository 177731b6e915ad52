/* mbstowcs() and wcstombs(): newlib's call a function of the locale for each character, also for ASCII's. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Of newlib's encodings UTF-8 alone has characters of up to six bytes, and JIS, with eight, alone has a state, in which bytes
 * of ASCII are something else. */
enum { UTF_8 = 6 };

size_t mbstowcs(wchar_t *restrict to, const char *restrict text, size_t size)
{
	mbstate_t state = { 0 };
	int longest = (int)MB_CUR_MAX;
	for (size_t count = 0; !to || count < size; count++) {
		unsigned char byte = (unsigned char)*text, next;
		wchar_t character;
		if (byte < 0x80 && longest <= UTF_8) {
			character = byte;
			text++;
		} else if (longest == UTF_8 && byte >= 0xc2 && byte < 0xe0 && ((next = (unsigned char)text[1]) & 0xc0) == 0x80) {
			character = (byte & 0x1f) << 6 | (next & 0x3f);
			text += 2;
		} else {
			size_t length = mbrtowc(&character, text, MB_LEN_MAX, &state);
			if (length == (size_t)-1 || length == (size_t)-2) {
				errno = EILSEQ;
				return (size_t)-1;
			}
			text += length;
		}
		if (to)
			to[count] = character;
		if (!character)
			return count;
	}
	return size;
}

size_t wcstombs(char *restrict to, const wchar_t *restrict text, size_t size)
{
	mbstate_t state = { 0 };
	int longest = (int)MB_CUR_MAX;
	size_t count = 0;
	for (; !to || count < size; text++) {
		char bytes[MB_LEN_MAX];
		size_t length = 1;
		if ((unsigned)*text < 0x80 && longest <= UTF_8)
			bytes[0] = (char)*text;
		else if ((length = wcrtomb(bytes, *text, &state)) == (size_t)-1)
			return length;
		if (to && length > size - count)
			return count;
		if (to)
			memcpy(to + count, bytes, length);
		count += length;
		if (!*text)
			return count - 1;
	}
	return count;
}
