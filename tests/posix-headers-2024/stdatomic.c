#include <stdatomic.h>
#include "../posix-headers/check.h"

CONSTANTS(
	ATOMIC_BOOL_LOCK_FREE, memory_order_relaxed, memory_order_seq_cst, *atomic_flag_test_and_set)
TYPE(atomic_flag)
TYPE(atomic_int)
TYPE(atomic_uintmax_t)
