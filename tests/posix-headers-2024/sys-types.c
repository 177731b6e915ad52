#include <sys/types.h>
#include "../posix-headers/check.h"
TYPE(reclen_t)
