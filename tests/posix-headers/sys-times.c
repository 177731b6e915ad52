#include <sys/times.h>
#include "check.h"

TYPE(clock_t)
MEMBER(struct tms, tms_utime)
MEMBER(struct tms, tms_stime)
MEMBER(struct tms, tms_cutime)
MEMBER(struct tms, tms_cstime)
