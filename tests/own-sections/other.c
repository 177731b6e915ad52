/* Nothing refers to this file's objects. */
#include "entry.h"

ENTRY(".ctest", MAGIC, last, 4);
ENTRY("own_entries", 0, two, 16);
