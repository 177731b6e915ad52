/* wchar.h, wctype.h, ctype.h and uchar.h in C and in C.UTF-8. */
#include <ctype.h>
#include <limits.h>
#include <locale.h>
#include <stdint.h>
#include <time.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>
#include "check.h"

static void conversions(void)
{
	mbstate_t state = { 0 };
	wchar_t wide = 0;
	char bytes[MB_LEN_MAX];
	CHECK_EQ(MB_CUR_MAX >= 4, 1);
	CHECK_EQ(mbrtowc(&wide, "\xe2\x82\xac!", 4, &state), 3);
	CHECK_EQ(wide, 0x20ac);
	CHECK_EQ(mbrtowc(&wide, "\xf0\x9f\x98\x80", 4, &state), 4);
	CHECK_EQ(wide, 0x1f600);
	CHECK_EQ(mbrtowc(&wide, "", 1, &state), 0);
	CHECK_EQ((ssize_t)mbrtowc(&wide, "\xe2", 1, &state), -2);
	CHECK(!mbsinit(&state));
	CHECK_EQ((ssize_t)mbrtowc(&wide, "\x82", 1, &state), -2);
	CHECK_EQ(mbrtowc(&wide, "\xac", 1, &state), 1);
	CHECK(wide == 0x20ac && mbsinit(&state));
	static const char *const wrong[] = { "\x80", "\xff", "\xc0\x80", "\xe2(\xa1", "\xed\xa0\x80", "\xe0\x80\x80" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		memset(&state, 0, sizeof state);
		errno = 0;
		CHECK_EQ((ssize_t)mbrtowc(&wide, wrong[i], strlen(wrong[i]), &state), -1);
		CHECK_EQ(errno, EILSEQ);
	}
	memset(&state, 0, sizeof state);
	CHECK_EQ(wcrtomb(bytes, 0x20ac, &state), 3);
	CHECK(memcmp(bytes, "\xe2\x82\xac", 3) == 0);
	CHECK_EQ(wcrtomb(bytes, 'a', &state), 1);
	CHECK_EQ(wcrtomb(NULL, 0x20ac, &state), 1);
	CHECK_EQ(wcrtomb(bytes, 0x10ffff, &state), 4);
	errno = 0;
	CHECK_EQ((ssize_t)wcrtomb(bytes, 0xd800, &state), -1);	/* half of a pair */
	CHECK_EQ(errno, EILSEQ);
	memset(&state, 0, sizeof state);
	errno = 0;
	wchar_t made[10];
	CHECK_EQ(swprintf(made, 10, L"%s", "a\xff"), -1);
	CHECK_EQ(errno, EILSEQ);
	CHECK_EQ(mbstowcs(made, "a\xc3\xbc\xe2\x82\xac", 10), 3);
	CHECK(made[1] == 0xfc && made[2] == 0x20ac && made[3] == 0);
	CHECK_EQ(mbstowcs(made, "a\xc3\xbc\xe2\x82\xac", 2), 2);
	CHECK_EQ(mbstowcs(NULL, "a\xc3\xbc\xe2\x82\xac", 0), 3);
	CHECK_EQ((ssize_t)mbstowcs(made, "\xc3", 10), -1);
	CHECK_EQ((ssize_t)mbstowcs(made, "\xc3(", 10), -1);
	CHECK_EQ((ssize_t)mbstowcs(made, "\xc0\x80", 10), -1);
	CHECK_EQ(wcstombs(bytes, L"a\u00fc\u20ac", 7), 6);
	CHECK(strcmp(bytes, "a\xc3\xbc\xe2\x82\xac") == 0);
	CHECK_EQ(wcstombs(bytes, L"a\u00fc\u20ac", 5), 3);	/* no half characters */
	CHECK_EQ(wcstombs(NULL, L"a\u00fc\u20ac", 0), 6);
#ifdef __hermit__	/* glibc goes on after U+10FFFF */
	errno = 0;
	CHECK_EQ((ssize_t)wcrtomb(bytes, 0x7fffffff, &state), -1);
	CHECK_EQ(errno, EILSEQ);
	CHECK_EQ((ssize_t)c32rtomb(bytes, 0x110000, &state), -1);
	CHECK_EQ((ssize_t)mbrtowc(&wide, "\xf5\x80\x80\x80", 4, &state), -1);
	memset(&state, 0, sizeof state);
#endif
	for (wchar_t code = 1; code < 0x110000; code += 1 + code / 50) {
		if (code >= 0xd800 && code < 0xe000)
			continue;
		memset(&state, 0, sizeof state);
		size_t length = wcrtomb(bytes, code, &state);
		CHECK_EQ(length, code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
		CHECK_EQ(mbrtowc(&wide, bytes, length, &state), length);
		CHECK_EQ(wide, code);
	}
	CHECK_EQ(mblen("\xc3\xbc", 2), 2);
	CHECK_EQ(mblen("\xc3", 1), -1);
	CHECK_EQ(mbtowc(&wide, "\xc3\xbc", 2), 2);
	CHECK_EQ(wide, 0xfc);
	CHECK_EQ(wctomb(bytes, 0xfc), 2);
	memset(&state, 0, sizeof state);
	CHECK_EQ(mbrlen("\xe2\x82\xac", 3, &state), 3);
	CHECK_EQ(btowc('a'), 'a');
	CHECK_EQ(btowc(0xe4), WEOF);
	CHECK_EQ(btowc(EOF), WEOF);
	CHECK_EQ(wctob(L'a'), 'a');
	CHECK_EQ(wctob(0x20ac), EOF);

	wchar_t text[20];
	char back[40];
	CHECK_EQ(mbstowcs(text, "gr\xc3\xbc\xc3\x9f", 20), 4);
	CHECK(wcscmp(text, L"gr\u00fc\u00df") == 0);
	CHECK_EQ(mbstowcs(NULL, "gr\xc3\xbc\xc3\x9f", 0), 4);
	CHECK_EQ((ssize_t)mbstowcs(text, "a\xff", 20), -1);
	CHECK_EQ(wcstombs(back, L"gr\u00fc\u00df", sizeof back), 6);
	CHECK(strcmp(back, "gr\xc3\xbc\xc3\x9f") == 0);
	CHECK_EQ(wcstombs(NULL, L"gr\u00fc\u00df", 0), 6);
	const char *from = "a\xc3\xa4" "b";
	memset(&state, 0, sizeof state);
	CHECK_EQ(mbsrtowcs(text, &from, 20, &state), 3);
	CHECK(from == NULL && text[1] == 0xe4);
	const char *start = "a\xc3\xa4" "b";
	from = start;
	CHECK_EQ(mbsrtowcs(text, &from, 2, &state), 2);
	CHECK_EQ(from - start, 3);
	from = start;
	CHECK_EQ(mbsnrtowcs(text, &from, 3, 20, &state), 2);
	CHECK_EQ(from - start, 3);
	const wchar_t *source = L"\u20acx";
	CHECK_EQ(wcsrtombs(back, &source, sizeof back, &state), 4);
	CHECK(source == NULL && strcmp(back, "\xe2\x82\xacx") == 0);
	source = L"\u20acx";
	CHECK_EQ(wcsnrtombs(back, &source, 1, sizeof back, &state), 3);
	source = L"a\u20ac";
	CHECK_EQ(wcsrtombs(back, &source, 3, &state), 1);
}

static void utf16(void)
{
	mbstate_t state = { 0 };
	char16_t half = 0;
	char32_t whole = 0;
	char bytes[MB_LEN_MAX];
	CHECK_EQ(mbrtoc16(&half, "\xe2\x82\xac", 3, &state), 3);
	CHECK_EQ(half, 0x20ac);
	CHECK_EQ(mbrtoc16(&half, "\xf0\x9f\x98\x80", 4, &state), 4);
	CHECK_EQ(half, 0xd83d);
	CHECK_EQ((ssize_t)mbrtoc16(&half, "x", 1, &state), -3);
	CHECK_EQ(half, 0xde00);
	CHECK_EQ(mbrtoc16(&half, "", 1, &state), 0);
	CHECK_EQ((ssize_t)mbrtoc16(&half, "\xe2", 1, &state), -2);
	memset(&state, 0, sizeof state);
	CHECK_EQ((ssize_t)mbrtoc16(&half, "\xff", 1, &state), -1);
	memset(&state, 0, sizeof state);
	CHECK_EQ(c16rtomb(bytes, 0x20ac, &state), 3);
	CHECK_EQ(c16rtomb(bytes, 0xd83d, &state), 0);
	CHECK_EQ(c16rtomb(bytes, 0xde00, &state), 4);
	CHECK(memcmp(bytes, "\xf0\x9f\x98\x80", 4) == 0);
	CHECK_EQ(mbrtoc32(&whole, "\xf0\x9f\x98\x80", 4, &state), 4);
	CHECK_EQ(whole, 0x1f600);
	CHECK_EQ(c32rtomb(bytes, 0x1f600, &state), 4);
	errno = 0;
	CHECK_EQ((ssize_t)c32rtomb(bytes, 0xd800, &state), -1);
	CHECK_EQ(errno, EILSEQ);
}

static void strings(void)
{
	wchar_t text[40], *end;
	CHECK(wcscpy(text, L"hello") == text && wcslen(text) == 5);
	CHECK(wcscat(text, L" w") == text && wcscmp(text, L"hello w") == 0);
	CHECK(wcsncat(text, L"orld", 2) == text && wcscmp(text, L"hello wor") == 0);
	CHECK(wcpcpy(text, L"abc") == text + 3 && wcpncpy(text, L"ab", 4) == text + 2 && text[3] == 0);
	wmemset(text, L'x', 10);
	CHECK(wcsncpy(text, L"ab", 4) == text && text[3] == 0 && text[4] == L'x');
	CHECK(wcsncmp(L"abc", L"abd", 2) == 0 && wcsncmp(L"abc", L"abd", 3) < 0);
	CHECK(wcscmp(L"\u20ac", L"a") > 0 && wcscoll(L"a", L"b") < 0);
	CHECK(wcscasecmp(L"HeLLO", L"hEllo") == 0 && wcsncasecmp(L"ABx", L"aby", 2) == 0);
	CHECK(wcscasecmp(L"\u00c4", L"\u00e4") == 0);
	CHECK(wcschr(L"hello", L'l')[1] == L'l' && wcsrchr(L"hello", L'l')[1] == L'o' && wcschr(L"a", L'b') == NULL);
	CHECK_EQ(wcsspn(L"aabc", L"ab"), 3);
	CHECK_EQ(wcscspn(L"aabc", L"c"), 3);
	CHECK(*wcspbrk(L"hello", L"lo") == L'l' && wcspbrk(L"a", L"b") == NULL);
	CHECK(wcscmp(wcsstr(L"hello", L"ll"), L"llo") == 0 && wcsstr(L"a", L"b") == NULL);
	CHECK_EQ(wcsnlen(L"hello", 3), 3);
	wchar_t list[] = L"a,b", *save;
	CHECK(*wcstok(list, L",", &save) == L'a' && *wcstok(NULL, L",", &save) == L'b' && wcstok(NULL, L",", &save) == NULL);
	wchar_t *made = wcsdup(L"made");
	CHECK(made && wcscmp(made, L"made") == 0);
	free(made);
	CHECK_EQ(wcsxfrm(text, L"ab", 40), 2);
	CHECK(wmemchr(L"abc", L'c', 3) != NULL && wmemchr(L"abc", L'c', 2) == NULL);
	CHECK(wmemcmp(L"abc", L"abd", 3) < 0 && wmemcpy(text, L"abc", 4) == text && wmemmove(text + 1, text, 3) == text + 1);
	CHECK(text[1] == L'a' && text[3] == L'c' && wmempcpy(text, L"ab", 2) == text + 2);
	CHECK(wcstol(L"  -42x", &end, 10) == -42 && *end == L'x');
	CHECK(wcstod(L"2.5e3", &end) == 2500 && *end == 0);
	CHECK_EQ(wcstol(L"0x", &end, 16), 0);
	CHECK_EQ(*end, L'x');
	CHECK_EQ(wcwidth(L'a'), 1);
	CHECK_EQ(wcwidth(0x4e2d), 2);
	CHECK_EQ(wcwidth(0), 0);
	CHECK_EQ(wcwidth(7), -1);
	CHECK_EQ(wcswidth(L"a\u4e2d", 2), 3);
	struct tm tm = { .tm_year = 120, .tm_mday = 1 };
	CHECK_EQ(wcsftime(text, 40, L"%Y-%m-%d", &tm), 10);
	CHECK(wcscmp(text, L"2020-01-01") == 0);
}

static void classes(void)
{
	for (int c = -1; c < 256; c++) {
		int ascii = c >= 0 && c < 128;
		CHECK_EQ(!!isalpha(c), ascii && ((c | 32) >= 'a' && (c | 32) <= 'z'));
		CHECK_EQ(!!isdigit(c), c >= '0' && c <= '9');
		CHECK_EQ(!!isspace(c), c == ' ' || (c >= 9 && c <= 13));
		CHECK_EQ(!!iscntrl(c), ascii && (c < 32 || c == 127));
		CHECK_EQ(!!isprint(c), c >= 32 && c < 127);
		CHECK_EQ(!!isgraph(c), c > 32 && c < 127);
		CHECK_EQ(!!ispunct(c), !!isgraph(c) && !isalnum(c));
		CHECK_EQ(!!isxdigit(c), isdigit(c) || (ascii && (c | 32) >= 'a' && (c | 32) <= 'f'));
		CHECK_EQ(!!isblank(c), c == ' ' || c == '\t');
		CHECK_EQ(!!isupper(c), c >= 'A' && c <= 'Z');
		CHECK_EQ(!!islower(c), c >= 'a' && c <= 'z');
		CHECK_EQ(toupper(c), c >= 'a' && c <= 'z' ? c - 32 : c);
		CHECK_EQ(tolower(c), c >= 'A' && c <= 'Z' ? c + 32 : c);
		if (c >= 0)
			CHECK_EQ(!!isascii(c), ascii);
	}
	CHECK_EQ(toascii(0xe1), 0x61);
	CHECK(iswalpha(0xe4) && iswalpha(0x3b1) && iswalpha(0x4e2d) && !iswalpha(L'1') && !iswalpha(0x20ac));
	CHECK(iswupper(0xc4) && iswlower(0xe4) && !iswupper(0xe4) && iswdigit(L'7') && !iswdigit(0x661));
	CHECK(iswspace(0x2003) && iswspace(L' ') && !iswspace(L'a') && iswpunct(0x20ac) && iswprint(0xe4) && iswgraph(0xe4));
	CHECK(iswcntrl(0x7f) && iswxdigit(L'f') && iswalnum(L'9') && iswblank(L'\t') && !iswalpha(WEOF) && !iswprint(WEOF));
	CHECK_EQ(towupper(0xe4), 0xc4);
	CHECK_EQ(towlower(0x391), 0x3b1);
	CHECK_EQ(towupper(L'1'), L'1');
	CHECK_EQ(towlower(WEOF), WEOF);
	static const char *const names[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit" };
	for (int i = 0; i < 12; i++)
		CHECK(wctype(names[i]) != 0);
	/* The kinds belong together as POSIX says, for every character. */
	int odd = 0;
	for (wint_t c = 0; c < 0x110000; c++) {
		int alpha = !!iswalpha(c), digit = !!iswdigit(c), alnum = !!iswalnum(c), punct = !!iswpunct(c), space = !!iswspace(c),
		    cntrl = !!iswcntrl(c), print = !!iswprint(c), graph = !!iswgraph(c), blank = !!iswblank(c);
		odd += alnum != (alpha || digit) || (digit && (c < '0' || c > '9')) || (blank && !space) || (cntrl && (print || alnum || punct)) ||
		       (graph && !print) || (punct && (alnum || space)) || ((iswupper(c) || iswlower(c)) && (!alpha || cntrl)) || (space && alnum);
	}
	CHECK_EQ(odd, 0);
	CHECK(wcwidth(0x10ffff) == -1 && wcwidth(0x4e2d) == 2 && wcwidth(0x301) == 0 && wcwidth(L'\n') == -1);
	CHECK(wctype("nothing") == 0 && iswctype(L'a', wctype("alpha")) && !iswctype(L'1', wctype("alpha")));
	CHECK(wctrans("toupper") != 0 && wctrans("tolower") != 0 && wctrans("nothing") == 0);
	CHECK_EQ(towctrans(L'a', wctrans("toupper")), L'A');
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
	CHECK(isalpha_l('a', c) && isdigit_l('1', c) && toupper_l('a', c) == 'A' && iswalpha_l(L'a', c) && towupper_l(L'a', c) == L'A');
	CHECK(wcscoll_l(L"a", L"b", c) < 0 && wcscasecmp_l(L"A", L"a", c) == 0);
	freelocale(c);
}

static void streams(void)
{
	char *memory = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&memory, &size);
	REQUIRE(out != NULL);
	CHECK(fwide(out, -1) < 0);
	fclose(out);
	free(memory);
	out = fopen("wide.txt", "w+");
	REQUIRE(out != NULL);
	CHECK_EQ(fputwc(0x20ac, out), 0x20ac);
	CHECK(fwide(out, 0) > 0);
	CHECK(fputws(L" gr\u00fc\u00df\nsecond\n", out) >= 0);
	CHECK_EQ(fwprintf(out, L"%d %ls\n", 5, L"\u00e4"), 4);
	rewind(out);
	CHECK_EQ(fgetwc(out), 0x20ac);
	CHECK_EQ(ungetwc(0x20ac, out), 0x20ac);
	wchar_t line[40];
	CHECK(fgetws(line, 40, out) == line && wcscmp(line, L"\u20ac gr\u00fc\u00df\n") == 0);
	CHECK(fgetws(line, 4, out) == line && wcscmp(line, L"sec") == 0);
	CHECK(fgetws(line, 40, out) == line && wcscmp(line, L"ond\n") == 0);
	int number = 0;
	CHECK_EQ(fwscanf(out, L"%d %ls", &number, line), 2);
	CHECK(number == 5 && line[0] == 0xe4);
	CHECK_EQ(getwc(out), L'\n');
	CHECK_EQ(fgetwc(out), WEOF);
	CHECK(feof(out));
	fclose(out);
	unlink("wide.txt");
	wchar_t *wide_memory = NULL;
	out = open_wmemstream(&wide_memory, &size);
	REQUIRE(out != NULL);
	fputws(L"wide", out);
	fclose(out);
	CHECK(size == 4 && wcscmp(wide_memory, L"wide") == 0);
	free(wide_memory);
}

static void classes_in_c(void)
{
	CHECK_EQ(MB_CUR_MAX, 1);
	wchar_t wide;
	errno = 0;
	CHECK_EQ(mbtowc(&wide, "a", 1), 1);
	CHECK(iswalpha(L'a') && !iswalpha(L'1') && towupper(L'a') == L'A');
}

int main(void)
{
	CHECK(strcmp(setlocale(LC_ALL, NULL), "C") == 0);
	classes_in_c();
	REQUIRE(setlocale(LC_ALL, "C.UTF-8") != NULL);
	conversions();
	utf16();
	strings();
	classes();
	streams();
	return check_done();
}
