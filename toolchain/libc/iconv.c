/* iconv(): between Unicode's encodings here, and with character sets of 8 bits by newlib's tables. newlib's own
 * conversion replaces what it cannot say by `?`, lets wrong UTF-8 through, and knows few names.
 *
 * A set of 8 bits becomes a table of 256 characters when it is opened. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* newlib's, by the names that they have here. */
iconv_t __newlib_iconv_open(const char *, const char *);
size_t __newlib_iconv(iconv_t, char **restrict, size_t *restrict, char **restrict, size_t *restrict);
int __newlib_iconv_close(iconv_t);

#define NO_CHARACTER	0xffffffff
#define TOO_SHORT	0xfffffffe

enum kind { UTF8, UTF16, UTF32, TABLE };

struct encoding {
	enum kind	kind;
	bool		big, mark;	/* byte order; a byte order mark decides or is written */
	bool		begun, plain;	/* UCS-2: no surrogates */
	uint32_t	*table;
};

struct conversion {
	struct encoding	from, to;
	bool		ignore, replace;
};

/* Names without `-`, `_` and case. */
static const struct { const char *name; struct encoding encoding; } unicode[] = {
	{ "UTF8", { UTF8 } }, { "ISO10646/UTF8", { UTF8 } },
	{ "UTF16", { UTF16, .mark = true } }, { "UNICODE", { UTF16, .mark = true } },
	{ "UTF16LE", { UTF16 } }, { "UTF16BE", { UTF16, .big = true } },
	{ "UCS2", { UTF16, .plain = true } }, { "ISO10646UCS2", { UTF16, .plain = true } },
	{ "UCS2LE", { UTF16, .plain = true } }, { "UCS2BE", { UTF16, .big = true, .plain = true } },
	{ "UTF32", { UTF32, .mark = true } }, { "UTF32LE", { UTF32 } }, { "UTF32BE", { UTF32, .big = true } },
	{ "UCS4", { UTF32, .big = true } }, { "ISO10646/UCS4", { UTF32, .big = true } },
	{ "UCS4LE", { UTF32 } }, { "UCS4BE", { UTF32, .big = true } },
	{ "WCHART", { UTF32 } }, { "UCS4INTERNAL", { UTF32 } }, { "INTERNAL", { UTF32 } } };

/* ASCII's names, of which newlib has some. */
static const char *const ascii[] = { "ASCII", "USASCII", "ANSIX3.41968", "ANSIX3.41986", "ISO646US", "646", "US", "CP367", "IBM367" };

static bool make_table(struct encoding *encoding, const char *name) {
	char known[40];
	/* WINDOWS-1252 is newlib's WIN_1252. */
	if (strncasecmp(name, "windows", 7) == 0 && strlen(name) < sizeof known) {
		strcpy(known, "win");
		strcat(known, name + 7);
		name = known;
	}
	iconv_t state = __newlib_iconv_open("ucs_4_internal", name);
	if (state == (iconv_t)-1)
		return false;
	encoding->kind = TABLE;
	encoding->table = malloc(256 * sizeof *encoding->table);
	for (int byte = 0; encoding->table && byte < 256; byte++) {
		char bytes[1] = { byte }, *in = bytes, *out = (char *)&encoding->table[byte];
		size_t left = 1, room = 4;
		encoding->table[byte] = NO_CHARACTER;
		if (__newlib_iconv(state, &in, &left, &out, &room) != 0 || room)
			encoding->table[byte] = NO_CHARACTER;
	}
	__newlib_iconv_close(state);
	if (!encoding->table)
		errno = ENOMEM;
	return encoding->table != NULL;
}

/* Finds an encoding; `name` may have //TRANSLIT or //IGNORE behind it. */
static bool find(struct encoding *encoding, const char *name, struct conversion *conversion) {
	char short_name[40], full[40];
	size_t length = 0, end = strcspn(name, "/");
	if (strncmp(name + end, "/", 1) == 0 && strncmp(name + end, "//", 2) != 0)
		end = strlen(name);	/* ISO-10646/UTF8/ */
	if (end == 0 && !*name)
		return find(encoding, nl_langinfo(CODESET), conversion);	/* the locale's */
	if (end >= sizeof full || end == 0) {
		errno = EINVAL;
		return false;
	}
	memcpy(full, name, end);
	full[end] = 0;
	for (size_t i = 0; i < end; i++)
		if (full[i] != '-' && full[i] != '_')
			short_name[length++] = toupper((unsigned char)full[i]);
	while (length && short_name[length - 1] == '/')
		length--;
	short_name[length] = 0;
	conversion->ignore |= strcasestr(name + end, "//IGNORE") != NULL;
	conversion->replace |= strcasestr(name + end, "//TRANSLIT") != NULL;
	for (size_t i = 0; i < sizeof unicode / sizeof *unicode; i++)
		if (strcmp(unicode[i].name, short_name) == 0) {
			*encoding = unicode[i].encoding;
			return true;
		}
	for (size_t i = 0; i < sizeof ascii / sizeof *ascii; i++)
		if (strcmp(ascii[i], short_name) == 0)
			return make_table(encoding, "us_ascii");
	errno = EINVAL;
	return make_table(encoding, full);
}

iconv_t iconv_open(const char *to, const char *from) {
	struct conversion *conversion = calloc(1, sizeof *conversion);
	if (!conversion)
		return (iconv_t)-1;
	if (find(&conversion->to, to, conversion) && find(&conversion->from, from, conversion))
		return (iconv_t)conversion;
	free(conversion->to.table);
	free(conversion);
	return (iconv_t)-1;
}

int iconv_close(iconv_t state) {
	struct conversion *conversion = (struct conversion *)state;
	free(conversion->from.table);
	free(conversion->to.table);
	free(conversion);
	return 0;
}

static uint32_t word(const unsigned char *at, int bytes, bool big) {
	uint32_t value = 0;
	for (int i = 0; i < bytes; i++)
		value |= (uint32_t)at[i] << 8 * (big ? bytes - 1 - i : i);
	return value;
}

static uint32_t from_utf8(const unsigned char *at, size_t left, size_t *size) {
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int count = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : 0;
	uint32_t value = count == 1 ? *at : *at & 0xff >> (count + 1);
	*size = count;
	for (int i = 1; i < count; i++) {
		if ((size_t)i == left)
			return TOO_SHORT;
		if ((at[i] & 0xc0) != 0x80)
			return NO_CHARACTER;
		value = value << 6 | (at[i] & 0x3f);
		/* A wrong beginning is wrong before the rest is there. */
		if (i == 1 && count > 2) {
			uint32_t first = value << 6 * (count - 2);
			if ((first | 0xfff >> (count == 3 ? 6 : 0)) < least[count] || first > 0x10ffff || (count == 3 && first >= 0xd800 && first < 0xe000))
				return NO_CHARACTER;
		}
	}
	return count ? value : NO_CHARACTER;
}

/* The character at the beginning of the input, and its size. */
static uint32_t decode(struct encoding *from, const unsigned char *at, size_t left, size_t *size) {
	uint32_t value;
	switch (from->kind) {
	case UTF8:
		return from_utf8(at, left, size);
	case UTF16:
		if (left < 2)
			return TOO_SHORT;
		value = word(at, 2, from->big);
		*size = 2;
		if (value < 0xd800 || value > 0xdfff)
			return value;
		if (value > 0xdbff || from->plain)
			return NO_CHARACTER;
		if (left < 4)
			return TOO_SHORT;
		uint32_t second = word(at + 2, 2, from->big);
		*size = 4;
		return second < 0xdc00 || second > 0xdfff ? NO_CHARACTER : ((value - 0xd7c0) << 10 | (second & 0x3ff));
	case UTF32:
		if (left < 4)
			return TOO_SHORT;
		*size = 4;
		value = word(at, 4, from->big);
		return value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? NO_CHARACTER : value;
	default:
		*size = 1;
		return from->table[*at];
	}
}

static int put_word(char *out, uint32_t value, int bytes, bool big) {
	for (int i = 0; i < bytes; i++)
		out[i] = value >> 8 * (big ? bytes - 1 - i : i);
	return bytes;
}

/* The bytes of a character, their number, 0 if there are none for it. */
static int encode(const struct encoding *to, uint32_t value, char out[4]) {
	switch (to->kind) {
	case UTF8:
		if (value < 0x80) {
			out[0] = value;
			return 1;
		}
		int count = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
		for (int i = count - 1; i > 0; i--, value >>= 6)
			out[i] = 0x80 | (value & 0x3f);
		out[0] = (0xf00 >> count) | value;
		return count;
	case UTF16:
		if (value < 0x10000)
			return put_word(out, value, 2, to->big);
		if (to->plain)
			return 0;
		put_word(out, 0xd7c0 + (value >> 10), 2, to->big);
		put_word(out + 2, 0xdc00 | (value & 0x3ff), 2, to->big);
		return 4;
	case UTF32:
		return put_word(out, value, 4, to->big);
	default:
		if (value < 256 && to->table[value] == value) {
			out[0] = value;
			return 1;
		}
		for (int byte = 0; byte < 256; byte++)
			if (to->table[byte] == value) {
				out[0] = byte;
				return 1;
			}
		return 0;
	}
}

/* Reads a byte order mark at the beginning: true if there was one. */
static bool byte_order_mark(struct encoding *from, const unsigned char *at, size_t left, size_t size) {
	if (from->begun || !from->mark || left < size)
		return false;
	from->begun = true;
	bool big = word(at, size, true) == 0xfeff;
	if (!big && word(at, size, false) != 0xfeff)
		return false;
	from->big = big;
	return true;
}

size_t iconv(iconv_t state, char **restrict in, size_t *restrict left, char **restrict out, size_t *restrict room) {
	struct conversion *conversion = (struct conversion *)state;
	struct encoding *from = &conversion->from, *to = &conversion->to;
	size_t irreversible = 0;
	if (!in || !*in) {
		from->begun = to->begun = false;
		return 0;
	}
	while (*left > 0) {
		size_t size = from->kind == UTF16 ? 2 : 4;
		if (byte_order_mark(from, (const unsigned char *)*in, *left, size)) {
			*in += size;
			*left -= size;
			continue;
		}
		size = 0;
		uint32_t value = decode(from, (const unsigned char *)*in, *left, &size);
		if (value == TOO_SHORT) {
			errno = EINVAL;
			return -1;
		}
		char bytes[8];
		int length = 0, mark = 0;
		if (to->mark && !to->begun)
			mark = encode(to, 0xfeff, bytes);
		if (value != NO_CHARACTER) {
			length = encode(to, value, bytes + mark);
			if (length == 0 && conversion->replace) {
				length = encode(to, '?', bytes + mark);
				irreversible++;
			}
		}
		if (length == 0) {
			if (!conversion->ignore) {
				errno = EILSEQ;
				return -1;
			}
			*in += size ? size : 1;
			*left -= size ? size : 1;
			continue;
		}
		if ((size_t)(mark + length) > *room) {
			errno = E2BIG;
			return -1;
		}
		memcpy(*out, bytes, mark + length);
		to->begun = true;
		*out += mark + length;
		*room -= mark + length;
		*in += size;
		*left -= size;
	}
	return irreversible;
}
