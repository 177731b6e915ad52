#include <uchar.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*mbrtoc16, *mbrtoc32, *c16rtomb, *c32rtomb)
TYPE(char16_t)
TYPE(char32_t)
TYPE(mbstate_t)
TYPE(size_t)
