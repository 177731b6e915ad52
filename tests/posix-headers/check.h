/* What a header of POSIX.1-2017 must define when it is included alone, with _XOPEN_SOURCE=700. Functions are not
 * here: docs/posix.tsv has them. */
void take(int, ...);
#define CONSTANTS(...) __attribute__((unused)) static void constants(void) { take(0, __VA_ARGS__); }
#define MORE(name, ...) __attribute__((unused)) static void name(void) { take(0, __VA_ARGS__); }
#define TYPE(type) _Static_assert(sizeof(type) > 0, #type);
#define MEMBER(type, member) _Static_assert(sizeof(((type *)0)->member) > 0, #type ": " #member);
