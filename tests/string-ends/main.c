/* The functions that look for a string's end or for a byte, against simple ones: every length and alignment, right
 * before a page that cannot be read and right behind one. */
#include <stdint.h>
#include <strings.h>
#include <sys/mman.h>
#include "check.h"

#define PAGE	4096
#define LONGEST	300

/* Unknown to the compiler, which knows what these do. */
#define CALL(name)	({ __typeof__(&name) volatile function = name; function; })

static char *page, *second;

static char *guarded(void)
{
	char *pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	CHECK_EQ(mprotect(pages, PAGE, PROT_NONE), 0);
	CHECK_EQ(mprotect(pages + 2 * PAGE, PAGE, PROT_NONE), 0);
	return pages + PAGE;
}

/* A string of this length, with other bytes before and behind it where there is room. */
static char *string(char *in, size_t at, size_t len)
{
	memset(in, '#', PAGE);
	for (volatile size_t i = 0; i < len; i++)
		in[at + i] = (char)('a' + i % 7 + (i % 5 ? 0 : 0x80));
	in[at + len] = 0;
	return in + at;
}

static void searches(char *s, size_t len)
{
	CHECK_EQ(CALL(strlen)(s), len);
	CHECK_EQ(CALL(strnlen)(s, SIZE_MAX), len);
	CHECK_EQ(CALL(strnlen)(s, len), len);
	CHECK_EQ(CALL(strnlen)(s, len / 2), len / 2);
	CHECK(CALL(memchr)(s, '#', len + 1) == NULL);
	CHECK(CALL(memchr)(s, 0, SIZE_MAX) == s + len);
	CHECK(CALL(memrchr)(s, 'Z', len + 1) == NULL);
	CHECK(CALL(memrchr)(s, 0, len + 1) == s + len);
	CHECK(CALL(rawmemchr)(s, 0) == s + len);
	CHECK(CALL(strchr)(s, 'Z') == NULL);
	CHECK(CALL(strchr)(s, 0) == s + len);
	CHECK(CALL(strchrnul)(s, 'Z') == s + len);
	CHECK(CALL(strrchr)(s, 'Z') == NULL);
	CHECK(CALL(strrchr)(s, 0) == s + len);
	CHECK_EQ(CALL(strspn)(s, "abcdefg\xe1\xe2\xe3\xe4\xe5\xe6\xe7"), len);
	CHECK_EQ(CALL(strcspn)(s, "#Z"), len);
	CHECK(CALL(strpbrk)(s, "#Z") == NULL);
	for (size_t i = 0; i < len; i++) {
		char kept = s[i];
		s[i] = 'Z';
		CHECK(CALL(memchr)(s, 'Z' + 256, len) == s + i);
		CHECK(CALL(memchr)(s, 'Z', i) == NULL);
		CHECK(CALL(memrchr)(s, 'Z', len) == s + i);
		CHECK(CALL(rawmemchr)(s, 'Z') == s + i);
		CHECK(CALL(strchr)(s, 'Z') == s + i);
		CHECK(CALL(strchrnul)(s, 'Z') == s + i);
		CHECK(CALL(strrchr)(s, 'Z') == s + i);
		CHECK(CALL(index)(s, 'Z') == s + i);
		CHECK(CALL(rindex)(s, 'Z') == s + i);
		CHECK_EQ(CALL(strcspn)(s, "YZ"), i);
		CHECK(CALL(strpbrk)(s, "YZ") == s + i);
		/* The first and the last of two. */
		char other = s[len - 1];
		s[len - 1] = 'Z';
		CHECK(CALL(memchr)(s, 'Z', len) == s + i);
		CHECK(CALL(strrchr)(s, 'Z') == s + len - 1);
		s[len - 1] = other;
		s[i] = kept;
	}
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void comparisons(char *a, char *b, size_t len)
{
	CHECK_EQ(CALL(strcmp)(a, b), 0);
	CHECK_EQ(CALL(strncmp)(a, b, SIZE_MAX), 0);
	CHECK_EQ(CALL(strncmp)(a, b, len), 0);
	CHECK_EQ(CALL(memcmp)(a, b, len + 1), 0);
	for (size_t i = 0; i < len; i++) {
		char kept = b[i];
		int expected = (unsigned char)a[i] < 0xff ? -1 : 1;
		b[i] = (char)0xff;
		CHECK_EQ(sign(CALL(strcmp)(a, b)), expected);
		CHECK_EQ(sign(CALL(strcmp)(b, a)), -expected);
		CHECK_EQ(sign(CALL(memcmp)(a, b, len)), expected);
		CHECK_EQ(sign(CALL(strncmp)(a, b, i + 1)), expected);
		CHECK_EQ(CALL(strncmp)(a, b, i), 0);
		CHECK_EQ(CALL(memcmp)(a, b, i), 0);
		/* The shorter one is less, whatever follows its end. */
		b[i] = 0;
		CHECK_EQ(sign(CALL(strcmp)(a, b)), 1);
		CHECK_EQ(sign(CALL(strcmp)(b, a)), -1);
		CHECK_EQ(CALL(strncmp)(a, b, i), 0);
		char behind = b[len - 1];
		if (i + 1 < len) {
			char same = a[i];
			a[i] = 0;
			b[len - 1] ^= 1;
			CHECK_EQ(CALL(strcmp)(a, b), 0);
			CHECK_EQ(CALL(strncmp)(a, b, len), 0);
			b[len - 1] = behind;
			a[i] = same;
		}
		b[i] = kept;
	}
}

static void copies(char *from, size_t len)
{
	for (size_t at = 0; at < 17; at++) {
		char *to = second + PAGE - 2 * LONGEST - 20 + at;
		memset(second, '=', PAGE);
		CHECK(CALL(strcpy)(to, from) == to);
		CHECK(memcmp(to, from, len + 1) == 0 && to[-1] == '=' && to[len + 1] == '=');
		CHECK(CALL(strcat)(to, from) == to);
		CHECK(memcmp(to + len, from, len + 1) == 0 && memcmp(to, from, len) == 0);
		memset(second, '=', PAGE);
		CHECK(CALL(stpcpy)(to, from) == to + len);
		CHECK(CALL(strncat)(to, from, len / 2) == to);
		CHECK_EQ(strlen(to), len + len / 2);
		memset(second, '=', PAGE);
		CHECK(CALL(stpncpy)(to, from, len + 9) == to + len);
		for (size_t i = 0; i < 9; i++)
			CHECK_EQ(to[len + i], 0);
		CHECK_EQ(to[len + 9], '=');
		CHECK(CALL(strncpy)(to, "other", len / 2) == to);
		CHECK(CALL(stpncpy)(to, from, len / 2) == to + len / 2);
		CHECK(memcmp(to, from, len) == 0 || len / 2 < 5);
	}
	char *end = second + PAGE - len - 1;
	CHECK(CALL(strcpy)(end, from) == end && memcmp(end, from, len + 1) == 0);
}

int main(void)
{
	page = guarded();
	second = guarded();
	for (size_t len = 0; len < LONGEST; len += 1 + len / 100) {
		/* Before the page's end. */
		searches(string(page, PAGE - len - 1, len), len);
		for (size_t at = 0; at < 36; at += 1 + at / 6) {
			comparisons(string(page, at, len), string(second, PAGE - len - 1, len), len);
			comparisons(string(page, PAGE - len - 1, len), string(second, at, len), len);
			comparisons(string(page, PAGE - len - 1 - at, len), string(second, PAGE - len - 1, len), len);
		}
		copies(string(page, PAGE - len - 1, len), len);
	}
	/* At every place of a block of 64 bytes, and behind the page's beginning. */
	for (size_t at = 0; at < 64; at++)
		for (size_t len = 0; len < LONGEST; len += 1 + len / 20)
			searches(string(page, at, len), len);
	CHECK(CALL(memchr)(page + 2 * PAGE, 'a', 0) == NULL);
	CHECK_EQ(CALL(strnlen)(page + PAGE, 0), 0);
	CHECK_EQ(CALL(strncmp)(page + PAGE, page - 1, 0), 0);
	CHECK_EQ(CALL(memcmp)(page + PAGE, page - 1, 0), 0);
	return check_done();
}
