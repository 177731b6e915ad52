#include <search.h>
#include "check.h"

CONSTANTS(
	FIND, ENTER, preorder, postorder, endorder, leaf)
TYPE(ENTRY)
TYPE(ACTION)
TYPE(VISIT)
TYPE(size_t)
MEMBER(struct entry, key)
MEMBER(struct entry, data)
