#include <arpa/inet.h>
#include "check.h"

CONSTANTS(
	INET_ADDRSTRLEN, INET6_ADDRSTRLEN)
TYPE(in_port_t)
TYPE(in_addr_t)
TYPE(struct in_addr)
TYPE(uint32_t)
TYPE(uint16_t)
