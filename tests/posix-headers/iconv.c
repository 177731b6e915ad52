#include <iconv.h>
#include "check.h"

TYPE(iconv_t)
TYPE(size_t)
