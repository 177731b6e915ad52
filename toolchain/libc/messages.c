/* <nl_types.h> and <libintl.h>: no message is translated, so each is its own translation. */
#include <errno.h>
#include <libintl.h>
#include <nl_types.h>
#include <stdlib.h>
#include <string.h>

nl_catd catopen(const char *name, int flag) {
	errno = ENOENT;
	return (nl_catd)-1;
}

char *catgets(nl_catd catalogue, int set, int message, const char *text) {
	errno = EBADF;
	return (char *)text;
}

int catclose(nl_catd catalogue) {
	errno = EBADF;
	return -1;
}

char *dcgettext(const char *domain, const char *text, int category) {
	return (char *)text;
}

char *dgettext(const char *domain, const char *text) {
	return (char *)text;
}

char *gettext(const char *text) {
	return (char *)text;
}

char *dcgettext_l(const char *domain, const char *text, int category, locale_t locale) {
	return (char *)text;
}

char *dgettext_l(const char *domain, const char *text, locale_t locale) {
	return (char *)text;
}

char *gettext_l(const char *text, locale_t locale) {
	return (char *)text;
}

char *dcngettext(const char *domain, const char *one, const char *many, unsigned long count, int category) {
	return (char *)(count == 1 ? one : many);
}

char *dngettext(const char *domain, const char *one, const char *many, unsigned long count) {
	return (char *)(count == 1 ? one : many);
}

char *ngettext(const char *one, const char *many, unsigned long count) {
	return (char *)(count == 1 ? one : many);
}

char *dcngettext_l(const char *domain, const char *one, const char *many, unsigned long count, int category,
	locale_t locale) {
	return (char *)(count == 1 ? one : many);
}

char *dngettext_l(const char *domain, const char *one, const char *many, unsigned long count, locale_t locale) {
	return (char *)(count == 1 ? one : many);
}

char *ngettext_l(const char *one, const char *many, unsigned long count, locale_t locale) {
	return (char *)(count == 1 ? one : many);
}

/* The domain's name is all that is kept of it. */
char *textdomain(const char *name) {
	static char *current;
	if (name) {
		char *copy = strdup(*name ? name : "messages");
		if (!copy)
			return NULL;
		free(current);
		current = copy;
	}
	return current ? current : "messages";
}

/* Where a domain's catalogues would be: nothing is looked for there, so the caller's text will do. */
char *bindtextdomain(const char *domain, const char *folder) {
	if (!domain || !*domain)
		return NULL;
	return (char *)(folder ? folder : "/usr/share/locale");
}

char *bind_textdomain_codeset(const char *domain, const char *codeset) {
	return domain && *domain ? (char *)codeset : NULL;
}
