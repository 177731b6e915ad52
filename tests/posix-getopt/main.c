/* Each line is what one command line is taken for: options in turn, then what is left. Messages go to
 * standard output, where they are compared, too. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int flag;

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "output", required_argument, NULL, 'o' },
	{ "optional", optional_argument, NULL, 'p' },
	{ "verbose", no_argument, &flag, 7 },
	{ "version", no_argument, NULL, 'V' },
	{ "out", no_argument, NULL, 'u' },
	{ NULL } };

static void run(const char *options, int kind, const char *line)
{
	char copy[200], *arguments[20], *word;
	int count = 0;
	arguments[count++] = "program";
	strcpy(copy, line);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		arguments[count++] = word;
	arguments[count] = NULL;
	printf("%s %d {%s}:", options, kind, line);
	fflush(stdout);
	optind = 0;	/* GNU: from the beginning */
	flag = 0;
	for (int turns = 0; turns < 20; turns++) {
		int index = -1;
		optarg = NULL;
		int option = kind == 0 ? getopt(count, arguments, options) :
			kind == 1 ? getopt_long(count, arguments, options, long_options, &index) :
			getopt_long_only(count, arguments, options, long_options, &index);
		if (option == -1)
			break;
		printf(" %c", option ? option : '0');
		if (option == 1)
			printf("one");
		if (option == '?' || option == ':')
			printf("(%c)", optopt ? optopt : '-');
		if (option != '?' && option != ':' && optarg)
			printf("=%s", optarg);
		if (index >= 0)
			printf("@%d", index);
		fflush(stdout);
	}
	printf(" |");
	for (int i = optind; i < count; i++)
		printf(" %s", arguments[i]);
	printf(" flag %d\n", flag);
	fflush(stdout);
}

int main(void)
{
	dup2(1, 2);
	static const char *const shorts[] = { "", "-a", "-a -b x", "-ab x", "-o out file", "-oout file", "-ao out", "file -a other -b", "-a -- -b",
		"-", "-a - -b", "-x", "-o", "-ax", "--", "-a file -- -b", "x y z" };
	for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
		run("abo:", 0, shorts[i]);
		run("+abo:", 0, shorts[i]);
		run(":abo:", 0, shorts[i]);
		run("-abo:", 0, shorts[i]);
		run("abo::", 0, shorts[i]);
	}
	static const char *const longs[] = { "--help", "--hel", "--h", "--output file", "--output=file", "--outp=file", "--out", "--ou", "--optional", "--optional=x", "--optional x",
		"--verbose", "--ver", "--vers", "--verb", "--nothing", "--help=x", "--output", "-h --output x rest", "rest --help more", "--output= x", "-o x --verbose -- --help", "--", "-", "-hV" };
	for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
		run("hVo:p::", 1, longs[i]);
		run("+hVo:p::", 1, longs[i]);
		run(":hVo:p::", 1, longs[i]);
	}
	static const char *const only[] = { "-help", "-output x", "-o x", "-h", "-hV", "-verbose", "-x", "--help", "-nothing", "-output=x" };
	for (size_t i = 0; i < sizeof only / sizeof *only; i++)
		run("hVo:", 2, only[i]);
#ifndef __GLIBC__	/* which goes on with the order of the line before */
	/* 1 begins a new line, too, unless the one before ended inside a word. */
	char *none[] = { "program", NULL }, *operand[] = { "program", "word", "-a", NULL };
	optind = 0;
	getopt(1, none, "-a");
	optind = 1;
	if (getopt(3, operand, "+a") != -1 || optind != 1)
		printf("the order of the line before\n");
#endif
	opterr = 0;
	run("a", 0, "-x");
	run("a", 1, "--nothing");
	return 0;
}
