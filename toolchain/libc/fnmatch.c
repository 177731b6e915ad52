/* fnmatch(): newlib's knows no classes of characters. */
#define _GNU_SOURCE
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* A character and its length; a byte that is none in this locale stands for itself. */
static wint_t take(const char *text, size_t *length) {
	wchar_t wide;
	mbstate_t state = { 0 };
	size_t size = mbrtowc(&wide, text, strnlen(text, 8), &state);
	if (size == 0 || size > 8) {
		*length = 1;
		return (unsigned char)*text;
	}
	*length = size;
	return wide;
}

static wint_t fold(wint_t character, int flags) {
	return flags & FNM_CASEFOLD ? towlower(character) : character;
}

/* A bracket expression after its `[`: sets *end behind it, or to NULL if it is none. */
static bool in_brackets(const char *pattern, wint_t character, int flags, const char **end) {
	bool inverted = *pattern == '!' || *pattern == '^', found = false;
	const char *at = pattern + inverted;
	for (bool first = true; first || *at != ']'; first = false) {
		size_t length;
		*end = NULL;
		if (!*at || (*at == '/' && (flags & FNM_PATHNAME)))
			return false;
		if (at[0] == '[' && at[1] == ':') {
			const char *close = strstr(at + 2, ":]");
			char name[32];
			if (close && close - at - 2 < (long)sizeof name) {
				memcpy(name, at + 2, close - at - 2);
				name[close - at - 2] = 0;
				wctype_t class = wctype(name);
				if (!class)
					return false;
				found |= iswctype(character, class) || ((flags & FNM_CASEFOLD) &&
					(iswctype(towlower(character), class) || iswctype(towupper(character), class)));
				at = close + 2;
				continue;
			}
		}
		/* `[=a=]` and `[.a.]` are the character. */
		if (at[0] == '[' && (at[1] == '=' || at[1] == '.') && at[2] && at[3] == at[1] && at[4] == ']') {
			found |= fold((unsigned char)at[2], flags) == fold(character, flags);
			at += 5;
			continue;
		}
		if (*at == '\\' && !(flags & FNM_NOESCAPE) && at[1])
			at++;
		wint_t low = take(at, &length), high = low;
		at += length;
		if (*at == '-' && at[1] && at[1] != ']') {
			at++;
			if (*at == '\\' && !(flags & FNM_NOESCAPE) && at[1])
				at++;
			high = take(at, &length);
			at += length;
		}
		wint_t folded = fold(character, flags);
		found |= (low <= character && character <= high) || (fold(low, flags) <= folded && folded <= fold(high, flags));
	}
	*end = at + 1;
	return found != inverted;
}

int fnmatch(const char *pattern, const char *text, int flags) {
	/* Behind the last `*`, and where that has matched up to. An earlier one need not be tried again: what stands
	 * between the two has matched as early as it can. */
	const char *after_star = NULL, *star_end = NULL;
	bool beginning = true;
	for (;;) {
		/* A period that has to be in the pattern itself. */
		bool hidden = *text == '.' && beginning && (flags & FNM_PERIOD);
		bool separator = *text == '/' && (flags & FNM_PATHNAME), matches = false;
		size_t size = 1, length = 1;
		wint_t character = *text ? take(text, &size) : 0;
		const char *next = pattern + 1, *end;
		switch (*pattern) {
		case 0:
			if (!*text || (*text == '/' && (flags & FNM_LEADING_DIR)))
				return 0;
			break;
		case '*':
			if (hidden)
				return FNM_NOMATCH;
			while (*pattern == '*')
				pattern++;
			after_star = pattern;
			star_end = text;
			continue;
		case '?':
			matches = *text && !hidden && !separator;
			break;
		case '[': {
			bool inside = in_brackets(pattern + 1, character, flags, &end);
			if (end) {
				matches = *text && inside && !hidden && !separator;
				next = end;
				break;
			}
			goto literal;
		}
		case '\\':
			if (!(flags & FNM_NOESCAPE)) {
				if (!pattern[1])
					return FNM_NOMATCH;
				pattern++;
			}
			/* fallthrough */
		default:
		literal:
			matches = *text && fold(take(pattern, &length), flags) == fold(character, flags);
			next = pattern + length;
		}
		if (matches) {
			beginning = separator;
			pattern = next;
			text += size;
			continue;
		}
		/* One more character for the last `*`. */
		if (!after_star || !*star_end || (*star_end == '/' && (flags & FNM_PATHNAME)))
			return FNM_NOMATCH;
		take(star_end, &size);
		star_end += size;
		text = star_end;
		pattern = after_star;
		beginning = false;
	}
}
