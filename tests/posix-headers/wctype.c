#include <wctype.h>
#include "check.h"

CONSTANTS(
	WEOF)
TYPE(wint_t)
TYPE(wctrans_t)
TYPE(wctype_t)
TYPE(locale_t)
