/* newlib's regex.h, which needs off_t and size_t but includes nothing. */
#include <sys/types.h>
#include_next <regex.h>
