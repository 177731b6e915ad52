#include <endian.h>
#include "../posix-headers/check.h"

CONSTANTS(
	BYTE_ORDER, LITTLE_ENDIAN, BIG_ENDIAN, htobe16(1), htobe32(1), htobe64(1), htole16(1), htole32(1), htole64(1),
	be16toh(1), be32toh(1), be64toh(1), le16toh(1), le32toh(1), le64toh(1))
TYPE(uint16_t)
TYPE(uint32_t)
TYPE(uint64_t)
