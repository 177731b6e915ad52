/* Counts the words of a text, as `wc -w` does, with all threads at once.
 *
 * usage: wordcount [-v] [FILE]      without FILE it reads stdin
 *
 * Each thread takes a piece of the text. A word belongs to the piece in which it begins, and a
 * byte begins a word if it is no blank and the byte before it is one: so the pieces need nothing
 * from each other but the one byte before their first. */
#include <errno.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads everything into one buffer that grows by doubling. */
static char *read_all(FILE *stream, size_t *length)
{
	size_t room = 1 << 16;
	char *text = malloc(room);
	*length = 0;
	while (text != NULL) {
		size_t count = fread(text + *length, 1, room - *length, stream);
		*length += count;
		if (count == 0)
			break;
		if (*length == room) {
			char *larger = realloc(text, room *= 2);
			if (larger == NULL)
				free(text);
			text = larger;
		}
	}
	return text;
}

int main(int argc, char **argv)
{
	int verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	const char *name = argc > 1 + verbose ? argv[1 + verbose] : NULL;
	FILE *stream = name != NULL ? fopen(name, "rb") : stdin;
	if (stream == NULL) {
		fprintf(stderr, "wordcount: %s: %s\n", name, strerror(errno));
		return 1;
	}
	size_t length;
	char *text = read_all(stream, &length);
	if (text == NULL || ferror(stream)) {
		fprintf(stderr, "wordcount: cannot read %s: %s\n", name ? name : "stdin", strerror(errno));
		return 1;
	}

	long words = 0;
	double start = omp_get_wtime();
#pragma omp parallel for schedule(static) reduction(+ : words)
	for (size_t i = 0; i < length; i++)
		words += !is_blank(text[i]) && (i == 0 || is_blank(text[i - 1]));
	double seconds = omp_get_wtime() - start;

	printf("%ld\n", words);
	if (verbose)
		fprintf(stderr, "%zu bytes, %d threads, %.3f ms\n", length, omp_get_max_threads(), seconds * 1e3);
	free(text);
	return 0;
}
