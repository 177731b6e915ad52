#include <dlfcn.h>
#include "check.h"

CONSTANTS(
	RTLD_LAZY, RTLD_NOW, RTLD_GLOBAL, RTLD_LOCAL)
