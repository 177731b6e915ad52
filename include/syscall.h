/* The name that glibc has besides. */
#include <sys/syscall.h>
