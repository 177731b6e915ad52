#include <search.h>
#include "../posix-headers/check.h"
TYPE(posix_tnode *)
