#include <strings.h>
#include "check.h"

TYPE(size_t)
TYPE(locale_t)
