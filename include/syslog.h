/* The name that System V has. */
#include <sys/syslog.h>
