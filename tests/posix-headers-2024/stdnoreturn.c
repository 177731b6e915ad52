#include <stdnoreturn.h>
#include "../posix-headers/check.h"

noreturn void never(void);
