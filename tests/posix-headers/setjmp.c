#include <setjmp.h>
#include "check.h"

TYPE(jmp_buf)
TYPE(sigjmp_buf)
