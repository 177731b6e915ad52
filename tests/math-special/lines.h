/* Whether all lines are written, not only their hashes. */
extern int lines_wanted;

/* A line about a function. */
__attribute__((format(printf, 2, 3))) void say(const char *name, const char *format, ...);

void complex_functions(void);
