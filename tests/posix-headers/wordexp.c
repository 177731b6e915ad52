#include <wordexp.h>
#include "check.h"

CONSTANTS(
	WRDE_APPEND, WRDE_DOOFFS, WRDE_NOCMD, WRDE_REUSE, WRDE_SHOWERR, WRDE_UNDEF, WRDE_BADCHAR, WRDE_BADVAL,
	WRDE_CMDSUB, WRDE_NOSPACE, WRDE_SYNTAX)
TYPE(size_t)
MEMBER(wordexp_t, we_wordc)
MEMBER(wordexp_t, we_wordv)
MEMBER(wordexp_t, we_offs)
