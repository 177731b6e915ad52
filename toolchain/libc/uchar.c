/* <uchar.h>. wchar_t is UTF-32 here; the first half of a surrogate pair waits in the state. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <uchar.h>
#include <wchar.h>

/* An mbstate_t that holds a surrogate: newlib's conversions never count so many bytes. */
#define HELD	0x7fff

size_t mbrtoc32(char32_t *restrict result, const char *restrict text, size_t size, mbstate_t *restrict state) {
	static mbstate_t own;
	wchar_t wide = 0;
	size_t length = text ? mbrtowc(&wide, text, size, state ? state : &own) :
		mbrtowc(NULL, "", 1, state ? state : &own);
	if (result && text && length <= size)
		*result = wide;
	return length;
}

size_t c32rtomb(char *restrict result, char32_t character, mbstate_t *restrict state) {
	static mbstate_t own;
	if (result && (character > 0x10ffff || (character >= 0xd800 && character < 0xe000))) {
		errno = EILSEQ;
		return -1;
	}
	return wcrtomb(result, character, state ? state : &own);
}

size_t mbrtoc16(char16_t *restrict result, const char *restrict text, size_t size, mbstate_t *restrict state) {
	static mbstate_t own;
	if (!state)
		state = &own;
	if (state->__count == HELD) {
		if (result)
			*result = state->__value.__wch;
		state->__count = 0;
		return -3;
	}
	char32_t character = 0;
	size_t length = mbrtoc32(&character, text, size, state);
	if (!text || length > size)
		return length;
	if (character > 0xffff) {
		state->__count = HELD;
		state->__value.__wch = 0xdc00 | (character & 0x3ff);
		character = 0xd7c0 + (character >> 10);
	}
	if (result)
		*result = character;
	return length;
}

size_t c16rtomb(char *restrict result, char16_t character, mbstate_t *restrict state) {
	static mbstate_t own;
	if (!state)
		state = &own;
	if (!result) {
		state->__count = 0;
		return 1;
	}
	if (state->__count == HELD) {
		if (character < 0xdc00 || character > 0xdfff) {
			errno = EILSEQ;
			return -1;
		}
		state->__count = 0;
		return c32rtomb(result, ((state->__value.__wch - 0xd7c0) << 10) | (character & 0x3ff), state);
	}
	if (character >= 0xd800 && character < 0xdc00) {
		state->__count = HELD;
		state->__value.__wch = character;
		return 0;
	}
	return c32rtomb(result, character, state);
}
