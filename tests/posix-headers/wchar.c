#include <wchar.h>
#include "check.h"

CONSTANTS(
	WCHAR_MAX, WCHAR_MIN, WEOF, NULL)
TYPE(locale_t)
TYPE(mbstate_t)
TYPE(size_t)
TYPE(wchar_t)
TYPE(wctype_t)
TYPE(wint_t)
