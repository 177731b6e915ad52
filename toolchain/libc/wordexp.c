/* wordexp(): the word expansions of POSIX's shell, in its order: tilde, parameters and arithmetic, field
 * splitting, path names, quote removal. There is no shell, so there is no command substitution. */
#include <ctype.h>
#include <fnmatch.h>
#include <glob.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

/* A text that grows. In a word that is being made, each byte that is quoted and each backslash has a
 * backslash before it, as glob() takes it. */
struct text {
	char	*bytes;
	size_t	length, room;
};

struct expansion {
	wordexp_t	*result;
	int		flags, error;
	const char	*at;	/* where in the source */
	struct text	word;
	bool		begun;	/* there is a word, though it may be empty */
	int		passed;	/* over: the arithmetic is of a branch that is not taken */
};

static bool put(struct expansion *e, struct text *text, char byte) {
	if (text->length + 2 > text->room) {
		size_t room = text->room ? 2 * text->room : 64;
		char *bytes = realloc(text->bytes, room);
		if (!bytes) {
			e->error = WRDE_NOSPACE;
			return false;
		}
		text->bytes = bytes;
		text->room = room;
	}
	text->bytes[text->length++] = byte;
	text->bytes[text->length] = 0;
	return true;
}

static void put_quoted(struct expansion *e, char byte) {
	e->begun = true;
	if (put(e, &e->word, '\\'))
		put(e, &e->word, byte);
}

static bool add_result(struct expansion *e, const char *text) {
	wordexp_t *result = e->result;
	char **words = realloc(result->we_wordv, (result->we_offs + result->we_wordc + 2) * sizeof *words);
	if (words)
		result->we_wordv = words;
	char *copy = words ? strdup(text) : NULL;
	if (!copy) {
		e->error = WRDE_NOSPACE;
		return false;
	}
	words[result->we_offs + result->we_wordc++] = copy;
	words[result->we_offs + result->we_wordc] = NULL;
	return true;
}

/* Ends the word: path names if it is a pattern that matches, else its text without quotes. */
static void end_word(struct expansion *e) {
	if (e->begun && !e->error && (e->word.length > 0 || put(e, &e->word, 0))) {
		char *word = e->word.bytes;
		bool pattern = false;
		for (char *at = word; *at; at++) {
			if (*at == '\\')
				at++;
			else
				pattern |= strchr("*?[", *at) != NULL;
		}
		glob_t found;
		int status = pattern ? glob(word, 0, NULL, &found) : GLOB_NOMATCH;
		if (status == 0) {
			for (size_t i = 0; i < (size_t)found.gl_pathc && add_result(e, found.gl_pathv[i]); i++)
				;
			globfree(&found);
		} else if (status == GLOB_NOSPACE) {
			e->error = WRDE_NOSPACE;
		} else {
			char *to = word;
			for (const char *from = word; *from; *to++ = *from++)
				from += *from == '\\' && from[1];
			*to = 0;
			add_result(e, word);
		}
	}
	e->begun = false;
	e->word.length = 0;
	if (e->word.bytes)
		*e->word.bytes = 0;
}

/* What a parameter or a sum gave: quoted it stays as it is, else it is split at the bytes of IFS. */
static void put_value(struct expansion *e, const char *value, bool quoted) {
	const char *separators = getenv("IFS");
	if (!separators)
		separators = " \t\n";
	if (quoted)
		e->begun = true;
	for (; *value && !e->error; value++) {
		if (quoted)
			put_quoted(e, *value);
		else if (strchr(separators, *value)) {
			/* Several blanks are one separator; of others each one is. */
			if (!isspace((unsigned char)*value))
				e->begun = true;
			end_word(e);
		} else {
			e->begun = true;
			if (*value == '\\')
				put(e, &e->word, '\\');
			put(e, &e->word, *value);
		}
	}
}

/* The text up to the `close` that fits the `open` before it, quotes and nesting regarded. */
static char *enclosed(struct expansion *e, char open, char close) {
	const char *start = e->at;
	int depth = 1;
	for (; *e->at; e->at++) {
		if (*e->at == '\\' && e->at[1])
			e->at++;
		else if (*e->at == '\'') {
			const char *end = strchr(e->at + 1, '\'');
			if (!end)
				break;
			e->at = end;
		} else if (*e->at == open)
			depth++;
		else if (*e->at == close && --depth == 0) {
			char *text = strndup(start, e->at++ - start);
			if (!text)
				e->error = WRDE_NOSPACE;
			return text;
		}
	}
	e->error = WRDE_SYNTAX;
	return NULL;
}

static void expand(struct expansion *e, bool quoted, bool split);

/* The expansion of `source` as one text, quotes removed. */
static char *expanded(struct expansion *e, const char *source) {
	struct expansion inner = { .flags = e->flags, .at = source };
	expand(&inner, false, false);
	if (!e->error)
		e->error = inner.error;
	char *text = inner.word.bytes ? inner.word.bytes : strdup("");
	if (text) {
		char *to = text;
		for (const char *from = text; *from; *to++ = *from++)
			from += *from == '\\' && from[1];
		*to = 0;
	} else if (!e->error)
		e->error = WRDE_NOSPACE;
	return text;
}

/* Arithmetic of long integers, as in C: operators by rank, assignments to variables of the environment. */
static long choice(struct expansion *e, const char **at);

static void skip_blanks(const char **at) {
	*at += strspn(*at, " \t\n");
}

/* What an operator of C gives, by its text. */
static long apply(struct expansion *e, const char *name, unsigned long left, long right) {
	if ((name[0] == '/' || name[0] == '%') && (right == 0 || right == -1)) {
		if (right == 0 && !e->passed)
			e->error = WRDE_SYNTAX;
		return name[0] == '/' ? (long)(0UL - left) : 0;
	}
	switch (name[0] | name[1] << 8) {
	case '|' | '|' << 8: return left || right;
	case '&' | '&' << 8: return left && right;
	case '=' | '=' << 8: return (long)left == right;
	case '!' | '=' << 8: return (long)left != right;
	case '<' | '<' << 8: return (long)(left << (right & 63));
	case '>' | '>' << 8: return (long)left >> (right & 63);
	case '<' | '=' << 8: return (long)left <= right;
	case '>' | '=' << 8: return (long)left >= right;
	case '|': return (long)(left | right);
	case '^': return (long)(left ^ right);
	case '&': return (long)(left & right);
	case '<': return (long)left < right;
	case '>': return (long)left > right;
	case '+': return (long)(left + right);
	case '-': return (long)(left - right);
	case '*': return (long)(left * right);
	case '/': return (long)left / right;
	case '%': return (long)left % right;
	default: return right;
	}
}

/* Whether an assignment is here: its operator is stored without the `=`. */
static bool assigns(const char **at, char operator[3]) {
	size_t length = **at == '<' || **at == '>' ? 2 : strspn(*at, "*/%+-&^|") > 0;
	if ((length == 2 && (*at)[1] != **at) || (*at)[length] != '=' || (length == 0 && (*at)[1] == '='))
		return false;
	memcpy(operator, *at, length);
	operator[length] = 0;
	*at += length + 1;
	return true;
}

static long operand(struct expansion *e, const char **at) {
	skip_blanks(at);
	char first = **at;
	long value;
	if (first == '-' || first == '+' || first == '~' || first == '!') {
		++*at;
		value = operand(e, at);
		return first == '-' ? (long)(0UL - value) : first == '~' ? ~value : first == '!' ? !value : value;
	}
	if (first == '(') {
		++*at;
		value = choice(e, at);
		skip_blanks(at);
		if (*(*at)++ != ')') {
			--*at;
			e->error = WRDE_SYNTAX;
		}
		return value;
	}
	if (isalpha((unsigned char)first) || first == '_') {
		char name[64];
		size_t length = 0;
		while (isalnum((unsigned char)**at) || **at == '_') {
			if (length < sizeof name - 1)
				name[length++] = **at;
			++*at;
		}
		name[length] = 0;
		const char *text = getenv(name);
		value = text ? strtol(text, NULL, 0) : 0;
		skip_blanks(at);
		char operator[3] = "", digits[24];
		if (assigns(at, operator)) {
			value = apply(e, operator, (unsigned long)value, choice(e, at));
			snprintf(digits, sizeof digits, "%ld", value);
			if (!e->passed && !e->error)
				setenv(name, digits, 1);
		}
		return value;
	}
	char *end;
	value = strtol(*at, &end, 0);
	if (end == *at)
		e->error = WRDE_SYNTAX;
	*at = end;
	return value;
}

static long sum(struct expansion *e, const char **at, int rank) {
	static const struct { char text[3]; int rank; } operators[] = {
		{ "||", 1 }, { "&&", 2 }, { "==", 6 }, { "!=", 6 }, { "<<", 8 }, { ">>", 8 }, { "<=", 7 }, { ">=", 7 },
		{ "|", 3 }, { "^", 4 }, { "&", 5 }, { "<", 7 }, { ">", 7 }, { "+", 9 }, { "-", 9 }, { "*", 10 },
		{ "/", 10 }, { "%", 10 } };
	const int count = sizeof operators / sizeof *operators;
	long left = operand(e, at);
	for (;;) {
		skip_blanks(at);
		int i = 0;
		while (i < count && strncmp(*at, operators[i].text, strlen(operators[i].text)) != 0)
			i++;
		if (i == count || operators[i].rank <= rank || e->error)
			return left;
		const char *name = operators[i].text;
		*at += strlen(name);
		int known = strcmp(name, "||") == 0 ? left != 0 : strcmp(name, "&&") == 0 && left == 0;
		e->passed += known;
		long right = sum(e, at, operators[i].rank);
		e->passed -= known;
		left = apply(e, name, (unsigned long)left, right);
	}
}

/* A whole expression, which may be `a ? b : c`. */
static long choice(struct expansion *e, const char **at) {
	long value = sum(e, at, 0);
	skip_blanks(at);
	if (**at != '?' || e->error)
		return value;
	++*at;
	e->passed += !value;
	long then = choice(e, at);
	e->passed -= !value;
	skip_blanks(at);
	if (**at != ':') {
		e->error = WRDE_SYNTAX;
		return 0;
	}
	++*at;
	e->passed += value != 0;
	long otherwise = choice(e, at);
	e->passed -= value != 0;
	return value ? then : otherwise;
}

static void arithmetic(struct expansion *e, bool quoted) {
	char *inner = enclosed(e, '(', ')');
	if (inner && *e->at++ != ')') {
		e->at--;
		e->error = WRDE_SYNTAX;
	}
	char *source = inner && !e->error ? expanded(e, inner) : NULL;
	if (source) {
		const char *at = source;
		skip_blanks(&at);
		long value = *at ? choice(e, &at) : 0;
		skip_blanks(&at);
		if (*at)
			e->error = WRDE_SYNTAX;
		char digits[24];
		snprintf(digits, sizeof digits, "%ld", value);
		put_value(e, digits, quoted);
	}
	free(source);
	free(inner);
}

/* `value` without the shortest or longest beginning or end that the pattern matches. */
static char *trimmed(const char *value, const char *pattern, bool from_end, bool longest) {
	size_t length = strlen(value);
	char *copy = strdup(value);
	for (size_t step = 0; copy && step <= length; step++) {
		size_t part = longest ? length - step : step;
		if (from_end) {
			if (fnmatch(pattern, value + length - part, 0) == 0) {
				copy[length - part] = 0;
				return copy;
			}
		} else {
			char kept = copy[part];
			copy[part] = 0;
			if (fnmatch(pattern, copy, 0) == 0) {
				memmove(copy, value + part, length - part + 1);
				return copy;
			}
			copy[part] = kept;
		}
	}
	return copy;
}

/* `${…}`: `body` is what is between the braces. */
static void braces(struct expansion *e, char *body, bool quoted) {
	bool count = body[0] == '#' && body[1];
	if (count)
		body++;
	size_t length = 0;
	if (isalpha((unsigned char)body[0]) || body[0] == '_')
		while (isalnum((unsigned char)body[length]) || body[length] == '_')
			length++;
	char *rest = body + length, operator = *rest;
	if (length == 0 || (count && operator)) {
		e->error = WRDE_SYNTAX;
		return;
	}
	*rest = 0;
	const char *value = getenv(body);
	if (operator == 0) {
		if (!value && (e->flags & WRDE_UNDEF)) {
			e->error = WRDE_BADVAL;
			return;
		}
		if (count) {
			char digits[24];
			snprintf(digits, sizeof digits, "%zu", value ? strlen(value) : 0);
			put_value(e, digits, quoted);
		} else
			put_value(e, value ? value : "", quoted);
		return;
	}
	bool colon = operator == ':';
	if (colon)
		operator = *++rest;
	rest++;
	bool set = value && (!colon || *value);
	bool twice = (operator == '%' || operator == '#') && *rest == operator;
	rest += twice;
	if (!operator || !strchr(colon ? "-=?+" : "-=?+%#", operator)) {
		e->error = WRDE_SYNTAX;
	} else if (operator == '%' || operator == '#') {
		char *pattern = expanded(e, rest), *text = pattern ? trimmed(value ? value : "", pattern, operator == '%', twice) : NULL;
		if (text)
			put_value(e, text, quoted);
		free(text);
		free(pattern);
	} else if (operator == '+' ? !set : set) {
		put_value(e, operator == '+' ? "" : value, quoted);
	} else {
		char *text = expanded(e, rest);
		if (text && operator == '?') {
			if (e->flags & WRDE_SHOWERR)
				fprintf(stderr, "%s: %s\n", body, *text ? text : "parameter null or not set");
			e->error = WRDE_BADVAL;
		} else if (text && !e->error) {
			if (operator == '=')
				setenv(body, text, 1);
			put_value(e, text, quoted);
		}
		free(text);
	}
}

/* After `$`. */
static void dollar(struct expansion *e, bool quoted) {
	if (*e->at == '(' && e->at[1] == '(') {
		e->at += 2;
		arithmetic(e, quoted);
	} else if (*e->at == '(') {
		e->error = WRDE_CMDSUB;
	} else if (*e->at == '{') {
		e->at++;
		char *body = enclosed(e, '{', '}');
		if (body)
			braces(e, body, quoted);
		free(body);
	} else if (isalpha((unsigned char)*e->at) || *e->at == '_') {
		size_t length = 0;
		while (isalnum((unsigned char)e->at[length]) || e->at[length] == '_')
			length++;
		char *body = strndup(e->at, length);
		e->at += length;
		if (body)
			braces(e, body, quoted);
		else
			e->error = WRDE_NOSPACE;
		free(body);
	} else if (*e->at == '$') {
		char digits[24];
		e->at++;
		snprintf(digits, sizeof digits, "%d", getpid());
		put_value(e, digits, quoted);
	} else
		put_quoted(e, '$');
}

/* At the beginning of a word: `~` or `~user`. */
static void tilde(struct expansion *e) {
	size_t length = strcspn(e->at + 1, "/ \t\n");
	char name[64];
	const char *home = NULL;
	if (length == 0)
		home = getenv("HOME");
	if (!home && length < sizeof name) {
		memcpy(name, e->at + 1, length);
		name[length] = 0;
		struct passwd *user = length == 0 ? getpwuid(getuid()) : getpwnam(name);
		home = user ? user->pw_dir : NULL;
	}
	if (!home || memchr(e->at + 1, '\\', length) || memchr(e->at + 1, '\'', length) || memchr(e->at + 1, '"', length))
		return;
	e->at += 1 + length;
	put_value(e, home, true);
}

static void double_quoted(struct expansion *e) {
	e->begun = true;
	while (!e->error && *e->at != '"') {
		char byte = *e->at++;
		if (!byte)
			e->error = WRDE_SYNTAX;
		else if (byte == '$')
			dollar(e, true);
		else if (byte == '`')
			e->error = WRDE_CMDSUB;
		else if (byte != '\\')
			put_quoted(e, byte);
		else if (*e->at == '\n')
			e->at++;
		else if (*e->at && strchr("$`\"\\", *e->at))
			put_quoted(e, *e->at++);
		else
			put_quoted(e, '\\');
	}
	e->at += !e->error;
}

/* Everything up to the end of the source; `split` at blanks, or all as one word. */
static void expand(struct expansion *e, bool quoted, bool split) {
	while (*e->at && !e->error) {
		if (!e->begun && *e->at == '~')
			tilde(e);
		char byte = *e->at;
		if (byte)
			e->at++;
		if (!byte)
			break;
		else if (split && (byte == ' ' || byte == '\t'))
			end_word(e);
		else if (split && strchr("\n|&;<>(){}", byte))
			e->error = WRDE_BADCHAR;
		else if (byte == '\'') {
			e->begun = true;
			for (; *e->at && *e->at != '\'' && !e->error; e->at++)
				put_quoted(e, *e->at);
			if (*e->at)
				e->at++;
			else
				e->error = WRDE_SYNTAX;
		} else if (byte == '"')
			double_quoted(e);
		else if (byte == '\\') {
			if (*e->at == '\n')
				e->at++;
			else if (*e->at)
				put_quoted(e, *e->at++);
			else
				e->error = WRDE_SYNTAX;
		} else if (byte == '$')
			dollar(e, quoted);
		else if (byte == '`')
			e->error = WRDE_CMDSUB;
		else {
			e->begun = true;
			put(e, &e->word, byte);
		}
	}
}

void wordfree(wordexp_t *words) {
	if (!words->we_wordv)
		return;
	for (size_t i = 0; i < words->we_wordc; i++)
		free(words->we_wordv[words->we_offs + i]);
	free(words->we_wordv);
	words->we_wordv = NULL;
	words->we_wordc = 0;
}

int wordexp(const char *restrict source, wordexp_t *restrict words, int flags) {
	if (flags & WRDE_REUSE)
		wordfree(words);
	if (!(flags & WRDE_APPEND)) {
		words->we_wordc = 0;
		words->we_wordv = NULL;
		if (!(flags & WRDE_DOOFFS))
			words->we_offs = 0;
	}
	if (!words->we_wordv) {
		words->we_wordv = calloc(words->we_offs + 1, sizeof *words->we_wordv);
		if (!words->we_wordv)
			return WRDE_NOSPACE;
	}
	size_t before = words->we_wordc;
	struct expansion e = { .result = words, .flags = flags, .at = source };
	expand(&e, false, true);
	end_word(&e);
	free(e.word.bytes);
	if (e.error && e.error != WRDE_NOSPACE) {
		/* As if it had not been called. */
		while (words->we_wordc > before)
			free(words->we_wordv[words->we_offs + --words->we_wordc]);
		words->we_wordv[words->we_offs + before] = NULL;
		if (!(flags & WRDE_APPEND))
			wordfree(words);
	}
	return e.error;
}
