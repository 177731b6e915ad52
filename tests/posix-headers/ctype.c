#include <ctype.h>
#include "check.h"

TYPE(locale_t)
