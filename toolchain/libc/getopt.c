/* getopt() and getopt_long(), with the order of arguments and the messages of GNU's. newlib's say other things
 * and are not quiet where POSIX wants it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt = '?', optreset;

/* Where in a word of several options the next one is; and the operands that were passed over: argv[first]
 * up to argv[last - 1]. */
static char *next;
static int first, last;
static enum { PERMUTE, STOP, IN_ORDER } order;

static void start(const char *options) {
	if (optind == 0)
		optind = 1;
	optreset = 0;
	first = last = optind;
	next = NULL;
	order = *options == '-' ? IN_ORDER : *options == '+' || getenv("POSIXLY_CORRECT") ? STOP : PERMUTE;
}

/* Moves the operands that were passed over behind the options that came after them. */
static void exchange(char **argv) {
	int operands = last - first, options = optind - last;
	while (operands > 0 && options > 0) {
		/* One option at a time is moved to the front. */
		char *option = argv[last];
		memmove(argv + first + 1, argv + first, operands * sizeof *argv);
		argv[first++] = option;
		last++;
		options--;
	}
	last = optind;
}

/* An abbreviation, or the name itself; -1 if there is none, -2 if it may be several. */
static int find_long(const struct option *list, const char *name, size_t length, int only) {
	int found = -1;
	for (int i = 0; list[i].name; i++) {
		if (strncmp(list[i].name, name, length) != 0)
			continue;
		if (strlen(list[i].name) == length)
			return i;
		if (found == -1)
			found = i;
		else if (found >= 0 && (only || list[i].has_arg != list[found].has_arg || list[i].flag != list[found].flag ||
				list[i].val != list[found].val))
			found = -2;
	}
	return found;
}

/* A long option, which argv[optind] is; `dashes` are the text before its name. */
static int long_option(int argc, char **argv, const char *options, const struct option *list, int *index,
	const char *dashes, int quiet, int only) {
	char *name = next;
	size_t length = strcspn(name, "=");
	int found = find_long(list, name, length, only);
	if (found == -1 && only && argv[optind][1] != '-' && strchr(options, *name))
		return -1;	/* it may be short ones */
	optind++;
	next = NULL;
	optopt = 0;
	if (found < 0) {
		if (quiet)
			;
		else if (found == -1)
			fprintf(stderr, "%s: unrecognized option '%s%s'\n", argv[0], dashes, name);
		else {
			flockfile(stderr);
			fprintf(stderr, "%s: option '%s%s' is ambiguous; possibilities:", argv[0], dashes, name);
			for (int i = 0; list[i].name; i++)
				if (strncmp(list[i].name, name, length) == 0)
					fprintf(stderr, " '%s%s'", dashes, list[i].name);
			fprintf(stderr, "\n");
			funlockfile(stderr);
		}
		return '?';
	}
	const struct option *option = &list[found];
	if (name[length]) {
		if (option->has_arg == no_argument) {
			if (!quiet)
				fprintf(stderr, "%s: option '%s%s' doesn't allow an argument\n", argv[0], dashes, option->name);
			optopt = option->val;
			return '?';
		}
		optarg = name + length + 1;
	} else if (option->has_arg == required_argument) {
		if (optind >= argc) {
			if (!quiet)
				fprintf(stderr, "%s: option '%s%s' requires an argument\n", argv[0], dashes, option->name);
			optopt = option->val;
			return *options == ':' ? ':' : '?';
		}
		optarg = argv[optind++];
	}
	if (index)
		*index = found;
	if (!option->flag)
		return option->val;
	*option->flag = option->val;
	return 0;
}

static int short_option(int argc, char **argv, const char *options, int quiet) {
	char letter = *next++;
	const char *known = letter == ':' || letter == ';' ? NULL : strchr(options, letter);
	if (!*next)
		optind++;
	if (!known) {
		if (!quiet)
			fprintf(stderr, "%s: invalid option -- '%c'\n", argv[0], letter);
		optopt = letter;
		return '?';
	}
	if (known[1] != ':')
		return letter;
	if (*next) {
		optarg = next;
		optind++;
	} else if (known[2] != ':') {
		if (optind >= argc) {
			if (!quiet)
				fprintf(stderr, "%s: option requires an argument -- '%c'\n", argv[0], letter);
			optopt = letter;
			letter = *options == ':' ? ':' : '?';
		} else
			optarg = argv[optind++];
	}
	next = NULL;
	return letter;
}

static int option(int argc, char **argv, const char *options, const struct option *list, int *index, int only) {
	if (argc < 1)
		return -1;
	optarg = NULL;
	static int begun;
	/* Between words, 1 can only have been set by the caller, who has another line. */
	if (!begun || optind == 0 || optreset || (optind == 1 && (!next || !*next))) {
		start(options);
		begun = 1;
	}
	if (*options == '-' || *options == '+')
		options++;
	int quiet = !opterr || *options == ':';
	if (!next || !*next) {
		if (last > optind)
			last = optind;
		if (first > optind)
			first = optind;
		if (order == PERMUTE) {
			if (first != last && last != optind)
				exchange(argv);
			else if (last != optind)
				first = optind;
			while (optind < argc && (argv[optind][0] != '-' || !argv[optind][1]))
				optind++;
			last = optind;
		}
		if (optind < argc && strcmp(argv[optind], "--") == 0) {
			optind++;
			if (first != last && last != optind)
				exchange(argv);
			else if (first == last)
				first = optind;
			last = optind = argc;
		}
		if (optind >= argc) {
			if (first != last)
				optind = first;
			return -1;
		}
		char *word = argv[optind];
		if (word[0] != '-' || !word[1]) {
			if (order == STOP)
				return -1;
			optarg = word;
			optind++;
			return 1;
		}
		next = word + 1;
		if (list && word[1] == '-') {
			next = word + 2;
			return long_option(argc, argv, options, list, index, "--", quiet, only);
		}
		if (list && only && (word[2] || !strchr(options, word[1]))) {
			int result = long_option(argc, argv, options, list, index, "-", quiet, only);
			if (result != -1)
				return result;
		}
	}
	return short_option(argc, argv, options, quiet);
}

int getopt(int argc, char *const argv[], const char *options) {
	return option(argc, (char **)argv, options, NULL, NULL, 0);
}

int getopt_long(int argc, char *const argv[], const char *options, const struct option *list, int *index) {
	return option(argc, (char **)argv, options, list, index, 0);
}

int getopt_long_only(int argc, char *const argv[], const char *options, const struct option *list, int *index) {
	return option(argc, (char **)argv, options, list, index, 1);
}
