/* newlib's sys/utime.h, which needs time_t but includes nothing. */
#include <sys/types.h>
#include_next <sys/utime.h>
