/* Strings, numbers as text, sorting and stdio. */
#include "measure.h"
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static volatile size_t result;
static char text[8192], other[8192];

/* A function that the compiler does not know. */
#define HIDDEN(function) ({ __typeof__(&function) volatile hidden = function; hidden; })

static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	memset(text, 'a', sizeof text);
	memset(other, 'a', sizeof other);
	text[1000] = other[1000] = 0;
	text[64] = other[64] = 0;

	MEASURE("strlen of 64", 1000, result = HIDDEN(strlen)(text));
	MEASURE("strlen of 64, at 3", 1000, result = HIDDEN(strlen)(text + 3));
	MEASURE("strlen of 935", 1000, result = HIDDEN(strlen)(text + 65));
	MEASURE("strcmp of 64", 1000, result = HIDDEN(strcmp)(text, other));
	MEASURE("strcmp of 63, at 1 and 1", 1000, result = HIDDEN(strcmp)(text + 1, other + 1));
	MEASURE("strcmp of 61, at 3 and 1", 1000, result = HIDDEN(strcmp)(text + 3, other + 1));
	MEASURE("strchr in 64", 1000, result = (size_t)HIDDEN(strchr)(text, 'b'));
	MEASURE("memchr in 1000", 1000, result = (size_t)HIDDEN(memchr)(text, 'b', 1000));
	MEASURE("strcpy of 64", 1000, HIDDEN(strcpy)(other, text));
	MEASURE("strstr in 935", 1000, result = (size_t)HIDDEN(strstr)(text + 65, "ab"));
	MEASURE("memcpy of 16", 1000, HIDDEN(memcpy)(other, text, 16));
	MEASURE("memcpy of 256", 1000, HIDDEN(memcpy)(other, text, 256));
	MEASURE("memcpy of 4096", 1000, HIDDEN(memcpy)(other, text, 4096));
	MEASURE("memcmp of 256", 1000, result = HIDDEN(memcmp)(other, text, 256));
	MEASURE("memset of 256", 1000, HIDDEN(memset)(other, 1, 256));

	static int numbers[1000];
	MEASURE("qsort of 1000", 5, unsigned seed = 1; for (int i = 0; i < 1000; i++)
		numbers[i] = (seed = seed * 1103515245 + 12345) >> 8;
		qsort(numbers, 1000, sizeof *numbers, compare));
	MEASURE("bsearch in 1000", 500, int key = numbers[(round_ * 7) % 1000];
		result = (size_t)bsearch(&key, numbers, 1000, sizeof *numbers, compare));
	MEASURE("rand", 1000, result = rand());
	MEASURE("random", 1000, result = random());

	char number[64];
	MEASURE("snprintf %d", 500, snprintf(number, sizeof number, "%d", 123456));
	MEASURE("snprintf %s", 500, snprintf(number, sizeof number, "%s and %s", "one", "two"));
	MEASURE("snprintf %f", 200, snprintf(number, sizeof number, "%f", 3.14159265358979));
	MEASURE("snprintf %.17g", 200, snprintf(number, sizeof number, "%.17g", 1.0 / 3));
	MEASURE("strtod", 200, result = strtod("3.14159265358979", NULL));
	MEASURE("strtol", 500, result = strtol("123456", NULL, 10));
	int parsed;
	double parsed_double;
	MEASURE("sscanf %d", 200, sscanf("123456", "%d", &parsed));
	MEASURE("sscanf %lf", 200, sscanf("3.14159", "%lf", &parsed_double));

	FILE *file = fmemopen(text, sizeof text, "r+");
	setvbuf(file, NULL, _IOFBF, 4096);
	MEASURE("putc", 1000, putc('x', file));
	rewind(file);
	MEASURE("getc", 1000, result = getc(file));
	rewind(file);
	for (int i = 0; i < 8000; i += 50)
		text[i] = '\n';
	char line[100];
	MEASURE("fgets of 50", 30, result = (size_t)fgets(line, sizeof line, file));
	rewind(file);
	MEASURE("fwrite of 16", 100, fwrite(line, 1, 16, file));
	rewind(file);
	MEASURE("fread of 16", 100, result = fread(line, 1, 16, file));
	rewind(file);
	MEASURE("fprintf %d", 100, fprintf(file, "%d\n", 12345));
	fclose(file);

	time_t now = 1700000000;
	struct tm tm;
	MEASURE("gmtime_r", 200, gmtime_r(&now, &tm));
	MEASURE("localtime_r", 200, localtime_r(&now, &tm));
	MEASURE("mktime", 200, result = mktime(&tm));
	MEASURE("strftime", 200, strftime(number, sizeof number, "%Y-%m-%d %H:%M:%S", &tm));
	wchar_t wide[64];
	MEASURE("mbstowcs of 12", 200, result = mbstowcs(wide, "Gr\303\274\303\237e, Welt", 64));
	MEASURE("getenv", 200, result = (size_t)getenv("NO_SUCH_VARIABLE"));
	return 0;
}
