#include <monetary.h>
#include "check.h"

TYPE(locale_t)
TYPE(size_t)
TYPE(ssize_t)
