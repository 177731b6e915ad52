#include <assert.h>
#include "check.h"

