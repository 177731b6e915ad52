#include <glob.h>
#include "check.h"

CONSTANTS(
	GLOB_APPEND, GLOB_DOOFFS, GLOB_ERR, GLOB_MARK, GLOB_NOCHECK, GLOB_NOESCAPE, GLOB_NOSORT, GLOB_ABORTED,
	GLOB_NOMATCH, GLOB_NOSPACE)
TYPE(size_t)
MEMBER(glob_t, gl_pathc)
MEMBER(glob_t, gl_pathv)
MEMBER(glob_t, gl_offs)
