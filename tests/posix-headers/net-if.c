#include <net/if.h>
#include "check.h"

CONSTANTS(
	IF_NAMESIZE)
MEMBER(struct if_nameindex, if_index)
MEMBER(struct if_nameindex, if_name)
