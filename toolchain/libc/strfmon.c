/* strfmon(): amounts of money by the rules of the locale, which here are those of C: no currency symbol, no
 * grouping, and two digits after the point. */
#include <errno.h>
#include <locale.h>
#include <monetary.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What a conversion says between `%` and its letter. */
struct conversion {
	char	fill;
	bool	parentheses, left;
	int	width, before, after;
};

static int number(const char **at) {
	int value = 0;
	while (**at >= '0' && **at <= '9' && value < 100000)
		value = 10 * value + *(*at)++ - '0';
	return value;
}

/* Reads flags, width and precisions; the flags `^` (no grouping), `!` (no symbol) and `+` (the locale's sign)
 * ask for what is done anyway. */
static bool parse(const char **at, struct conversion *c) {
	*c = (struct conversion){ .fill = ' ', .before = -1, .after = 2 };
	for (;; ++*at) {
		if (**at == '=' && (*at)[1])
			c->fill = *++*at;
		else if (**at == '(')
			c->parentheses = true;
		else if (**at == '-')
			c->left = true;
		else if (**at != '^' && **at != '!' && **at != '+')
			break;
	}
	c->width = number(at);
	if (**at == '#') {
		++*at;
		c->before = number(at);
	}
	if (**at == '.') {
		++*at;
		c->after = number(at);
	}
	return **at == 'n' || **at == 'i';
}

static ssize_t amounts(char *text, size_t size, const char *at, va_list list) {
	size_t length = 0;
	for (; *at; at++) {
		if (*at != '%' || *++at == '%') {
			if (length + 1 >= size)
				goto too_long;
			text[length++] = *at;
			continue;
		}
		struct conversion c;
		if (!parse(&at, &c)) {
			errno = EINVAL;
			return -1;
		}
		double value = va_arg(list, double);
		bool negative = value < 0;
		char digits[500];
		int count = snprintf(digits, sizeof digits, "%.*f", c.after, negative ? -value : value);
		if (count < 0 || count >= (int)sizeof digits)
			goto too_long;
		int whole = strcspn(digits, ".");
		int padding = c.before > whole ? c.before - whole : 0;
		const char *sign = negative ? c.parentheses ? "(" : "-" : c.before >= 0 ? " " : "";
		const char *end = c.parentheses && negative ? ")" : "";
		int all = strlen(sign) + padding + count + strlen(end);
		int blanks = c.width > all ? c.width - all : 0;
		if (length + all + blanks >= size)
			goto too_long;
		char *to = text + length;
		if (!c.left)
			to = (char *)memset(to, ' ', blanks) + blanks;
		to = stpcpy(to, sign);
		to = (char *)memset(to, c.fill, padding) + padding;
		to = stpcpy(stpcpy(to, digits), end);
		if (c.left)
			memset(to, ' ', blanks);
		length += all + blanks;
	}
	if (length >= size)
		goto too_long;
	text[length] = 0;
	return length;
too_long:
	errno = E2BIG;
	return -1;
}

ssize_t strfmon(char *restrict text, size_t size, const char *restrict format, ...) {
	va_list list;
	va_start(list, format);
	ssize_t length = amounts(text, size, format, list);
	va_end(list);
	return length;
}

ssize_t strfmon_l(char *restrict text, size_t size, locale_t locale, const char *restrict format, ...) {
	va_list list;
	va_start(list, format);
	ssize_t length = amounts(text, size, format, list);
	va_end(list);
	return length;
}
