#include <nl_types.h>
#include "check.h"

CONSTANTS(
	NL_SETD, NL_CAT_LOCALE)
TYPE(nl_catd)
TYPE(nl_item)
