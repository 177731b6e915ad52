/* <regex.h> around musl's functions, which the library has as __musl_regcomp() and __musl_regexec(). */
#define _GNU_SOURCE
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __musl_regcomp(regex_t *restrict, const char *restrict, int);
int __musl_regexec(const regex_t *restrict, const char *restrict, size_t, regmatch_t [restrict], int);

/* Names of characters in `[.NAME.]`, of the portable character set. */
static const struct { const char *name; char character; } names[] = {
	{ "NUL", 0 }, { "alert", '\a' }, { "backspace", '\b' }, { "tab", '\t' }, { "newline", '\n' }, { "vertical-tab", '\v' },
	{ "form-feed", '\f' }, { "carriage-return", '\r' }, { "space", ' ' }, { "exclamation-mark", '!' }, { "quotation-mark", '"' },
	{ "number-sign", '#' }, { "dollar-sign", '$' }, { "percent-sign", '%' }, { "ampersand", '&' }, { "apostrophe", '\'' },
	{ "left-parenthesis", '(' }, { "right-parenthesis", ')' }, { "asterisk", '*' }, { "plus-sign", '+' }, { "comma", ',' },
	{ "hyphen", '-' }, { "hyphen-minus", '-' }, { "period", '.' }, { "full-stop", '.' }, { "slash", '/' }, { "solidus", '/' },
	{ "zero", '0' }, { "one", '1' }, { "two", '2' }, { "three", '3' }, { "four", '4' }, { "five", '5' }, { "six", '6' },
	{ "seven", '7' }, { "eight", '8' }, { "nine", '9' }, { "colon", ':' }, { "semicolon", ';' }, { "less-than-sign", '<' },
	{ "equals-sign", '=' }, { "greater-than-sign", '>' }, { "question-mark", '?' }, { "commercial-at", '@' },
	{ "left-square-bracket", '[' }, { "backslash", '\\' }, { "reverse-solidus", '\\' }, { "right-square-bracket", ']' },
	{ "circumflex", '^' }, { "circumflex-accent", '^' }, { "underscore", '_' }, { "low-line", '_' }, { "grave-accent", '`' },
	{ "left-brace", '{' }, { "left-curly-bracket", '{' }, { "vertical-line", '|' }, { "right-brace", '}' },
	{ "right-curly-bracket", '}' }, { "tilde", '~' },
};

/* An element of a bracket expression: a character, perhaps as `[.x.]` or `[=x=]`, or a class. */
struct element {
	const char	*text;
	size_t		length;
	int		is_class, is_named;
};

/* Reads one; returns what is behind it, NULL if it is none. */
static const char *read_element(const char *from, struct element *element) {
	*element = (struct element){ .text = from };
	char kind = from[0] == '[' ? from[1] : 0;
	if (kind != '.' && kind != '=' && kind != ':') {
		int length = mblen(from, MB_LEN_MAX);
		element->length = length > 1 ? (size_t)length : 1;
		return *from ? from + element->length : NULL;
	}
	const char end[] = { kind, ']', 0 }, *last = strstr(from + 3, end);
	if (!last)
		return NULL;
	if (kind == ':') {
		element->is_class = 1;
		element->length = (size_t)(last + 2 - from);
		return last + 2;
	}
	element->is_named = 1;
	element->text = from + 2;
	element->length = (size_t)(last - element->text);
	if ((size_t)mblen(element->text, element->length) != element->length) {
		size_t i = 0, count = sizeof names / sizeof *names;
		while (i < count && (strncmp(names[i].name, element->text, element->length) != 0 || names[i].name[element->length]))
			i++;
		if (kind == '=' || i == count || !names[i].character)
			return NULL;
		element->text = &names[i].character;
		element->length = 1;
	}
	return last + 2;
}

static int is_special(const struct element *element) {
	return element->length == 1 && strchr("]^[-", *element->text);
}

/* Writes a bracket expression, from behind its `[`, without `[.x.]` and `[=x=]`, which musl does not know: `]` comes first,
 * `-` last, and `^` not first. Returns what is behind it; NULL if there is nothing to do, or that is not possible. */
static const char *rewrite_bracket(const char *from, char **to) {
	char *out = *to;
	int found = 0, right = 0, left = 0, caret = 0, dash = 0, inverted = *from == '^';
	from += inverted;
	char *rest = out + 3, *end = rest;
	for (const char *start = from; *from != ']' || from == start;) {
		struct element low, high;
		from = read_element(from, &low);
		if (!from)
			return NULL;
		found |= low.is_named;
		if (from[0] == '-' && from[1] != ']') {
			from = read_element(from + 1, &high);
			if (!from || is_special(&low) || is_special(&high) || low.is_class || high.is_class)
				return NULL;
			found |= high.is_named;
			end = mempcpy(end, low.text, low.length);
			*end++ = '-';
			end = mempcpy(end, high.text, high.length);
		} else if (is_special(&low)) {
			right |= *low.text == ']';
			left |= *low.text == '[';
			caret |= *low.text == '^';
			dash |= *low.text == '-';
		} else {
			end = mempcpy(end, low.text, low.length);
		}
	}
	if (!found)
		return NULL;
	if (caret && !inverted && !right && !left && !dash && end == rest) {
		memcpy(out, "\\^", 2);
		*to = out + 2;
		return from + 1;
	}
	*out++ = '[';
	if (inverted)
		*out++ = '^';
	if (right)
		*out++ = ']';
	memmove(out, rest, (size_t)(end - rest));
	out += end - rest;
	/* A `-` that is not the last is the first. */
	int dash_first = dash && caret && out[-1] == '[' && !left;
	if (dash_first)
		*out++ = '-';
	if (left)
		*out++ = '[';
	if (caret)
		*out++ = '^';
	if (dash && !dash_first)
		*out++ = '-';
	*out++ = ']';
	*to = out;
	return from + 1;
}

/* A pattern in musl's words, in new memory: without named characters, and with GNU's `{,N}` as `{0,N}`. */
static char *rewrite(const char *pattern, int flags) {
	char *result = malloc(2 * strlen(pattern) + 8), *to = result;
	while (result && *pattern) {
		const char *behind;
		int brace = (flags & REG_EXTENDED) ? *pattern == '{' : *pattern == '\\' && pattern[1] == '{';
		if (*pattern == '[' && (behind = rewrite_bracket(pattern + 1, &to))) {
			pattern = behind;
			continue;
		}
		if (*pattern == '[') {
			/* As it is, as far as it goes. */
			struct element element;
			const char *from = pattern + 1 + (pattern[1] == '^'), *start = from;
			while (from && *from && (*from != ']' || from == start))
				from = read_element(from, &element);
			size_t length = from ? (size_t)(from - pattern) : strlen(pattern);
			to = mempcpy(to, pattern, length);
			pattern += length;
			continue;
		}
		if (*pattern == '\\' && pattern[1])
			*to++ = *pattern++;
		*to++ = *pattern++;
		if (brace && *pattern == ',')
			*to++ = '0';
	}
	if (result)
		*to = 0;
	return result;
}

int regcomp(regex_t *restrict regex, const char *restrict pattern, int flags) {
	char *other = NULL;
	if (strstr(pattern, "[.") || strstr(pattern, "[=") || strstr(pattern, "{,")) {
		other = rewrite(pattern, flags);
		if (!other)
			return REG_ESPACE;
		pattern = other;
	}
	int result = __musl_regcomp(regex, pattern, flags);
	/* A brace that nothing closes is an error of its own. */
	const char *open = result == REG_BADBR ? strrchr(pattern, '{') : NULL;
	if (open && !strchr(open, '}'))
		result = REG_EBRACE;
	free(other);
	return result;
}

int regexec(const regex_t *restrict regex, const char *restrict text, size_t count, regmatch_t found[restrict],
	int flags) {
	if (!(flags & REG_STARTEND))
		return __musl_regexec(regex, text, count, found, flags);
	/* A part of a text, which has no NUL behind it. */
	regoff_t start = found[0].rm_so;
	char *part = strndup(text + start, found[0].rm_eo - start);
	if (!part)
		return REG_ESPACE;
	int result = __musl_regexec(regex, part, count, found, flags & ~REG_STARTEND);
	free(part);
	for (size_t i = 0; result == 0 && i < count; i++)
		if (found[i].rm_so >= 0) {
			found[i].rm_so += start;
			found[i].rm_eo += start;
		}
	return result;
}

size_t regerror(int code, const regex_t *restrict regex, char *restrict text, size_t size) {
	static const char *const texts[] = {
		[REG_NOERROR] = "No error",
		[REG_NOMATCH] = "No match",
		[REG_BADPAT] = "Invalid regular expression",
		[REG_ECOLLATE] = "Unknown collating element",
		[REG_ECTYPE] = "Unknown character class",
		[REG_EESCAPE] = "Backslash at the end",
		[REG_ESUBREG] = "Back reference to no group",
		[REG_EBRACK] = "Unbalanced [ or [^",
		[REG_EPAREN] = "Unbalanced ( or )",
		[REG_EBRACE] = "Unbalanced { or }",
		[REG_BADBR] = "Invalid number between braces",
		[REG_ERANGE] = "Invalid end of a range",
		[REG_ESPACE] = "Out of memory",
		[REG_BADRPT] = "Nothing to repeat",
	};
	int known = code >= 0 && code < (int)(sizeof texts / sizeof *texts);
	return snprintf(text, size, "%s", known ? texts[code] : "Unknown error") + 1;
}
