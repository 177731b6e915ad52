#include <utime.h>
#include "check.h"

TYPE(time_t)
MEMBER(struct utimbuf, actime)
MEMBER(struct utimbuf, modtime)
