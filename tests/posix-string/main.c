/* string.h and strings.h, and what GNU and the BSDs have besides; each function at every alignment and
 * length that its fast paths could tell apart. */
#include <locale.h>
#include <signal.h>
#include <strings.h>
#include "check.h"

static unsigned char area[512], copy[512];

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void memory(void)
{
	for (int from = 0; from < 17; from++)
		for (int to = 0; to < 17; to++)
			for (int length = 0; length < 140; length += 1 + length / 24) {
				for (int i = 0; i < 512; i++)
					area[i] = i * 7, copy[i] = 0xee;
				int bad = memcpy(copy + to, area + from, length) != copy + to;
				for (int i = 0; i < 512; i++)
					bad |= copy[i] != (i >= to && i < to + length ? area[from + i - to] : 0xee);
				memcpy(copy, area, 512);
				bad |= memmove(area + to, area + from, length) != area + to;
				for (int i = 0; i < length; i++)
					bad |= area[to + i] != copy[from + i];
				memset(area + to, 0xab, length);
				bad |= (length && area[to + length - 1] != 0xab) || area[to + length] != copy[to + length];
				CHECK(!bad);
			}
	for (int at = 0; at < 9; at++)
		for (int length = 0; length < 100; length++) {
			memset(area, 'a', sizeof area);
			area[at + length] = 'b';
			CHECK(memchr(area + at, 'b', length) == NULL);
			CHECK(memchr(area + at, 'b', length + 1) == area + at + length);
			CHECK(memrchr(area + at, 'b', length + 5) == area + at + length);
			CHECK(rawmemchr(area + at, 'b') == area + at + length);
			area[at + length] = 0;
			CHECK_EQ(strlen((char *)area + at), length);
			CHECK_EQ(strnlen((char *)area + at, length + 7), length);
			CHECK_EQ(strnlen((char *)area + at, length / 2), length / 2);
			CHECK(strchr((char *)area + at, 0) == (char *)area + at + length);
			CHECK(strchr((char *)area + at, 'x') == NULL);
			memset(copy, 'a', sizeof copy);
			copy[length] = 0;
			CHECK_EQ(strcmp((char *)area + at, (char *)copy), 0);
			if (length) {
				copy[length - 1] = 0xe4;
				CHECK(strcmp((char *)area + at, (char *)copy) < 0);
				CHECK(strcmp((char *)copy, (char *)area + at) > 0);
				CHECK(memcmp(area + at, copy, length) < 0);
				CHECK_EQ(memcmp(area + at, copy, length - 1), 0);
				CHECK_EQ(strncmp((char *)area + at, (char *)copy, length - 1), 0);
				CHECK(strncmp((char *)area + at, (char *)copy, length) < 0);
			}
		}
	char text[20];
	CHECK(mempcpy(text, "abc", 4) == text + 4);
	CHECK(memccpy(text, "hello", 'l', 20) == text + 3);
	CHECK(memccpy(text, "hello", 'x', 5) == NULL);
	CHECK(memmem("haystack needle hay", 19, "needle", 6) != NULL);
	CHECK(memmem("abc", 3, "", 0) != NULL);
	CHECK(memmem("abc", 3, "abcd", 4) == NULL);
	CHECK(memmem("a\0b\0c", 5, "\0c", 2) != NULL);
	memset(text, 1, sizeof text);
	explicit_bzero(text, 5);
	CHECK(text[4] == 0 && text[5] == 1);
	bzero(text, 7);
	CHECK(text[6] == 0 && text[7] == 1);
	bcopy("overlap", text, 8);
	bcopy(text, text + 2, 8);
	CHECK(strcmp(text, "ovoverlap") == 0);
	CHECK(bcmp("ab", "ac", 2) != 0 && bcmp("ab", "ac", 1) == 0);
	swab("badc", text, 4);
	CHECK(memcmp(text, "abcd", 4) == 0);
}

static void strings(void)
{
	char text[40] = "";
	CHECK(strcpy(text, "hello") == text && strcmp(text, "hello") == 0);
	CHECK(strcat(text, " world") == text && strcmp(text, "hello world") == 0);
	CHECK(stpcpy(text, "abc") == text + 3);
	CHECK(strncat(text, "defgh", 2) == text && strcmp(text, "abcde") == 0);
	memset(text, 'x', 10);
	CHECK(strncpy(text, "ab", 5) == text && memcmp(text, "ab\0\0\0x", 6) == 0);
	strncpy(text, "abcdef", 3);
	CHECK(memcmp(text, "abc\0", 4) == 0);
	memset(text, 'x', 10);
	CHECK(stpncpy(text, "ab", 5) == text + 2 && text[4] == 0 && text[5] == 'x');
	CHECK(stpncpy(text, "abcdef", 3) == text + 3);
	CHECK(strcmp("a", "b") < 0 && strcmp("b", "a") > 0 && strcmp("", "") == 0 && strcmp("\xff", "a") > 0);
	CHECK(strncmp("abc", "abd", 2) == 0 && strncmp("abc", "abd", 3) < 0 && strncmp("a", "a\0b", 5) == 0 && strncmp("x", "y", 0) == 0);
	CHECK(strcoll("a", "b") < 0 && strcoll("same", "same") == 0);
	CHECK_EQ(strxfrm(text, "transform", sizeof text), 9);
	CHECK(strcasecmp("", "\xe9") < 0 && strcasecmp("a\xe9", "A") > 0 && strcasecmp("\x80", "\x7f") > 0);
	CHECK(strncasecmp("aBc", "AbD", 2) == 0 && strncasecmp("aBc", "AbD", 3) < 0 && strncasecmp("a", "\xe9", 1) < 0);
	CHECK(strncasecmp("x", "y", 0) == 0 && strncasecmp("ab", "AB", 99) == 0);
	CHECK(strcasecmp("HeLLo", "hEllO") == 0 && strcasecmp("a", "B") < 0 && strcasecmp("b", "A") > 0);
	CHECK(strncasecmp("HELlo", "helXX", 3) == 0 && strncasecmp("HELlo", "helXX", 4) < 0);
	CHECK(strcmp(strchr("hello", 'l'), "llo") == 0 && strcmp(strrchr("hello", 'l'), "lo") == 0);
	CHECK(strrchr("hello", 'x') == NULL && *strrchr("hello", 0) == 0);
	CHECK(*strchrnul("hello", 'x') == 0 && strcmp(strchrnul("hello", 'e'), "ello") == 0);
	CHECK(strcmp(index("hello", 'l'), "llo") == 0 && strcmp(rindex("hello", 'l'), "lo") == 0);
	CHECK_EQ(strspn("aabbc", "ab"), 4);
	CHECK_EQ(strspn("abc", ""), 0);
	CHECK_EQ(strcspn("hello, world", " ,"), 5);
	CHECK_EQ(strcspn("abc", ""), 3);
	CHECK(strcmp(strpbrk("hello", "ol"), "llo") == 0 && strpbrk("hello", "xyz") == NULL);
	CHECK(strcmp(strstr("aabaabaaab", "aaab"), "aaab") == 0 && strstr("abc", "abcd") == NULL);
	CHECK(strcmp(strstr("abc", ""), "abc") == 0);
	CHECK(strcmp(strcasestr("Hello World", "WORLD"), "World") == 0 && strcasestr("abc", "d") == NULL);
	char long_text[2000];
	memset(long_text, 'a', sizeof long_text);
	strcpy(long_text + 1500, "needle in the haystack that is very long indeed");
	CHECK(strstr(long_text, "needle in the haystack that is very long indeed") == long_text + 1500);
	CHECK(strstr(long_text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaneedle") == long_text + 1500 - 33);

	char list[] = ",,one,,two,three,", *save = NULL;
	CHECK(strcmp(strtok_r(list, ",", &save), "one") == 0);
	CHECK(strcmp(strtok_r(NULL, ",", &save), "two") == 0);
	CHECK(strcmp(strtok_r(NULL, ",", &save), "three") == 0);
	CHECK(strtok_r(NULL, ",", &save) == NULL);
	char words[] = "a b";
	CHECK(strcmp(strtok(words, " "), "a") == 0 && strcmp(strtok(NULL, " "), "b") == 0 && strtok(NULL, " ") == NULL);
	char fields[] = "a::b", *at = fields;
	CHECK(strcmp(strsep(&at, ":"), "a") == 0 && strcmp(strsep(&at, ":"), "") == 0);
	CHECK(strcmp(strsep(&at, ":"), "b") == 0 && at == NULL && strsep(&at, ":") == NULL);
	char ends[] = ",a,";
	at = ends;
	CHECK(strcmp(strsep(&at, ","), "") == 0 && strcmp(strsep(&at, ","), "a") == 0 && strcmp(strsep(&at, ","), "") == 0 && at == NULL);
	at = ends + 1;
	CHECK(strcmp(strsep(&at, ""), "a") == 0 && at == NULL);
	char *made = strdup("copy");
	CHECK(made && strcmp(made, "copy") == 0);
	free(made);
	made = strndup("copy", 2);
	CHECK(made && strcmp(made, "co") == 0);
	free(made);
	CHECK(strcmp(strdupa("stack"), "stack") == 0);
	CHECK(strcmp(basename("/usr/lib"), "lib") == 0 && strcmp(basename("plain"), "plain") == 0);
	static const char *const versions[] = { "000", "00", "01", "010", "09", "0", "1", "9", "10" };
	for (int i = 0; i < 9; i++)
		for (int j = 0; j < 9; j++)
			CHECK_EQ(sign(strverscmp(versions[i], versions[j])), sign(i - j));
	CHECK(strverscmp("file-9", "file-10") < 0);
	CHECK_EQ(ffs(0), 0);
	CHECK_EQ(ffs(0x50), 5);
	CHECK_EQ(ffs(1U << 31), 32);
	CHECK(ffsl(1L << 40) == 41 && ffsll(1LL << 63) == 64);
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
	CHECK(strcasecmp_l("A", "a", c) == 0 && strncasecmp_l("Ax", "ay", 1, c) == 0);
	CHECK(strcoll_l("a", "b", c) < 0 && strxfrm_l(text, "ab", sizeof text, c) == 2);
	freelocale(c);
#if defined __hermit__ || __GLIBC_MINOR__ >= 38
	CHECK_EQ(strlcpy(text, "abcdef", 4), 6);
	CHECK(strcmp(text, "abc") == 0);
	CHECK_EQ(strlcat(text, "xyz", 5), 6);
	CHECK(strcmp(text, "abcx") == 0);
	CHECK_EQ(strlcat(text, "xyz", 2), 5);
#endif
}

static void messages(void)
{
	char text[100];
	for (int number = 0; number < 200; number++) {
		char *message = strerror(number);
		CHECK(message != NULL && *message);
	}
	CHECK(strcmp(strerror(ENOENT), "No such file or directory") == 0);
	/* No other function calls strerror(), so that its text stays. */
	const char *unknown = strerror(-1);
	char before[64];
	snprintf(before, sizeof before, "%s", unknown);
	strerror_r(-2, text, sizeof text);
	CHECK(strcmp(unknown, before) == 0);
	CHECK(strcmp(strerror_r(ENOENT, text, sizeof text), "No such file or directory") == 0);
	CHECK_RC(__xpg_strerror_r(ENOENT, text, sizeof text), 0);
	CHECK(strcmp(text, "No such file or directory") == 0);
	CHECK_RC(__xpg_strerror_r(ENOENT, text, 5), ERANGE);
	/* Errors that only BSD's and Linux's programs name. */
	CHECK(strcmp(strerror(ESHUTDOWN), "Cannot send after transport endpoint shutdown") == 0);
	CHECK_RC(__xpg_strerror_r(ESOCKTNOSUPPORT, text, sizeof text), 0);
	CHECK(strcmp(text, "Socket type not supported") == 0);
	CHECK(EDEADLOCK == EDEADLK && ENOTBLK > 0 && EREMOTE > 0 && EUSERS > 0 && ENOMEDIUM > 0);
	CHECK_RC(__xpg_strerror_r(123456, text, sizeof text), EINVAL);
	CHECK(strstr(strerror(123456), "123456") != NULL);
	CHECK(strcmp(strsignal(SIGSEGV), "Segmentation fault") == 0);
	CHECK(strsignal(SIGRTMIN) != NULL && strsignal(1000) != NULL);
	errno = 0;
	strerror(ENOENT);
	CHECK_EQ(errno, 0);
}

int main(void)
{
	memory();
	strings();
	messages();
	return check_done();
}
