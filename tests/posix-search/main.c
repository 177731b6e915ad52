/* search.h and the generators of stdlib.h: sequences are compared with the host's. */
#include <search.h>
#include <stdint.h>
#include <unistd.h>
#include "check.h"

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static int by_value_r(const void *a, const void *b, void *direction)
{
	return by_value(a, b) * *(int *)direction;
}

static int visits[4];
static long total;

static void visit(const void *node, VISIT which, int depth)
{
	visits[which]++;
	if (which == postorder || which == leaf)
		total += **(int *const *)node * (depth >= 0);
}

static void visit_r(const void *node, VISIT which, void *data)
{
	if (which == postorder || which == leaf)
		*(long *)data = *(long *)data * 31 + **(int *const *)node;
}

static int freed;

static void free_key(void *key)
{
	freed += key != NULL;
}

static void trees(void)
{
	void *root = NULL;
	static int values[100];
	for (int i = 0; i < 100; i++) {
		values[i] = i * 37 % 101;
		int **found = tsearch(&values[i], &root, by_value);
		REQUIRE(found != NULL);
		CHECK(*found == &values[i]);
	}
	int key = values[5], absent = 1000;
	CHECK(*(int **)tsearch(&key, &root, by_value) == &values[5]);
	CHECK(*(int **)tfind(&key, &root, by_value) == &values[5]);
	CHECK(tfind(&absent, &root, by_value) == NULL);
	CHECK(tdelete(&absent, &root, by_value) == NULL);
	CHECK(tdelete(&key, &root, by_value) != NULL);
	CHECK(tfind(&key, &root, by_value) == NULL);
	twalk(root, visit);
	CHECK_EQ(visits[postorder] + visits[leaf], 99);
	CHECK_EQ(visits[preorder], visits[endorder]);
	long sum = 0, order = 0;
	for (int i = 0; i < 100; i++)
		sum += i != 5 ? values[i] : 0;
	CHECK_EQ(total, sum);
	twalk_r(root, visit_r, &order);
	printf("tree in order %ld\n", order);
	tdestroy(root, free_key);
	CHECK_EQ(freed, 99);
}

static void tables(void)
{
	REQUIRE(hcreate(50) != 0);
	static char names[40][8];
	for (int i = 0; i < 40; i++) {
		snprintf(names[i], sizeof names[i], "k%d", i);
		ENTRY entry = { names[i], (void *)(intptr_t)i }, *kept = hsearch(entry, ENTER);
		CHECK(kept != NULL && kept->data == (void *)(intptr_t)i);
	}
	for (int i = 0; i < 40; i++) {
		ENTRY entry = { names[i], NULL }, *found = hsearch(entry, FIND);
		CHECK(found != NULL && found->data == (void *)(intptr_t)i);
	}
	ENTRY again = { names[3], (void *)77 }, absent = { "absent", NULL };
	CHECK(hsearch(again, ENTER)->data == (void *)3);
	CHECK(hsearch(absent, FIND) == NULL);
	hdestroy();
	struct hsearch_data table;
	memset(&table, 0, sizeof table);
	ENTRY *result;
	CHECK(hcreate_r(10, &table) != 0);
	CHECK(hsearch_r(again, ENTER, &result, &table) != 0 && result->data == (void *)77);
	CHECK(hsearch_r(absent, FIND, &result, &table) == 0 && result == NULL);
	hdestroy_r(&table);

	int list[10] = { 5, 3, 8 };
	size_t count = 3;
	int key = 8, new = 9;
	CHECK(lfind(&key, list, &count, sizeof *list, by_value) == &list[2]);
	CHECK(lfind(&new, list, &count, sizeof *list, by_value) == NULL);
	CHECK(lsearch(&new, list, &count, sizeof *list, by_value) == &list[3]);
	CHECK(count == 4 && list[3] == 9);
	CHECK(lsearch(&key, list, &count, sizeof *list, by_value) == &list[2] && count == 4);

	struct node { struct node *next, *previous; } a, b, c;
	insque(&a, NULL);
	CHECK(a.next == NULL && a.previous == NULL);
	insque(&c, &a);
	insque(&b, &a);
	CHECK(a.next == &b && b.next == &c && c.next == NULL && c.previous == &b && b.previous == &a);
	remque(&b);
	CHECK(a.next == &c && c.previous == &a);
	remque(&a);
	CHECK(c.previous == NULL);
}

static void sorting(void)
{
	int list[1000], direction = -1;
	for (int i = 0; i < 1000; i++)
		list[i] = i * 7919 % 1009;
	qsort(list, 1000, sizeof *list, by_value);
	for (int i = 1; i < 1000; i++)
		CHECK(list[i - 1] <= list[i]);
	int key = list[321], absent = 5000;
	int *found = bsearch(&key, list, 1000, sizeof *list, by_value);
	CHECK(found && *found == key);
	CHECK(bsearch(&absent, list, 1000, sizeof *list, by_value) == NULL);
	CHECK(bsearch(&key, list, 0, sizeof *list, by_value) == NULL);
	qsort_r(list, 1000, sizeof *list, by_value_r, &direction);
	for (int i = 1; i < 1000; i++)
		CHECK(list[i - 1] >= list[i]);
	qsort(list, 0, sizeof *list, by_value);
	struct wide { int key; char filler[20]; } wides[50];
	for (int i = 0; i < 50; i++) {
		wides[i].key = (i * 29) % 53;
		memset(wides[i].filler, wides[i].key, sizeof wides[i].filler);
	}
	qsort(wides, 50, sizeof *wides, by_value);
	for (int i = 1; i < 50; i++)
		CHECK(wides[i - 1].key < wides[i].key && wides[i].filler[19] == wides[i].key);
}

static void generators(void)
{
	printf("rand %d", rand());
	srand(42);
	for (int i = 0; i < 5; i++)
		printf(" %d", rand());
	printf("\nrandom %ld", random());
	srandom(1);
	for (int i = 0; i < 5; i++)
		printf(" %ld", random());
	srandom(0);
	printf(" %ld\n", random());
	static const size_t sizes[] = { 8, 31, 32, 64, 100, 128, 256, 300 };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		static uint32_t state[80];
		char *before = initstate(7 + i, (char *)state, sizes[i]);
		printf("initstate %zu:", sizes[i]);
		for (int n = 0; n < 70; n++) {
			long value = random();
			if (n % 10 == 9)
				printf(" %ld", value);
		}
		/* The state is put away, another one used, and the first taken up where it was. */
		char *other = setstate(before);
		CHECK(other == (char *)state);
		random();
		CHECK(setstate(other) == before);
		printf(" %ld\n", random());
		CHECK(setstate(before) == (char *)state);
	}
	errno = 0;
	char tiny[4];
	CHECK(initstate(1, tiny, sizeof tiny) == NULL && errno == EINVAL);
	struct random_data data = { 0 };
	static uint32_t words[32];
	int32_t value;
	CHECK_EQ(initstate_r(5, (char *)words, sizeof words, &data), 0);
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(random_r(&data, &value), 0);
		printf("%d ", value);
	}
	CHECK_EQ(srandom_r(6, &data), 0);
	CHECK_EQ(random_r(&data, &value), 0);
	printf("%d\n", value);
	CHECK_EQ(setstate_r((char *)words, &data), 0);
	CHECK_ERRNO(random_r(&data, NULL), EINVAL);
	unsigned seed = 5;
	CHECK(rand_r(&seed) >= 0 && rand_r(&seed) != rand_r(&seed));

	srand48(12345);
	printf("%.17g %ld %ld", drand48(), lrand48(), mrand48());
	unsigned short mine[3] = { 1, 2, 3 };
	printf(" %.17g", erand48(mine));
	printf(" %ld", nrand48(mine));
	printf(" %ld\n", jrand48(mine));
	unsigned short *old = seed48(mine);
	printf("%u %.17g", old[1], drand48());
	unsigned short parameters[7] = { 1, 2, 3, 4, 5, 6, 7 };
	lcong48(parameters);
	printf(" %.17g\n", drand48());
	struct drand48_data state = { 0 };
	double real;
	long whole;
	srand48_r(99, &state);
	drand48_r(&state, &real);
	lrand48_r(&state, &whole);
	printf("%.17g %ld", real, whole);
	mrand48_r(&state, &whole);
	printf(" %ld", whole);
	erand48_r(mine, &state, &real);
	nrand48_r(mine, &state, &whole);
	printf(" %.17g %ld", real, whole);
	jrand48_r(mine, &state, &whole);
	printf(" %ld", whole);
	seed48_r(mine, &state);
	drand48_r(&state, &real);
	printf(" %.17g", real);
	lcong48_r(parameters, &state);
	drand48_r(&state, &real);
	printf(" %.17g\n", real);
}

static void rest(void)
{
	div_t d = div(-7, 2);
	ldiv_t l = ldiv(7, -2);
	lldiv_t ll = lldiv(-7, -2);
	printf("%d %d %ld %ld %lld %lld\n", d.quot, d.rem, l.quot, l.rem, ll.quot, ll.rem);
	CHECK(abs(-5) == 5 && labs(-5L) == 5 && llabs(-5LL) == 5);
	CHECK(atoi(" 12x") == 12 && atol("-7") == -7 && atoll("99999999999") == 99999999999);
	char a[] = "one,two;;three", *save = NULL, *token, *at = a;
	int count = 0;
	char *options = a;
	(void)at;
	for (token = strtok_r(a, ",;", &save); token; token = strtok_r(NULL, ",;", &save))
		count++;
	CHECK_EQ(count, 3);
	char sub[] = "ro,size=10,other", *value;
	char *const tokens[] = { "ro", "size", NULL };
	options = sub;
	CHECK_EQ(getsubopt(&options, tokens, &value), 0);
	CHECK_EQ(getsubopt(&options, tokens, &value), 1);
	CHECK(value && strcmp(value, "10") == 0);
	CHECK_EQ(getsubopt(&options, tokens, &value), -1);
	CHECK(value && strcmp(value, "other") == 0 && *options == 0);
	char *encoded = l64a(123456789);
	printf("%s", encoded);
	printf(" %ld\n", a64l("cd.2"));
	CHECK(a64l("") == 0 && *l64a(0) == 0);
	int point, sign;
	printf("%s", ecvt(-123.456, 5, &point, &sign));
	printf(" %d %d", point, sign);
	printf(" %s", fcvt(0.0123, 4, &point, &sign));
	printf(" %d %d", point, sign);
	char text[40];
	printf(" %s\n", gcvt(123.456, 4, text));
	unsigned char from[] = { 1, 2, 3, 4 }, to[4];
	swab(from, to, 4);
	CHECK(to[0] == 2 && to[1] == 1 && to[2] == 4 && to[3] == 3);
	CHECK(arc4random_uniform(10) < 10);
	unsigned char random_[32] = { 0 };
	arc4random_buf(random_, sizeof random_);
	int any = 0;
	for (int i = 0; i < 32; i++)
		any |= random_[i];
	CHECK(any);
	arc4random();
	void *many = reallocarray(NULL, 10, 10);
	CHECK(many != NULL);
	errno = 0;
	CHECK(reallocarray(many, SIZE_MAX / 2, 4) == NULL && errno == ENOMEM);
	free(many);
	CHECK_EQ(mblen("a", 1), 1);
}

int main(void)
{
	trees();
	tables();
	sorting();
	generators();
	rest();
	return check_done();
}
