#include <libgen.h>
#include "check.h"

