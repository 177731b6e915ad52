/* Locales and what depends on them. Hermit knows C, POSIX and UTF-8; the host's answers for these are what
 * the tables are compared with. */
#include <iconv.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <monetary.h>
#include <nl_types.h>
#include <time.h>
#include "check.h"

static void locales(void)
{
	CHECK(strcmp(setlocale(LC_ALL, NULL), "C") == 0);
	CHECK(strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0 || strcmp(nl_langinfo(CODESET), "US-ASCII") == 0 || strcmp(nl_langinfo(CODESET), "ASCII") == 0);
	CHECK(setlocale(LC_ALL, "POSIX") != NULL);
	CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
	CHECK(strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
	CHECK(strcmp(setlocale(LC_NUMERIC, NULL), "C") == 0);
	char *all = strdup(setlocale(LC_ALL, NULL));
	CHECK(setlocale(LC_ALL, "C") != NULL && MB_CUR_MAX == 1);
	CHECK(setlocale(LC_ALL, all) != NULL && MB_CUR_MAX > 1);
	free(all);
	CHECK(setlocale(LC_ALL, "xx_nothing.wrong") == NULL);
	CHECK(setlocale(12345, "C") == NULL);
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	setenv("LANG", "C.UTF-8", 1);
	CHECK(setlocale(LC_ALL, "") != NULL && MB_CUR_MAX > 1);
	setenv("LC_ALL", "C", 1);
	CHECK(setlocale(LC_ALL, "") != NULL && MB_CUR_MAX == 1);
	struct lconv *c = localeconv();
	CHECK(strcmp(c->decimal_point, ".") == 0 && *c->thousands_sep == 0 && *c->grouping == 0 && *c->currency_symbol == 0);
	CHECK(c->frac_digits == CHAR_MAX && c->p_cs_precedes == CHAR_MAX && c->int_n_sign_posn == CHAR_MAX);
	locale_t utf = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL), copy;
	REQUIRE(utf != NULL);
	CHECK(strcmp(nl_langinfo_l(CODESET, utf), "UTF-8") == 0);
	CHECK(uselocale(NULL) == LC_GLOBAL_LOCALE);
	CHECK(uselocale(utf) == LC_GLOBAL_LOCALE && MB_CUR_MAX > 1);
	CHECK(uselocale(NULL) == utf);
	CHECK(uselocale(LC_GLOBAL_LOCALE) == utf && MB_CUR_MAX == 1);
	CHECK((copy = duplocale(utf)) != NULL);
	CHECK(strcmp(nl_langinfo_l(CODESET, copy), "UTF-8") == 0);
	freelocale(copy);
	freelocale(utf);
	errno = 0;
	CHECK(newlocale(LC_ALL_MASK, "xx_nothing.wrong", NULL) == NULL && errno == ENOENT);
	CHECK(strtod_l("1.5", NULL, duplocale(LC_GLOBAL_LOCALE)) == 1.5);
}

static void language(void)
{
	static const nl_item items[] = { D_T_FMT, D_FMT, T_FMT, T_FMT_AMPM, AM_STR, PM_STR, DAY_1, DAY_7, ABDAY_1, ABDAY_4, MON_1, MON_5, MON_12,
		ABMON_1, ABMON_12, RADIXCHAR, THOUSEP, YESEXPR, NOEXPR, ERA };
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		printf("item %zu: %s\n", i, nl_langinfo(items[i]));
	CHECK(*nl_langinfo(123456) == 0);
}

static void convert(const char *to, const char *from, const char *text, size_t size)
{
	char result[100], *out = result, *in = (char *)text;
	size_t left = size, room = sizeof result;
	printf("%s>%s: ", from, to);
	iconv_t state = iconv_open(to, from);
	if (state == (iconv_t)-1) {
		printf("not there, %d\n", errno == EINVAL);
		return;
	}
	errno = 0;
	size_t count = iconv(state, &in, &left, &out, &room);
	printf("%zd %s left %zu:", (ssize_t)count, errno == EILSEQ ? "EILSEQ" : errno == EINVAL ? "EINVAL" : errno == E2BIG ? "E2BIG" : "-", left);
	for (char *at = result; at < out; at++)
		printf(" %02x", (unsigned char)*at);
	printf("\n");
	CHECK_EQ(iconv_close(state), 0);
}

static void character_sets(void)
{
	static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z";
	convert("UTF-16LE", "UTF-8", text, 11);
	convert("UTF-16BE", "UTF-8", text, 11);
	convert("UCS-4LE", "UTF-8", text, 11);
	convert("UCS-4BE", "UTF-8", text, 11);
	convert("UTF-32LE", "UTF-8", text, 11);
	convert("UTF-32BE", "UTF-8", text, 11);
	convert("UTF-8", "UTF-8", text, 11);
	convert("utf8", "Latin1", "\xe4\xf6\xfc", 3);
	convert("ISO-8859-1", "UTF-8", "\xc3\xa4\xc3\xbf", 4);
	convert("ISO-8859-1", "UTF-8", "a\xe2\x82\xac", 4);
	convert("ISO-8859-15", "UTF-8", "a\xe2\x82\xac", 4);
	convert("UTF-8", "ISO-8859-15", "\xa4\xbd", 2);
	convert("CP1252", "UTF-8", "\xe2\x82\xac\xe2\x80\x9c", 6);
	convert("WINDOWS-1252", "UTF-8", "\xe2\x82\xac\xe2\x80\x9c", 6);
	convert("UTF-8", "CP1252", "\x80\x93", 2);
	convert("UTF-8", "KOI8-R", "\xc1\xc2\xd7", 3);
	convert("UTF-8", "ISO-8859-5", "\xb0\xb1", 2);
	convert("UTF-8", "CP1251", "\xc0\xff", 2);
	convert("UTF-8", "CP850", "\x84\x81", 2);
	convert("ASCII", "UTF-8", "plain", 5);
	convert("ASCII", "UTF-8", "pl\xc3\xa4", 4);
	convert("US-ASCII", "UTF-8", "plain", 5);
	convert("UTF-8", "UTF-16LE", "a\0\xe4\0\x3d\xd8\0\xde", 8);
	convert("UTF-8", "UTF-16LE", "\x3d\xd8", 2);
	convert("UTF-8", "UTF-16", "\xff\xfe" "a\0", 4);
	convert("UTF-8", "UTF-16", "\xfe\xff\0a", 4);
	convert("UTF-8", "UTF-8", "a\xff", 2);
	convert("UTF-8", "UTF-8", "a\xe2\x82", 3);
	convert("ISO-8859-1", "UTF-8", "\xc3", 1);
	convert("nothing", "UTF-8", "a", 1);
	convert("UTF-8", "nothing", "a", 1);
	convert("", "UTF-8", "a", 1);
	convert("WCHAR_T", "UTF-8", "a\xc3\xa4", 3);
	convert("UTF-8", "WCHAR_T", (const char *)L"a\u20ac", 8);
	char small[3], *in = "abcdef", *out = small;
	size_t left = 6, room = 3;
	iconv_t state = iconv_open("UTF-8", "ISO-8859-1");
	CHECK_ERRNO(iconv(state, &in, &left, &out, &room), E2BIG);
	CHECK(left == 3 && room == 0);
	CHECK_EQ(iconv(state, NULL, NULL, NULL, NULL), 0);
	iconv_close(state);
}

static void money(void)
{
	static const char *const formats[] = { "%n", "%i", "%.0n", "%.3n", "%#5n", "%=*#7n", "%(n", "%(#5n", "%12n|", "%-12n|", "%!n", "%^n", "%+n", "%!#3.1i", "a%nb%%" };
	static const double values[] = { 0, 1, -1, 1234.567, -1234.567, 0.005, 99999.995 };
	setlocale(LC_ALL, "C");
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
		for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
			char text[100] = "";
			ssize_t length = strfmon(text, sizeof text, formats[f], values[v]);
			printf("strfmon %s %zd [%s]\n", formats[f], length, text);
		}
	char text[10];
	CHECK_EQ(strfmon(text, 4, "%n", 1234.5), -1);
	CHECK_ERRNO(strfmon(text, sizeof text, "%q", 1.0), EINVAL);
}

static void messages(void)
{
	errno = 0;
	nl_catd catalogue = catopen("no-such-catalogue", 0);
	CHECK(catalogue == (nl_catd)-1 && errno == ENOENT);
	CHECK(strcmp(catgets(catalogue, 1, 1, "default"), "default") == 0);
	CHECK_ERRNO(catclose(catalogue), EBADF);
	CHECK(strcmp(gettext("text"), "text") == 0);
	CHECK(strcmp(dgettext("domain", "text"), "text") == 0);
	CHECK(strcmp(dcgettext("domain", "text", LC_MESSAGES), "text") == 0);
	CHECK(strcmp(ngettext("one", "many", 1), "one") == 0 && strcmp(ngettext("one", "many", 0), "many") == 0);
	CHECK(strcmp(dngettext("domain", "one", "many", 2), "many") == 0);
	CHECK(strcmp(dcngettext("domain", "one", "many", 1, LC_MESSAGES), "one") == 0);
	CHECK(strcmp(textdomain(NULL), "messages") == 0);
	CHECK(strcmp(textdomain("program"), "program") == 0 && strcmp(textdomain(NULL), "program") == 0);
	CHECK(strcmp(textdomain(""), "messages") == 0);
	CHECK(strcmp(bindtextdomain("program", "/somewhere"), "/somewhere") == 0);
	CHECK(bindtextdomain("", "/x") == NULL);
	CHECK(strcmp(bind_textdomain_codeset("program", "UTF-8"), "UTF-8") == 0);
}

int main(void)
{
	locales();
	language();
	character_sets();
	money();
	messages();
	return check_done();
}
