#include <dlfcn.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*dladdr)
MEMBER(Dl_info_t, dli_fname)
MEMBER(Dl_info_t, dli_fbase)
MEMBER(Dl_info_t, dli_sname)
MEMBER(Dl_info_t, dli_saddr)
