#include <tgmath.h>
#include "check.h"

