/* <regex.h> around musl's functions, which the library has as __musl_regcomp() and __musl_regexec(). */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __musl_regcomp(regex_t *restrict, const char *restrict, int);
int __musl_regexec(const regex_t *restrict, const char *restrict, size_t, regmatch_t [restrict], int);

int regcomp(regex_t *restrict regex, const char *restrict pattern, int flags) {
	int result = __musl_regcomp(regex, pattern, flags);
	/* A brace that nothing closes is an error of its own. */
	const char *open = result == REG_BADBR ? strrchr(pattern, '{') : NULL;
	return open && !strchr(open, '}') ? REG_EBRACE : result;
}

int regexec(const regex_t *restrict regex, const char *restrict text, size_t count, regmatch_t found[restrict],
	int flags) {
	if (!(flags & REG_STARTEND))
		return __musl_regexec(regex, text, count, found, flags);
	/* A part of a text, which has no NUL behind it. */
	regoff_t start = found[0].rm_so;
	char *part = strndup(text + start, found[0].rm_eo - start);
	if (!part)
		return REG_ESPACE;
	int result = __musl_regexec(regex, part, count, found, flags & ~REG_STARTEND);
	free(part);
	for (size_t i = 0; result == 0 && i < count; i++)
		if (found[i].rm_so >= 0) {
			found[i].rm_so += start;
			found[i].rm_eo += start;
		}
	return result;
}

size_t regerror(int code, const regex_t *restrict regex, char *restrict text, size_t size) {
	static const char *const texts[] = {
		[REG_NOERROR] = "No error",
		[REG_NOMATCH] = "No match",
		[REG_BADPAT] = "Invalid regular expression",
		[REG_ECOLLATE] = "Unknown collating element",
		[REG_ECTYPE] = "Unknown character class",
		[REG_EESCAPE] = "Backslash at the end",
		[REG_ESUBREG] = "Back reference to no group",
		[REG_EBRACK] = "Unbalanced [ or [^",
		[REG_EPAREN] = "Unbalanced ( or )",
		[REG_EBRACE] = "Unbalanced { or }",
		[REG_BADBR] = "Invalid number between braces",
		[REG_ERANGE] = "Invalid end of a range",
		[REG_ESPACE] = "Out of memory",
		[REG_BADRPT] = "Nothing to repeat",
	};
	int known = code >= 0 && code < (int)(sizeof texts / sizeof *texts);
	return snprintf(text, size, "%s", known ? texts[code] : "Unknown error") + 1;
}
