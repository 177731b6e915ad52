/* regex.h, fnmatch.h, glob.h and wordexp.h. */
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <locale.h>
#include <regex.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wordexp.h>
#include "check.h"

static const char *error_name(int code)
{
	static const struct { int code; const char *name; } names[] = {
		{ REG_NOMATCH, "NOMATCH" }, { REG_BADPAT, "BADPAT" }, { REG_ECOLLATE, "ECOLLATE" }, { REG_ECTYPE, "ECTYPE" },
		{ REG_EESCAPE, "EESCAPE" }, { REG_ESUBREG, "ESUBREG" }, { REG_EBRACK, "EBRACK" }, { REG_EPAREN, "EPAREN" },
		{ REG_EBRACE, "EBRACE" }, { REG_BADBR, "BADBR" }, { REG_ERANGE, "ERANGE" }, { REG_ESPACE, "ESPACE" }, { REG_BADRPT, "BADRPT" } };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == code)
			return names[i].name;
	return code == 0 ? "OK" : "?";
}

static void match(const char *pattern, int flags, const char *text)
{
	regex_t regex;
	regmatch_t found[10];
	int code = regcomp(&regex, pattern, flags);
	printf("%s /%s/ ", flags & REG_EXTENDED ? "ERE" : "BRE", pattern);
	if (code) {
		printf("%s\n", error_name(code));
		return;
	}
	code = regexec(&regex, text, 10, found, 0);
	printf("(%zu) [%s] %s", regex.re_nsub, text, error_name(code));
	for (size_t i = 0; code == 0 && i <= regex.re_nsub && i < 10; i++)
		printf(" %d-%d", (int)found[i].rm_so, (int)found[i].rm_eo);
	printf("\n");
	regfree(&regex);
}

static void regular_expressions(void)
{
	static const struct { const char *pattern, *text; } extended[] = {
		{ "abc", "xabcx" }, { "a*", "aaa" }, { "a+", "baaa" }, { "a?b", "ab" }, { "^abc$", "abc" }, { "^abc$", "abcd" },
		{ "a|b", "xb" }, { "(a|ab)(c|bcd)", "abcd" }, { "(a*)(b*)", "aabb" }, { "x(y)?z", "xz" }, { "[a-c]+", "xxabcabx" },
		{ "[^a-c]+", "abxyab" }, { "[]a]+", "]a]" }, { "[a-]+", "-a-" }, { "[[:alpha:]]+", "12abC3" }, { "[[:digit:][:space:]]+", "a1 2b" },
		{ "a{2}", "aaaa" }, { "a{2,}", "aaaa" }, { "a{1,3}", "aaaa" }, { "(ab){2}", "ababab" }, { "a.c", "abc" }, { ".", "" },
		{ "", "abc" }, { "()", "abc" }, { "(a)(b)(c)(d)", "abcd" }, { "a\\.b", "a.b" }, { "a\\+b", "a+b" }, { "\\(a\\)", "(a)" },
		{ "(^a)|(b$)", "xb" }, { "a||b", "b" }, { "(", "x" }, { "[a", "x" }, { "[[:nothing:]]", "x" }, { "a{2", "x" },
		{ "a{3,2}", "x" }, { "*a", "*a" }, { "[b-a]", "x" }, { "\\", "x" }, { "(a+|b)*c", "abac" }, 
		{ "a{0}b", "ab" }, { "(.*)=(.*)", "key=value=x" }, { "^[[:space:]]*#", "  # c" }, { "[0-9]+\\.[0-9]*([eE][+-]?[0-9]+)?", "x 3.14e-5 y" },
		{ "(a|b|c)d", "cd" }, { "x*", "yyy" }, { "b*$", "abb" }, { "[.]", "a.b" }, { "[a\\]]+", "a\\]" }, { "^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)", "http://host/path?q" },
		{ "(foo|foobar)(bar)?", "foo" }, { "([a-z]+)-([a-z]+)", "one-two" }, { "z|", "a" },
		{ "^6?3?[25]?5?[14]*[25]*[69]*+[58]*87?4?$", "633" }, { "\\w+", " a_1 " }, { "[[.a.]-[.c.]]+", "xbcad" }, { "[[=a=]x]+", "bax" },
		{ "[[.].]a]+", "b]a" }, { "[[.^.]]", "a^" }, { "[^[.^.][.-.]]+", "^a-" },
		{ "[[.[.][:digit:]]+", "a[1" }, { "[[.nothing.]]", "x" },
		{ "a{,2}", "aaa" }, { "[{,]+", "a{," }, { "\\bfoo\\b", "a foo" }, { "\\<o", "foo o" } };
	for (size_t i = 0; i < sizeof extended / sizeof *extended; i++)
		match(extended[i].pattern, REG_EXTENDED, extended[i].text);
	static const struct { const char *pattern, *text; } basic[] = {
		{ "abc", "xabc" }, { "a\\(b\\)c", "abc" }, { "a*", "aa" }, { "*a", "*a" }, { "\\(*a\\)", "*a" }, { "^*a", "*a" }, { "a\\{2\\}", "aaa" },
		{ "a\\{2,3\\}", "aaaa" }, { "\\(a\\)\\1", "aa" }, { "\\(ab*\\)x\\1", "abbxabb" }, { "\\(a\\)\\2", "aa" }, { "a+", "a+" }, { "(a)", "(a)" },
		{ "a|b", "a|b" }, { "^a$", "a" }, { "a^b", "a^b" }, { "a$b", "a$b" }, { "\\(^a\\)", "a" }, { "[[:upper:]]", "aB" }, { "\\(a", "x" },
		{ "a\\)", "x" }, { "a\\{1", "x" }, { "[^]]", "]a" }, { "x\\.y", "x.y" }, { ".*\\(b\\)", "abab" }, { "\\(.\\)\\(.\\)\\2\\1", "xabbay" },
		{ "a\\|b", "xb" }, { "a\\+", "caa" }, { "xa\\?", "x" } };
	for (size_t i = 0; i < sizeof basic / sizeof *basic; i++)
		match(basic[i].pattern, 0, basic[i].text);
	setlocale(LC_ALL, "C.UTF-8");
	match("^.$", REG_EXTENDED, "\u00e4");
	match("[\u00e4\u00f6]+", REG_EXTENDED, "x\u00f6\u00e4");
	match("\u00c4", REG_ICASE, "\u00e4");
	match("[[:alpha:]]+$", REG_EXTENDED, "1\u00e4\u00f6");
	setlocale(LC_ALL, "C");
	match("ABC", REG_EXTENDED | REG_ICASE, "xabcx");
	match("[a-c]+", REG_ICASE | REG_EXTENDED, "ABC");
	match("^b", REG_EXTENDED | REG_NEWLINE, "a\nb");
	match("a$", REG_EXTENDED | REG_NEWLINE, "a\nb");
	match("a.b", REG_EXTENDED | REG_NEWLINE, "a\nb");
	match("a[^x]b", REG_EXTENDED | REG_NEWLINE, "a\nb");
	regex_t regex;
	CHECK_RC(regcomp(&regex, "^a|b$", REG_EXTENDED | REG_NOSUB), 0);
	CHECK_RC(regexec(&regex, "a", 0, NULL, 0), 0);
	CHECK_RC(regexec(&regex, "a", 0, NULL, REG_NOTBOL), REG_NOMATCH);
	CHECK_RC(regexec(&regex, "b", 0, NULL, REG_NOTEOL), REG_NOMATCH);
	regfree(&regex);
	regmatch_t part = { 2, 4 };
	CHECK_RC(regcomp(&regex, "c+", REG_EXTENDED), 0);
	CHECK_RC(regexec(&regex, "ccxc", 1, &part, REG_STARTEND), 0);
	CHECK(part.rm_so == 3 && part.rm_eo == 4);
	regfree(&regex);
	char text[100];
	for (int code = 1; code < 14; code++) {
		size_t length = regerror(code, NULL, text, sizeof text);
		CHECK(length > 1 && strlen(text) + 1 == length);
		CHECK(regerror(code, NULL, text, 3) == length && strlen(text) == 2);
	}
}

static void file_patterns(void)
{
	static const struct { const char *pattern, *text; int flags; } list[] = {
		{ "*", "abc", 0 }, { "*", "", 0 }, { "a?c", "abc", 0 }, { "a?c", "ac", 0 }, { "*.c", "main.c", 0 }, { "*.c", "main.h", 0 },
		{ "[abc]", "b", 0 }, { "[!abc]", "d", 0 }, { "[!abc]", "a", 0 }, { "[^a]", "b", 0 }, { "[a-z]*", "hello", 0 }, { "[]a]", "]", 0 },
		{ "[[:digit:]]", "5", 0 }, { "[[:alpha:][:digit:]]x", "ax", 0 }, { "\\*", "*", 0 }, { "\\*", "a", 0 }, { "\\*", "\\x", FNM_NOESCAPE },
		{ "*", "a/b", 0 }, { "*", "a/b", FNM_PATHNAME }, { "*/b", "a/b", FNM_PATHNAME }, { "a?b", "a/b", FNM_PATHNAME }, { "a[/]b", "a/b", FNM_PATHNAME },
		{ "*", ".hidden", 0 }, { "*", ".hidden", FNM_PERIOD }, { ".*", ".hidden", FNM_PERIOD }, { "a/*", "a/.b", FNM_PERIOD | FNM_PATHNAME },
		{ "?hidden", ".hidden", FNM_PERIOD }, { "[.]hidden", ".hidden", FNM_PERIOD }, { "a/*", "a/.b", FNM_PERIOD }, { "ABC", "abc", FNM_CASEFOLD },
		{ "[A-C]*", "bcd", FNM_CASEFOLD }, { "a", "a/b", FNM_LEADING_DIR }, { "*a*b*c*", "xaxbxcx", 0 }, { "*a*b*c*", "xaxcxbx", 0 }, { "[", "[", 0 }, { "[a", "[a", 0 },
		{ "a[b", "a[b", 0 }, { "**", "ab", 0 }, { "[--0]", ".", 0 }, { "", "", 0 }, { "", "a", 0 }, { "a*", "a", 0 }, { "*a", "aaa", 0 },
		{ "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0 },
		{ "*?*?*?*?*?*?*?*?*?*?*?*?*?*/x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/y", FNM_PATHNAME },
		{ "*/*.c", "a/b.c", FNM_PATHNAME }, { "*/*.c", "a/b/d.c", FNM_PATHNAME }, { "*/b*d", "a/bcd/e", FNM_PATHNAME | FNM_LEADING_DIR },
		{ "*ab*ab", "abababx", 0 }, { "*ab*ab", "abxabab", 0 }, { "*.*", "a.b", FNM_PERIOD }, { "a/*x", "a/.x", FNM_PERIOD | FNM_PATHNAME } };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		printf("fnmatch %zu %s %s: %d\n", i, list[i].pattern, list[i].text, fnmatch(list[i].pattern, list[i].text, list[i].flags));
}

static void touch(const char *name)
{
	close(open(name, O_CREAT | O_WRONLY, 0600));
}

static int refused(const char *path, int number)
{
	return 0;
}

static void find(const char *pattern, int flags)
{
	glob_t found = { .gl_offs = flags & GLOB_DOOFFS ? 2 : 0 };
	int code = glob(pattern, flags, refused, &found);
	printf("glob %s: %s", pattern, code == 0 ? "OK" : code == GLOB_NOMATCH ? "NOMATCH" : code == GLOB_ABORTED ? "ABORTED" : "?");
	if (code == 0) {
		printf(" %zu", (size_t)found.gl_pathc);
		size_t offset = flags & GLOB_DOOFFS ? 2 : 0;
		for (size_t i = 0; i < (size_t)found.gl_pathc; i++)
			printf(" %s", found.gl_pathv[offset + i]);
		CHECK(found.gl_pathv[offset + found.gl_pathc] == NULL);
		if (offset)
			CHECK(found.gl_pathv[0] == NULL && found.gl_pathv[1] == NULL);
		globfree(&found);
	}
	printf("\n");
}

static void globs(void)
{
	mkdir("globs", 0700);
	REQUIRE(chdir("globs") == 0);
	static const char *const names[] = { "a.c", "b.c", "c.h", ".hidden", "x[1]", "sp ace" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		touch(names[i]);
	mkdir("dir", 0700);
	mkdir("dir/sub", 0700);
	touch("dir/one.c");
	touch("dir/sub/two.c");
	find("*.c", 0);
	find("*", 0);
	find(".*den", 0);
	find("*/*.c", 0);
	find("d*/s*/*", 0);
	find("[ab].c", 0);
	find("?.[ch]", 0);
	find("nothing*", 0);
	find("nothing*", GLOB_NOCHECK);
	find("a.c", 0);
	find("absent", 0);
	find("x\\[1\\]", 0);
	find("dir", GLOB_MARK);
	find("*", GLOB_MARK);
	find("*.c", GLOB_DOOFFS);
	find("{a,b}.c", GLOB_BRACE);
	find("{dir,none}/*.c", GLOB_BRACE);
	find("*", GLOB_ONLYDIR);
	find("*/", 0);
	find("./*.h", 0);
	glob_t found;
	CHECK_EQ(glob("*.c", 0, NULL, &found), 0);
	CHECK_EQ(glob("*.h", GLOB_APPEND, NULL, &found), 0);
	CHECK_EQ(found.gl_pathc, 3);
	CHECK(strcmp(found.gl_pathv[2], "c.h") == 0);
	globfree(&found);
}

static void words(const char *source, int flags)
{
	wordexp_t result = { .we_offs = 1 };
	int code = wordexp(source, &result, flags);
	static const char *const names[] = { "OK", "NOSPACE", "BADCHAR", "BADVAL", "CMDSUB", "SYNTAX" };
	printf("wordexp {%s}: %s", source, code >= 0 && code < 6 ? names[code] : "?");
	if (code == 0) {
		size_t offset = flags & WRDE_DOOFFS ? 1 : 0;
		for (size_t i = 0; i < result.we_wordc; i++)
			printf(" [%s]", result.we_wordv[offset + i]);
		CHECK(result.we_wordv[offset + result.we_wordc] == NULL);
		wordfree(&result);
	}
	printf("\n");
}

static void shell_words(void)
{
	setenv("ONE", "1", 1);
	setenv("LIST", "a b  c", 1);
	setenv("EMPTY", "", 1);
	setenv("HOME", "/home/me", 1);
	setenv("PATTERN", "*.c", 1);
	setenv("FILE", "name.tar.gz", 1);
	unsetenv("IFS");
	unsetenv("UNSET");
	static const char *const list[] = { "", "one", "one two", "  one   two  ", "'single quoted'", "\"double quoted\"", "a'b c'd", "a\\ b", "$ONE", "${ONE}x",
		"$LIST", "\"$LIST\"", "'$LIST'", "x$LIST", "$UNSET", "\"$UNSET\"", "a$UNSET", "$EMPTY x", "~", "~/x", "a~", "\"~\"", "*.c", "'*.c'", "\"*.c\"", "\"$PATTERN\"",
		"nothing*", "${UNSET:-default}", "${UNSET:-a b}", "\"${UNSET:-a b}\"", "${EMPTY:-default}", "${EMPTY-default}", "${ONE:+set}", "${UNSET:+set}", "${ONE:-no}", "${NEW:=made}", "$NEW",
		"${#LIST}", "${FILE%.*}", "${FILE%%.*}", "${FILE#*.}", "${FILE##*.}", "$((1+2*3))", "$(($ONE+1))", "$((-7/2))", "$((5 - 3 - 1))",
		"a|b", "a;b", "a&b", "a<b", "(a)", "a\nb", "'open", "\"open", "${ONE", "${}", "a\\", "\"a\\\"b\"", "\"\\$ONE\"", "\\$ONE", "\"\\n\"", "a\\\nb", "'a'\"b\"c", "\"\"", "''", "x''y", "$", "a$", "[ab].c", "{a,b}" };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		words(list[i], 0);
	words("$(echo x)", WRDE_NOCMD);
	words("`echo x`", WRDE_NOCMD);
	words("\"$(echo x)\"", WRDE_NOCMD);
	words("$UNSET", WRDE_UNDEF);
	words("a b", WRDE_DOOFFS);
	setenv("IFS", ":", 1);
	setenv("COLONS", "a:b c::d", 1);
	words("$COLONS", 0);
	words("\"$COLONS\"", 0);
	wordexp_t result;
	CHECK_EQ(wordexp("a b", &result, 0), 0);
	CHECK_EQ(wordexp("c", &result, WRDE_APPEND), 0);
	CHECK(result.we_wordc == 3 && strcmp(result.we_wordv[2], "c") == 0);
	CHECK_EQ(wordexp("d", &result, WRDE_REUSE), 0);
	CHECK(result.we_wordc == 1 && strcmp(result.we_wordv[0], "d") == 0);
	wordfree(&result);
#ifdef __hermit__
	CHECK_EQ(wordexp("$(echo x)", &result, 0), WRDE_CMDSUB);
	/* POSIX's shell does these; glibc's wordexp() does not. */
	setenv("IFS", " ", 1);
	CHECK_EQ(wordexp("$PATTERN $((ONE+1)) $(( (1 << 4) | 3 )) $((1 < 2 && 3 >= 3)) $((7 % 3))", &result, 0), 0);
	REQUIRE(result.we_wordc == 6);
	CHECK(strcmp(result.we_wordv[0], "a.c") == 0 && strcmp(result.we_wordv[2], "2") == 0);
	CHECK(strcmp(result.we_wordv[3], "19") == 0 && strcmp(result.we_wordv[4], "1") == 0 && strcmp(result.we_wordv[5], "1") == 0);
	wordfree(&result);
	CHECK_EQ(wordexp("$((1 ? 2 : 3)) $((0 ? 2 : 1 > 5 ? 7 : 8)) $(((2>1)?5:6))", &result, 0), 0);
	CHECK(result.we_wordc == 3 && strcmp(result.we_wordv[0], "2") == 0 && strcmp(result.we_wordv[1], "8") == 0 &&
	      strcmp(result.we_wordv[2], "5") == 0);
	wordfree(&result);
	CHECK_EQ(wordexp("$((1 ? 2))", &result, 0), WRDE_SYNTAX);
	/* Assignments; what is not taken assigns nothing, and divides by nothing. */
	CHECK_EQ(wordexp("$((VAR = OTHER = 6)) $((VAR <<= 2)) $VAR $((VAR-=4)) $((VAR==20)) $((1 ? 5 : (VAR = 1)))"
		" $((0 && (VAR = 2))) $((1 || 1 / 0)) $((VAR%=OTHER))$VAR $((NEW=-3))", &result, 0), 0);
	static const char *const assigned[] = { "6", "24", "24", "20", "1", "5", "0", "1", "22", "-3" };
	REQUIRE(result.we_wordc == 10);
	for (int i = 0; i < 10; i++)
		CHECK(strcmp(result.we_wordv[i], assigned[i]) == 0);
	CHECK(strcmp(getenv("VAR"), "2") == 0 && strcmp(getenv("NEW"), "-3") == 0);
	wordfree(&result);
	CHECK_EQ(wordexp("$((5 = 6))", &result, 0), WRDE_SYNTAX);
	CHECK_EQ(wordexp("$((1 / 0))", &result, 0), WRDE_SYNTAX);
	CHECK_EQ(wordexp("${UNSET:?}", &result, 0), WRDE_BADVAL);	/* glibc 2.36 crashes */
#endif
}

/* Names of characters, which the GNU library has in no locale of its own. */
static void names_of_characters(void)
{
#ifdef __hermit__
	static const struct { const char *pattern, *text; int begin, end; } named[] = {
		{ "[[.hyphen.]a]+", "b-a", 1, 3 }, { "[[.space.]]", "a b", 1, 2 }, { "[^[.hyphen.][.circumflex.]]+", "^a-", 1, 2 },
		{ "[[.zero.]-[.nine.]]+", "a19", 1, 3 }, { "[[.right-square-bracket.][.left-square-bracket.]-]+", "a[-]", 1, 4 } };
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		regex_t regex;
		regmatch_t found;
		if (!CHECK_EQ(regcomp(&regex, named[i].pattern, REG_EXTENDED), 0))
			continue;
		CHECK_EQ(regexec(&regex, named[i].text, 1, &found, 0), 0);
		CHECK(found.rm_so == named[i].begin && found.rm_eo == named[i].end);
		regfree(&regex);
	}
#endif
}

int main(void)
{
	regular_expressions();
	names_of_characters();
	file_patterns();
	globs();
	shell_words();
	return check_done();
}
